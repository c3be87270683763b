// Shelf: partition tables as values and in their binary form (fact sheet build-outputs 2.1, 2.4).
// In: bytes of flash or of a file, or partitions.
// Out: partitions and what is wrong with them, or bytes.

import { type Check, optional } from "../../check/check.ts";
import { checkWord, wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { anything, checkBoolean, checkText, listOf } from "../../check/values.ts";

/** One line of a partition table. */
export interface Partition {
  /** As written; a table on a chip has its first 16 bytes in UTF-8. */
  readonly name: string;
  /** 0 app, 1 data, 2 bootloader, 3 partition_table, 0x40 to 0xfe whatever a project means by it. */
  readonly type: number;
  readonly subtype: number;
  /** In flash. */
  readonly address: number;
  readonly sizeBytes: number;
  readonly encrypted: boolean;
  readonly readonly: boolean;
  /** Bits of the flags that have no meaning yet; default 0. */
  readonly otherFlags?: number | undefined;
  /** Where it was read. */
  readonly source?: PartitionSource | undefined;
}

/** A line of a CSV file with the columns at which its fields begin (both count from 1), or an offset in a binary one. */
export type PartitionSource =
  | { readonly kind: "line"; readonly line: number; readonly columns: readonly number[] }
  | { readonly kind: "offset"; readonly offset: number };

export const checkPartition: Check<Partition> = shape<Partition>({
  name: checkText,
  type: wholeNumber(0, 0xff),
  subtype: wholeNumber(0, 0xff),
  address: checkWord,
  sizeBytes: checkWord,
  encrypted: checkBoolean,
  readonly: checkBoolean,
  otherFlags: optional(checkWord),
  source: anything,
});

export const checkPartitions: Check<readonly Partition[]> = listOf(checkPartition);

/** Erased and written as a whole; offsets and sizes count in it. */
export const SECTOR_BYTES = 0x1000;
/** Where the table of a chip stands, unless its project moved it. */
export const PARTITION_TABLE_ADDRESS = 0x8000;
/** What is read of the sector of a table. */
export const PARTITION_TABLE_BYTES = 0xc00;
