/** What tells the place of a block among those of its file. */
export interface NumberedBlock {
  readonly number: number;
  readonly count: number;
  readonly familyId: number | null;
  /** The block is for the chip's flash; others count, but are left out. */
  readonly isMain: boolean;
}

/** What is wrong with the numbers of a file's blocks. */
export type NumberingProblem =
  | { readonly kind: "wrong"; readonly index: number; readonly what: string }
  | { readonly kind: "missing"; readonly number: number; readonly count: number };

/**
 * Blocks are numbered from 0 to count - 1, then from 0 again where files were put together (fact sheet 5.8); those of one
 * sequence may stand in any order. In a file for several families each has sequences of its own, or a block with a
 * damaged family could not be told from one for another chip.
 */
export function numberingProblem(blocks: readonly NumberedBlock[]): NumberingProblem | null {
  const families = new Set(blocks.filter(({ isMain }) => isMain).map(({ familyId }) => familyId));
  const sequences = new Map<number | null, Sequence>();
  for (const [index, block] of blocks.entries()) {
    const key = families.size > 1 ? block.familyId : null;
    const open = sequences.get(key);
    const sequence = open === undefined || isComplete(open) ? { count: block.count, seen: new Set<number>() } : open;
    sequences.set(key, sequence);
    const { count, seen } = sequence;
    const numbered = `is numbered ${block.number} of ${block.count}`;
    if (block.count !== count) return { kind: "wrong", index, what: `${numbered} among blocks of ${count}` };
    if (block.number >= count) return { kind: "wrong", index, what: numbered };
    if (seen.has(block.number)) return { kind: "wrong", index, what: `${numbered}, like one before it` };
    seen.add(block.number);
  }
  const incomplete = [...sequences.values()].find((sequence) => !isComplete(sequence));
  if (incomplete === undefined) return null;
  const { count, seen } = incomplete;
  let number = 0;
  while (seen.has(number)) number++;
  return { kind: "missing", number, count };
}

interface Sequence {
  readonly count: number;
  readonly seen: Set<number>;
}

function isComplete({ count, seen }: Sequence): boolean {
  return seen.size === count;
}
