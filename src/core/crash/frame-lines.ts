import { hexAddress } from "../bytes/hex.ts";
import type { CodeFrame, CodeLocation } from "../debug-info/look-up.ts";
import type { CrashFrame } from "./decoder.ts";
import type { StackEnd } from "./unwind/unwind-by-rules.ts";

const ENDS: Readonly<Partial<Record<StackEnd, string>>> = {
  "memory-ends": "the stack goes on behind what the device sent of it",
  damaged: "the stack is damaged from here on",
  "too-deep": "the stack goes on: it is deeper than is shown",
};

/** What is inlined first, then into what. */
export function codeLines(address: number, { frames, isInRom }: Pick<CodeLocation, "frames" | "isInRom">): string[] {
  const where = isInRom ? " in ROM" : "";
  return frames.map((frame, index) =>
    index === 0 ? `${hexAddress(address)}: ${frameText(frame)}${where}` : `  (inlined by) ${frameText(frame)}${where}`,
  );
}

/** `deref at app.c:9`, `memcpy+0x12`, `?? at app.c:3`. */
function frameText({ functionName, symbolOffset, file, line }: CodeFrame): string {
  const offset = symbolOffset === null || symbolOffset === 0 ? "" : `+0x${symbolOffset.toString(16)}`;
  const place = file === null ? "" : ` at ${file}:${line ?? "?"}`;
  return `${functionName ?? "??"}${functionName === null ? "" : offset}${place}`;
}

/** As the device prints it; the place is that of the call. Without programs it is a number, of which nothing is known. */
export function frameLines({ address, location }: CrashFrame, hasPrograms: boolean): string[] {
  if (location !== null) return codeLines(address, location);
  return [hasPrograms ? `${hexAddress(address)}: no code of this program` : hexAddress(address)];
}

export interface StackOfText {
  readonly title: string;
  readonly frames: readonly CrashFrame[];
  readonly end: StackEnd | null;
  readonly hasPrograms: boolean;
}

/** A stack under its title, innermost first: what is guessed is set apart, and why it ends is said. */
export function stackLines({ title, frames, end, hasPrograms }: StackOfText): string[] {
  const guesses = frames.findIndex(({ certainty }) => certainty === "guessed");
  const lines = frames.flatMap((frame, index) => {
    const own = frameLines(frame, hasPrograms);
    return index === guesses ? ["possible callers, from words on the stack:", ...own] : own;
  });
  const ending = end === null ? undefined : ENDS[end];
  return [title, ...lines, ...(ending === undefined ? [] : [`(${ending})`])];
}
