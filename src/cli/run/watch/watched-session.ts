// Shelf: what was written, seen to start.
// In: a `RunContext` and the work before.
// Out: what the work gave, after what the chip printed was shown.

import { EspError, type Session } from "../../../index.ts";
import { CLI_SESSION, type RunContext, type RunResult } from "../../context.ts";
import type { OptionValues } from "../../line/option-values.ts";
import { type SessionEnd, withSession } from "../with-session.ts";

/** What is known of a program before it runs. */
export interface Watched {
  /** ELF files of it, where the line names none. */
  readonly elfFiles?: readonly string[] | undefined;
  /** At which it prints, where the line does not say. */
  readonly baudRate?: number | null | undefined;
}

/**
 * As `withSession`; with `--monitor` the port stays open after the work, the chip is reset with somebody listening, and what it
 * prints is shown from its first byte. Throws `argument.conflict` where the chip is to be left in its loader, too.
 */
export async function withWatchedSession<Result extends RunResult>(
  context: RunContext,
  watched: Watched,
  work: (session: Session) => Promise<Result>,
  end: SessionEnd = {},
): Promise<Result> {
  const { options, host } = context;
  if (!options.flag("monitor")) return await withSession(context, work, end);
  if (options.given("after") && options.text("after") !== "hard-reset") {
    throw new EspError(
      "argument.conflict",
      `--monitor starts the program, and --after ${options.text("after")} does not.`,
      {
        hint: "Leave one of them out.",
      },
    );
  }
  const { inRealTime, readyToWatch } = await import("../monitor.ts");
  return await readyToWatch({ ...context, options: monitorOptions(options, watched) }, async (watch) => {
    const inTime: RunContext = {
      ...context,
      host: { ...host, openPort: (text, settings) => host.openPort(inRealTime(text), settings) },
    };
    const told = async (session: Session): Promise<Result> => {
      const result = await work(session);
      tellDone(context, result);
      return result;
    };
    return await withSession(inTime, told, { handOver: watch });
  });
}

/** What was done is known to a script, whatever comes of the watching; people have read it already. */
function tellDone({ options, emit }: RunContext, result: RunResult): void {
  if (!options.flag("json")) return;
  const message = "All was written; what follows is what the program prints.";
  emit({ type: "note", session: CLI_SESSION, code: "monitor.begins", message, details: { ...result } });
}

/** The options of the line as the monitor reads them: its rate is another one than that of the transfer. */
function monitorOptions(options: OptionValues, { elfFiles = [], baudRate }: Watched): OptionValues {
  return {
    ...options,
    flag: (name) => name === "reset" || options.flag(name),
    number: (name) =>
      name === "baud" ? (options.number("monitor-baud") ?? baudRate ?? undefined) : options.number(name),
    list: (name) => (name === "elf" && !options.given("elf") ? elfFiles : options.list(name)),
  };
}
