import { type Check, optional } from "../check/check.ts";
import { checkFinite } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkFunction, checkText, listOf } from "../check/values.ts";
import { checkProgram, type Program } from "../debug-info/look-up-among.ts";
import { callSafely } from "../shield-listener.ts";
import { BootLines } from "./boot/boot-lines.ts";
import type { BootStart } from "./boot/boot-start.ts";
import { type BootReport, decodeBoot } from "./decode-boot.ts";
import { splitLines } from "./text/split-lines.ts";

export interface BootReaderOptions {
  /** The programs that run on the device. */
  readonly programs?: readonly Program[] | undefined;
  /** Called for each start. What it throws disturbs nothing. */
  readonly onBoot?: ((report: BootReport) => void) | undefined;
}

/** Reads how a chip started out of what it prints, as it comes in. */
export interface BootReader {
  /** Whether a start has begun and its end was not seen yet. */
  readonly isReading: boolean;
  /**
   * Takes text, in pieces of any length; gives the starts that are complete by it. `atMs`: when it came, by any clock; without it starts
   * in a row are counted however long they took.
   */
  push(text: string, atMs?: number): BootReport[];
  /** Gives what is known of a start that was cut off: call it at the end, or when nothing comes for a while. */
  finish(): BootReport[];
}

const checkOptions: Check<BootReaderOptions> = shape<BootReaderOptions>({
  programs: optional(listOf(checkProgram)),
  onBoot: optional(checkFunction),
});

/**
 * A reader for what ROM and boot loader print: why the chip was reset, how it boots, what keeps it from doing so. Nothing it is fed can
 * make it fail.
 *
 * @example
 * const reader = bootReader({ onBoot: (report) => console.log(bootText(report)) });
 * monitorLines(port, ({ text, atMs }) => reader.push(`${text}\n`, atMs));
 */
export function bootReader(options: BootReaderOptions = {}): BootReader {
  const { programs = [], onBoot } = checkOptions(options, "options");
  const lines = new BootLines();
  const split = splitLines();
  const decode = (starts: readonly BootStart[]): BootReport[] => {
    const reports = starts.map((start) => decodeBoot(start, programs));
    if (onBoot !== undefined)
      for (const report of reports)
        callSafely(
          () => onBoot(report),
          () => {},
        );
    return reports;
  };
  return {
    get isReading() {
      return lines.isReading;
    },
    push: (text, atMs) => {
      const at = optional(checkFinite)(atMs, "atMs") ?? null;
      return decode(split.push(checkText(text, "text")).flatMap((line) => lines.push(line, at)));
    },
    finish: () => {
      const last = split.rest();
      return decode([...(last === "" ? [] : lines.push(last, null)), ...lines.finish()]);
    },
  };
}
