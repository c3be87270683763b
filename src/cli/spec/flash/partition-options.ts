import type { OptionSpec } from "../types.ts";

/** The chip's table, where a name of a partition is meant. */
export const PARTITION_TABLE_ADDRESS: OptionSpec = {
  name: "partition-table-address",
  value: { label: "ADDRESS", kind: "integer" },
  summary: "Where the partition table of the chip stands",
  default: "0x8000",
};

export const PARTITION_TABLE: OptionSpec = {
  name: "partition-table",
  value: { label: "FILE", kind: "file" },
  summary: "A partition table to go by, CSV or binary, in place of the chip's",
};
