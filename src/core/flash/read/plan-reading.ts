import type { Part } from "../skip/ask-flash.ts";

/** A part is read, or handed out as it is known to be. */
export interface ReadStep extends Part {
  readonly do: "read" | "skip";
}

/** The largest piece that is handed out. */
const LARGEST_PIECE = 0x40000;

/** How so many bytes are gone through, in order and without gaps: `parts` are read, the rest is known. Pure. */
export function planReading(sizeBytes: number, parts: readonly Part[]): ReadStep[] {
  const steps: ReadStep[] = [];
  let at = 0;
  for (const part of [...parts, { offset: sizeBytes, sizeBytes: 0 }]) {
    for (; at < part.offset; at += LARGEST_PIECE)
      steps.push({ do: "skip", offset: at, sizeBytes: Math.min(LARGEST_PIECE, part.offset - at) });
    if (part.sizeBytes > 0) steps.push({ do: "read", ...part });
    at = part.offset + part.sizeBytes;
  }
  return steps;
}
