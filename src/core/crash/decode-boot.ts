import { type Check, orNull } from "../check/check.ts";
import { checkWord, wholeNumber } from "../check/numbers.ts";
import { hasParts } from "../check/shapes.ts";
import { checkObject, listOf } from "../check/values.ts";
import { checkProgram, type Program } from "../debug-info/look-up-among.ts";
import type { BootStart } from "./boot/boot-start.ts";
import { type CrashFrame, decoderFor } from "./decoder.ts";
import { frameLines } from "./frame-lines.ts";

/** How a chip started, with what the programs know of it. */
export interface BootReport extends BootStart {
  /** Where the program was before the reset; null where the chip does not tell. */
  readonly savedPcFrame: CrashFrame | null;
}

/** Three starts in a row for the same reason. */
const LOOP_REPEATS = 3;

const checkStart: Check<BootStart> = hasParts<BootStart>("a start, as a boot reader gives it", {
  reset: orNull(checkObject),
  savedPc: orNull(checkWord),
  troubles: listOf(checkObject),
  repeats: wholeNumber(1),
});

/** A start with functions, files and lines from other programs than it was read with. */
export function decodeBoot(start: BootStart, programs: readonly Program[]): BootReport {
  const { savedPc } = checkStart(start, "start");
  const { certain } = decoderFor(listOf(checkProgram)(programs, "programs"));
  return { ...start, savedPcFrame: savedPc === null ? null : certain("Saved PC", savedPc, savedPc) };
}

/**
 * A start as lines for people: what nobody asked for, what keeps the chip from starting, and whether it starts again and again. An
 * ordinary start has none, and of starts in a row only the first one and the news that it is a loop.
 */
export function bootText(report: BootReport): string[] {
  const { reset, repeats, troubles, isDownloadMode, savedPcFrame } = checkStart(report, "report") as BootReport;
  const name = reset?.name ?? `reset ${reset?.code}`;
  if (repeats === LOOP_REPEATS)
    return [`The chip restarts again and again for the same reason (${name}, ${repeats} times): it is a boot loop.`];
  if (repeats > 1) return [];
  const isFailure = reset?.kind === "failure";
  const where = savedPcFrame?.location === null || savedPcFrame === null ? [] : frameLines(savedPcFrame, true);
  return [
    ...(isFailure ? [`${name}: ${reset.explanation}`] : []),
    ...(isFailure ? where.map((line, index) => (index === 0 ? `The program was at ${line}` : line)) : []),
    ...troubles.map(({ text, times, explanation }) => `${text}${times > 1 ? ` (${times} times)` : ""}: ${explanation}`),
    ...(isDownloadMode && troubles.length === 0 ? [DOWNLOAD] : []),
  ];
}

const DOWNLOAD = "The chip waits to be flashed: its boot pin was low when it started.";
