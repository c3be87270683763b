import type { ChipId } from "../../../src/core/chip/types.ts";
import { NO_ERRORS } from "../../../src/core/efuse/coding/block-errors.ts";
import { bitMask } from "../../../src/core/efuse/table/bits.ts";
import { findField } from "../../../src/core/efuse/table/find-field.ts";
import { loadEfuseTable } from "../../../src/core/efuse/table/load-table.ts";
import type { BlockErrors, BlockState, EfuseState, EfuseTable } from "../../../src/core/efuse/table/types.ts";

export interface StateOptions {
  /** By block. */
  readonly errors?: Readonly<Record<number, Partial<BlockErrors>>>;
  readonly chipRevision?: number;
  /** Ids of the blocks that were read; default: all. */
  readonly blocks?: readonly number[];
}

/** The state of a chip whose eFuses are zero but for these fields. */
export async function stateWith(
  chip: ChipId,
  values: Readonly<Record<string, bigint | number>> = {},
  options: StateOptions = {},
): Promise<EfuseState> {
  const table = await loadEfuseTable(chip, options.chipRevision ?? null);
  return stateOfTable(table, values, options);
}

export function stateOfTable(
  table: EfuseTable,
  values: Readonly<Record<string, bigint | number>> = {},
  { errors = {}, chipRevision = 0, blocks: ids = table.blocks.map(({ id }) => id) }: StateOptions = {},
): EfuseState {
  const bits = new Map<number, bigint>();
  for (const [name, value] of Object.entries(values)) {
    const { block, bit, width } = findField(table, name);
    if (bit === null) throw new Error(`${name} is calculated`);
    const placed = (BigInt(value) & bitMask(0, width)) << BigInt(bit);
    bits.set(block, (bits.get(block) ?? 0n) | placed);
  }
  const isCoded = values["CODING_SCHEME"] === 1;
  const blocks = ids.map((id): [number, BlockState] => {
    const words = isCoded && id > 0 ? 6 : (table.blocks[id]?.words ?? 0);
    const scheme = table.chip !== "esp32" ? (id === 0 ? "repeat" : "reed-solomon") : isCoded && id > 0 ? "3/4" : "none";
    return [id, { id, words, scheme, bits: bits.get(id) ?? 0n, errors: { ...NO_ERRORS, ...errors[id] } }];
  });
  return { table, chipRevision, identity: new Map(), blocks: new Map(blocks) };
}
