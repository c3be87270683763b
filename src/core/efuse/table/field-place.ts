import { bitMask } from "./bits.ts";
import type { EfuseTable } from "./types.ts";

export interface FieldPlace {
  readonly block: number;
  /** First bit in the block. */
  readonly bit: number;
  readonly width: number;
  /** Its bits in the block. */
  readonly mask: bigint;
}

/** Where the field of that name stands; null: the chip has none, or it is calculated. */
export function fieldPlace({ fields }: EfuseTable, name: string): FieldPlace | null {
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined || field.bit === null) return null;
  const { block, bit, width } = field;
  return { block, bit, width, mask: bitMask(bit, width) };
}
