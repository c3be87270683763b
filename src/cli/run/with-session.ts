import type { AfterMode, BeforeMode, ConnectOptions, Session } from "../../index.ts";
import type { OptionValues } from "../option-values.ts";
import type { RunContext } from "./context.ts";
import { openWantedPort } from "./wanted-port.ts";

/**
 * Connects as the options say, runs the work, and leaves the chip as asked whether or not the work succeeded. Throws
 * what connecting and the work throw, and `chip.secure-download` when the command is not possible in that mode.
 */
export async function withSession<Result>(
  context: RunContext,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { connect, leave } = await import("../../index.ts");
  const port = await openWantedPort(context);
  const session = await connect(port, connectOptions(context));
  try {
    await refuseInSecureDownload(context, session);
    return await work(session);
  } finally {
    // Before the error is reported, so that whoever reads it knows in which state the chip is.
    await leave(session, afterMode(context.options));
  }
}

// The declaration of the options allows these words only.
const afterMode = (options: OptionValues): AfterMode => options.text("after") as AfterMode;

function connectOptions({ options, emit, signal }: RunContext): ConnectOptions {
  return {
    chip: options.text("chip") as NonNullable<ConnectOptions["chip"]>,
    baudRate: options.number("baud") ?? 115_200,
    before: options.text("before") as BeforeMode,
    after: afterMode(options),
    stub: !options.flag("no-stub"),
    connectAttempts: options.number("connect-attempts") ?? 7,
    trace: options.flag("trace"),
    onEvent: emit,
    signal,
  };
}

/** Registers cannot be read in that mode, so most commands have nothing to work with (fact sheet 1.6). */
async function refuseInSecureDownload({ spec }: RunContext, session: Session): Promise<void> {
  if (!session.secureDownload || spec.device?.inSecureDownload === true) return;
  const { EspError } = await import("../../index.ts");
  throw new EspError("chip.secure-download", `The '${spec.name}' command is not available in Secure Download Mode.`, {
    hint: "Only write-flash and erase-region work in this mode.",
  });
}

/** Who was talked to, for `--json`. */
export function sessionFields(session: Session): Readonly<Record<string, unknown>> {
  return { chip: session.chip.id, port: session.link.port.info.path };
}
