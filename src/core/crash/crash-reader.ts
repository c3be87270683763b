import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkFunction, checkText, listOf } from "../check/values.ts";
import { checkProgram, type Program } from "../debug-info/look-up-among.ts";
import { callSafely } from "../shield-listener.ts";
import { type CrashReport, decodeCrash } from "./decode-crash.ts";
import { CrashLines } from "./text/read-lines.ts";
import { splitLines } from "./text/split-lines.ts";

export interface CrashReaderOptions {
  /** The programs that run on the device: the application, its boot loader, its ROM (`romNames`). Without any, crashes are read and not decoded. */
  readonly programs?: readonly Program[] | undefined;
  /** Called for each crash. What it throws disturbs nothing. */
  readonly onCrash?: ((report: CrashReport) => void) | undefined;
}

/** Reads crashes out of what a device prints, as it comes in. */
export interface CrashReader {
  /** Whether a crash has begun and its end was not seen yet. */
  readonly isReading: boolean;
  /** Takes text, in pieces of any length; gives the crashes that are complete by it. */
  push(text: string): CrashReport[];
  /** Gives what is known of a crash that was cut off: call it at the end, or when nothing comes for a while. */
  finish(): CrashReport[];
}

const checkOptions: Check<CrashReaderOptions> = shape<CrashReaderOptions>({
  programs: optional(listOf(checkProgram)),
  onCrash: optional(checkFunction),
});

/**
 * A reader for the console of a device. Nothing it is fed can make it fail.
 *
 * @example
 * const reader = crashReader({ programs: [debugInfo(elf)], onCrash: (report) => console.log(crashText(report)) });
 * monitorLines(port, (line) => reader.push(`${line}\n`));
 */
export function crashReader(options: CrashReaderOptions = {}): CrashReader {
  const { programs = [], onCrash } = checkOptions(options, "options");
  const lines = new CrashLines();
  const split = splitLines();
  const decode = (dumps: ReturnType<CrashLines["finish"]>): CrashReport[] => {
    const reports = dumps.map((dump) => decodeCrash(dump, programs));
    if (onCrash !== undefined)
      for (const report of reports)
        callSafely(
          () => onCrash(report),
          () => {},
        );
    return reports;
  };
  return {
    get isReading() {
      return lines.isReading;
    },
    push: (text) => decode(split.push(checkText(text, "text")).flatMap((line) => lines.push(line))),
    finish: () => {
      const last = split.rest();
      return decode([...(last === "" ? [] : lines.push(last)), ...lines.finish()]);
    },
  };
}
