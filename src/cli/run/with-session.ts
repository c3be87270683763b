// Shelf: what each command does: one function a command, grouped as the declarations are.
// In: a `RunContext`.
// Out: the result object; what there is to say goes through it as events and lines.

import type { AfterMode, Port, Session, VddsdioVoltage } from "../../index.ts";
import type { RunContext } from "../context.ts";
import { shown } from "../show/shown.ts";
import { afterMode, openSession } from "./open-session.ts";

/**
 * Connects as the options say, runs the work, and leaves the chip as asked whether or not the work succeeded. Throws
 * what connecting and the work throw, and `chip.secure-download` when the command is not possible in that mode.
 */
export async function withSession<Result>(
  context: RunContext,
  work: (session: Session) => Promise<Result>,
  { after = afterMode(context.options), handOver }: SessionEnd = {},
): Promise<Result> {
  const { disconnect } = await import("../../index.ts");
  const session = await openSession(context);
  let isDone = false;
  let port: Port | null = null;
  try {
    await refuseInSecureDownload(context, session);
    await overrideFlashVoltage(context, session);
    await shown(context.host);
    const result = await work(session);
    isDone = true;
    if (handOver === undefined) return result;
    port = await disconnect(session, { keepOpen: true });
    await handOver(port);
    return result;
  } finally {
    // Before the error is reported, so that whoever reads it knows in which state the chip is.
    if (!isDone || handOver === undefined) await disconnect(session, { reset: after });
    else await port?.close();
  }
}

export interface SessionEnd {
  readonly after?: AfterMode | undefined;
  /** Takes the port, open, with the chip as the work has left it; default: the chip is left as asked, and the port closed. */
  readonly handOver?: ((port: Port) => Promise<void>) | undefined;
}

async function overrideFlashVoltage({ options }: RunContext, session: Session): Promise<void> {
  const voltage = options.text("override-vddsdio");
  if (voltage === undefined) return;
  const { overrideVddsdio } = await import("../../index.ts");
  // The declaration of the option allows these words only.
  await overrideVddsdio(session, voltage as VddsdioVoltage);
}

/** Registers cannot be read in that mode, so most commands have nothing to work with (fact sheet 1.6). */
async function refuseInSecureDownload({ spec }: RunContext, session: Session): Promise<void> {
  if (!session.secureDownload || spec.device?.inSecureDownload === true) return;
  const { EspError } = await import("../../index.ts");
  throw new EspError("chip.secure-download", `The '${spec.name}' command is not available in Secure Download Mode.`, {
    hint: "Only write-flash, erase-region and get-security-info work in this mode.",
  });
}

/** Who was talked to, for `--json`. */
export function sessionFields(session: Session): Readonly<Record<string, unknown>> {
  return { chip: session.chip.id, port: session.name };
}
