import { EspError } from "../../errors.ts";
import { NO_ERRORS } from "../coding/block-errors.ts";
import { esp32Scheme, readableWords } from "../coding/coding.ts";
import { bitMask, bitNumbers, bytesToBits } from "../table/bits.ts";
import { isPresent } from "../table/find-field.ts";
import type { BlockState, CodingScheme, EfuseField, EfuseState, EfuseTable } from "../table/types.ts";
import { fieldMeaning } from "../value/field-meaning.ts";
import { hiddenBits } from "../value/hidden-bits.ts";
import { isSecretPlace } from "../value/secrecy.ts";

/** What two states of eFuses have different: of a chip before and after, of two chips, or of a dump and a chip. */

export interface EfuseDifference {
  /** The smallest field that the bits are in; null: no field has them. */
  readonly field: string | null;
  readonly block: number;
  /** Bits of the block, in order; null: what may be a key. */
  readonly bits: readonly number[] | null;
  /** As it is shown; of bits without a field, and of what may be a key, null. */
  readonly from: string | null;
  readonly to: string | null;
  /** A bit is 1 before and 0 after: no chip goes from one to the other. What is hidden after reads as 0, and does not count. */
  readonly cleared: boolean;
}

/** The differences in the blocks that both have, by block, then by first bit. Both are of the same kind of chip. */
export function diffEfuses(from: EfuseState, to: EfuseState): EfuseDifference[] {
  if (from.table.chip !== to.table.chip) {
    throw new EspError(
      "argument.conflict",
      `The eFuses of an ${from.table.chip} and an ${to.table.chip} cannot be compared.`,
      {
        hint: "Give two of the same kind of chip.",
        details: { chips: [from.table.chip, to.table.chip] },
      },
    );
  }
  return [...from.blocks.values()]
    .sort((left, right) => left.id - right.id)
    .flatMap((block) => {
      const other = to.blocks.get(block.id);
      return other === undefined ? [] : diffBlock(from, to, [block, other]);
    });
}

function diffBlock(
  from: EfuseState,
  to: EfuseState,
  [before, after]: readonly [BlockState, BlockState],
): EfuseDifference[] {
  let rest = before.bits ^ after.bits;
  if (rest === 0n) return [];
  const hidden = hiddenBits(to.table, before.id, to.blocks.get(0)?.bits ?? 0n);
  const place = to.table.blocks[before.id];
  const found: EfuseDifference[] = [];
  const add = (changed: bigint, field: EfuseField | null): void => {
    const isSecret = place === undefined || isSecretPlace(place, field);
    found.push({
      field: field?.name ?? null,
      block: before.id,
      bits: isSecret ? null : bitNumbers(changed),
      from: field === null || isSecret ? null : fieldMeaning(from, field).text,
      to: field === null || isSecret ? null : fieldMeaning(to, field).text,
      cleared: (changed & before.bits & ~hidden) !== 0n,
    });
  };
  for (const field of fieldsOf(to, before.id)) {
    const changed = rest & bitMask(field.bit ?? 0, field.width);
    if (changed === 0n) continue;
    add(changed, field);
    rest &= ~changed;
  }
  if (rest !== 0n) add(rest, null);
  return found.sort((left, right) => (left.bits?.[0] ?? 0) - (right.bits?.[0] ?? 0));
}

/** The smallest first, so that bits are told by the narrowest name they have. */
function fieldsOf(state: EfuseState, block: number): EfuseField[] {
  return state.table.fields
    .filter((field) => field.block === block && field.bit !== null && isPresent(state, field))
    .sort((left, right) => left.width - right.width);
}

/** One line a difference. */
export function diffLines(differences: readonly EfuseDifference[]): string[] {
  return differences.map(({ field, block, bits, from, to, cleared }) => {
    const what =
      field === null ? `BLOCK${block}${bits === null ? "" : ` bits ${bits.join(", ")}`}` : `${field} (BLOCK${block})`;
    const change = from === null || to === null ? "differ" : `${from} -> ${to}`;
    return `${what}: ${change}${cleared ? " (a burned bit is 0)" : ""}`;
  });
}

/**
 * The state that a dump of all blocks in one file has; what the chip says of damage is not in it, nor which chip it was.
 * Throws `efuse.file-damaged` for a file of another size.
 */
export function stateOfDump(table: EfuseTable, contents: Uint8Array, chipRevision: number): EfuseState {
  const codingScheme = table.fields.find(({ name }) => name === "CODING_SCHEME")?.bit ?? null;
  const first = bytesToBits(contents.subarray(0, 4 * (table.blocks[0]?.words ?? 0)));
  const variable = codingScheme === null ? "reed-solomon" : esp32Scheme(Number((first >> BigInt(codingScheme)) & 3n));
  const blocks = new Map<number, BlockState>();
  let at = 0;
  for (const block of table.blocks) {
    const scheme: CodingScheme = block.id > 0 ? variable : codingScheme === null ? "repeat" : "none";
    const words = readableWords(block, scheme);
    const bits = bytesToBits(contents.subarray(at, at + 4 * words));
    blocks.set(block.id, { id: block.id, words, scheme, bits, errors: NO_ERRORS });
    at += 4 * words;
  }
  if (at !== contents.length) {
    throw new EspError("efuse.file-damaged", `A dump of all blocks has ${at} bytes, this file ${contents.length}.`, {
      hint: "Give a dump in the format 'joint', of the same kind of chip.",
      details: { expected: at, sizeBytes: contents.length },
    });
  }
  return { table, chipRevision, identity: new Map(), blocks };
}
