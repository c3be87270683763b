import { bitMask } from "../table/bits.ts";
import type { EfuseTable } from "../table/types.ts";
import type { BurnStep } from "./plan.ts";

/**
 * What locks the chip or changes how it can be reached; burned last where that is asked for (fact sheet efuse-secure
 * A3). A chip has those of them that its table names.
 */
const POSTPONED: readonly string[] = [
  "WR_DIS",
  "RD_DIS",
  "UART_DOWNLOAD_DIS",
  "ABS_DONE_1",
  "FLASH_CRYPT_CNT",
  "ENABLE_SECURITY_DOWNLOAD",
  "DIS_DOWNLOAD_MODE",
  "SPI_BOOT_CRYPT_CNT",
  "SECURE_BOOT_EN",
];

/** Names of the fields of BLOCK0 that are burned last. */
export function postponedFields(table: EfuseTable): readonly string[] {
  return table.fields.filter((field) => POSTPONED.includes(field.name)).map((field) => field.name);
}

/** One step a block, from the highest to BLOCK0 with its locks; what is postponed comes last. */
export function stepsOf(
  table: EfuseTable,
  pending: ReadonlyMap<number, bigint>,
  postpone: boolean,
): readonly BurnStep[] {
  const late = postpone ? postponedMask(table) : 0n;
  const steps = [...pending]
    .toSorted(([left], [right]) => right - left)
    .map(([block, bits]) => ({ block, bits: block === 0 ? bits & ~late : bits, postponed: false }));
  const last = { block: 0, bits: (pending.get(0) ?? 0n) & late, postponed: true };
  return [...steps, last].filter((step) => step.bits !== 0n);
}

function postponedMask(table: EfuseTable): bigint {
  return table.fields
    .filter((field) => field.block === 0 && POSTPONED.includes(field.name))
    .reduce((mask, field) => mask | bitMask(field.bit ?? 0, field.width), 0n);
}
