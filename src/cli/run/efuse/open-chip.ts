import { type EfuseDevice, efuseDevice } from "../../../efuse.ts";
import { type AfterMode, disconnect, EspError } from "../../../index.ts";
import type { RunContext } from "../../context.ts";
import { shown } from "../../show/shown.ts";
import { openSession } from "../open-session.ts";

/** Runs the work on the eFuses of a chip, which is left as asked whether or not the work succeeded. */
export async function withChipEfuses<Result>(
  context: RunContext,
  work: (device: EfuseDevice) => Promise<Result>,
): Promise<Result> {
  const { options } = context;
  if (options.text("path-efuse-file") !== undefined) {
    throw new EspError("argument.conflict", "--path-efuse-file is for virtual eFuses only.", { hint: "Add --virt." });
  }
  // The ROM can do all that is needed; a stub would only take time.
  const session = await openSession(context, { stub: false });
  try {
    await shown(context.host);
    return await work(efuseDevice(session));
  } finally {
    // The declaration of the option allows these words only.
    await disconnect(session, { reset: options.text("after") as AfterMode });
  }
}
