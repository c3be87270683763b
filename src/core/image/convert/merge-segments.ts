import { roundUp } from "../../bytes/words.ts";
import { memoryTypesAt } from "../../chip/regions.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import type { ElfPiece } from "../elf/loadable-parts.ts";
import { SEGMENT_BYTES_LIMIT } from "../firmware/firmware-image.ts";
import { type ImageNotice, note } from "../notice.ts";
import { segmentTooLarge } from "./segment-limits.ts";

export interface MergedSegments {
  readonly segments: readonly ElfPiece[];
  /** How many pieces went into the one before them. */
  readonly mergedCount: number;
  readonly notices: readonly ImageNotice[];
}

interface MergeOptions {
  /** Also bridge a gap that only comes from the alignment of the next piece. */
  readonly fillGaps: boolean;
}

/**
 * Joins neighbours: a piece that starts where the one before it ends, in the same kinds of memory, becomes part of it.
 * Other gaps stay: what is left out there may have been left out on purpose.
 */
export function mergeSegments(
  chip: Pick<ChipDescriptor, "memoryMap" | "iromWindow" | "dromWindow">,
  pieces: readonly ElfPiece[],
  { fillGaps }: MergeOptions,
): MergedSegments {
  const notices: ImageNotice[] = [];
  const runs: ElfPiece[][] = [];
  const typesAt = (piece: ElfPiece): string => memoryTypesAt(chip, piece.address).join();
  let previous: ElfPiece | null = null;
  for (const piece of pieces) {
    const run = runs.at(-1);
    const isNeighbour = previous !== null && run !== undefined && typesAt(previous) === typesAt(piece);
    const gap = isNeighbour && previous !== null ? gapBefore(previous, piece, fillGaps) : null;
    if (gap === null || run === undefined) runs.push([piece]);
    else {
      if (gap > 0) {
        run.push({ ...piece, data: new Uint8Array(gap) });
        notices.push(
          note("image.gap-filled", `Filled ${gap} bytes between ${previous?.name} and ${piece.name} with zeros.`),
        );
      }
      run.push(piece);
    }
    previous = piece;
  }
  return { segments: runs.map(join), mergedCount: pieces.length - runs.length, notices };
}

/** Bytes between the two that may be bridged, or null. */
function gapBefore(previous: ElfPiece, next: ElfPiece, fillGaps: boolean): number | null {
  const end = previous.address + previous.data.length;
  if (end === next.address) return 0;
  if (!fillGaps || next.alignment < 2) return null;
  return roundUp(end, next.alignment) === next.address ? next.address - end : null;
}

function join(run: readonly ElfPiece[]): ElfPiece {
  const [first, ...rest] = run;
  if (first === undefined) throw new RangeError("a run has at least one piece");
  if (rest.length === 0) return first;
  const sizeBytes = run.reduce((sum, { data }) => sum + data.length, 0);
  if (sizeBytes >= SEGMENT_BYTES_LIMIT) throw segmentTooLarge(first.address, sizeBytes);
  const data = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of run) {
    data.set(piece.data, at);
    at += piece.data.length;
  }
  return { ...first, data };
}
