import { type EfuseDevice, efuseDevice } from "../../../efuse.ts";
import { type AfterMode, disconnect, EspError, isEspError, type Port, type Session } from "../../../index.ts";
import type { RunContext } from "../../context.ts";
import { shown } from "../../show/shown.ts";
import { openSession } from "../open-session.ts";
import { asWarning, notKept } from "./not-kept.ts";
import type { KeepBurned } from "./prepared.ts";

/** The port of a chip that is kept in a file. */
type KeptPort = Port & { save?(): Promise<void> };

/** Runs the work on the eFuses of a chip, which is left as asked whether or not the work succeeded. */
export async function withChipEfuses<Result>(
  context: RunContext,
  work: (device: EfuseDevice, keep: KeepBurned) => Promise<Result>,
): Promise<Result> {
  const { options } = context;
  if (options.text("path-efuse-file") !== undefined) {
    throw new EspError("argument.conflict", "--path-efuse-file is for virtual eFuses only.", { hint: "Add --virt." });
  }
  let port: KeptPort | null = null;
  // The ROM can do all that is needed; a stub would only take time.
  const session = await openSession(context, { stub: false }, (opened) => {
    port = opened;
  });
  const keep: KeepBurned = async (names) => {
    try {
      await port?.save?.();
    } catch (error) {
      throw notKept(names, error);
    }
  };
  return await leaving(context, session, async () => {
    await shown(context.host);
    return await work(efuseDevice(session), keep);
  });
}

/** What went wrong in the work is the error; that leaving failed, too, is a warning, and none where it says the same. */
async function leaving<Result>(
  { options, emit }: RunContext,
  session: Session,
  work: () => Promise<Result>,
): Promise<Result> {
  // The declaration of the option allows these words only.
  const leave = async (): Promise<void> => await disconnect(session, { reset: options.text("after") as AfterMode });
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await leave().catch((failure: unknown) => {
      if (!saysTheSame(error, failure)) emit(asWarning(failure));
    });
    throw error;
  }
  await leave();
  return result;
}

function saysTheSame(error: unknown, failure: unknown): boolean {
  return isEspError(error) && isEspError(failure) && error.message.includes(failure.message);
}
