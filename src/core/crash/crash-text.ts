import { hexAddress } from "../bytes/hex.ts";
import type { Check } from "../check/check.ts";
import { checkWord } from "../check/numbers.ts";
import { hasParts } from "../check/shapes.ts";
import { checkObject, listOf } from "../check/values.ts";
import type { CodeFrame, CodeLocation } from "../debug-info/look-up.ts";
import type { CrashReport, CrashThread } from "./decode-crash.ts";
import type { CrashFrame } from "./decoder.ts";
import type { StackEnd } from "./unwind/unwind-by-rules.ts";

const ENDS: Readonly<Partial<Record<StackEnd, string>>> = {
  "memory-ends": "the stack goes on behind what the device sent of it",
  damaged: "the stack is damaged from here on",
  "too-deep": "the stack goes on: it is deeper than is shown",
};

const checkLocation: Check<CodeLocation> = hasParts<CodeLocation>("a location, as lookUp gives it", {
  address: checkWord,
  frames: listOf(checkObject),
});
const checkReport: Check<CrashReport> = hasParts<CrashReport>("a report, as a crash reader gives it", {
  dump: checkObject,
  addresses: listOf(checkObject),
  threads: listOf(checkObject),
});

/**
 * An address with its functions, as esp-idf-monitor writes them: what is inlined first, then into what.
 *
 * @example locationText(location) // ["0x42000066: deref at app.c:9", "  (inlined by) checked at app.c:11"]
 */
export function locationText(location: CodeLocation): string[] {
  const { address, frames } = checkLocation(location, "location");
  return linesOf(address, frames);
}

function linesOf(address: number, frames: readonly CodeFrame[]): string[] {
  return frames.map((frame, index) =>
    index === 0 ? `${hexAddress(address)}: ${frameText(frame)}` : `  (inlined by) ${frameText(frame)}`,
  );
}

/** `deref at app.c:9`, `memcpy+0x12`, `?? at app.c:3`. */
function frameText({ functionName, symbolOffset, file, line }: CodeFrame): string {
  const offset = symbolOffset === null || symbolOffset === 0 ? "" : `+0x${symbolOffset.toString(16)}`;
  const place = file === null ? "" : ` at ${file}:${line ?? "?"}`;
  return `${functionName ?? "??"}${functionName === null ? "" : offset}${place}`;
}

/** A crash as lines for people: what it means, then where it happened and how the program came there. */
export function crashText(report: CrashReport): string[] {
  const { dump, explanation, addresses, threads, doubt } = checkReport(report, "report");
  const core = dump.core === null ? "" : ` on core ${dump.core}`;
  const title = `${dump.reasonText ?? "The program crashed"}${core}`;
  return [
    explanation === null ? `${title}.` : `${title}: ${explanation}`,
    ...(doubt === null ? [] : [doubt]),
    ...addresses.filter(({ location }) => location !== null).flatMap(namedLines),
    ...threads.flatMap(threadLines),
  ];
}

/** As the device prints it; the place is that of the call. */
function frameLines({ address, location }: CrashFrame): string[] {
  return location === null ? [`${hexAddress(address)}: no code of this program`] : linesOf(address, location.frames);
}

function namedLines(frame: CrashFrame): string[] {
  const [first = "", ...rest] = frameLines(frame);
  return [`${frame.from} ${first}`, ...rest];
}

function threadLines({ core, task, frames, end }: CrashThread): string[] {
  const whose = [task === null ? "" : ` of ${task}`, core === null ? "" : ` on core ${core}`].join("");
  const guesses = frames.findIndex(({ certainty }) => certainty === "guessed");
  const lines = frames.flatMap((frame, index) => {
    const own = frameLines(frame);
    return index === guesses ? ["possible callers, from words on the stack:", ...own] : own;
  });
  const ending = end === null ? undefined : ENDS[end];
  return [`Backtrace${whose}:`, ...lines, ...(ending === undefined ? [] : [`(${ending})`])];
}
