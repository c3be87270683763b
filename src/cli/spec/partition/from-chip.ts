import { SPI_CONNECTION } from "../flash/flash-options.ts";
import { PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "partition-table from-chip",
  description:
    "Reads the partition table of the chip and draws it to scale, with the flash as large as it is. With OUTPUT it is kept in a file: as CSV where the name ends in .csv, else binary.",
  arguments: [{ name: "OUTPUT", kind: "file", use: "write", summary: "A file to write, too", default: "none" }],
  options: [
    PARTITION_TABLE_ADDRESS,
    { name: "disable-md5sum", summary: "The table was made without the MD5 of its records" },
    SPI_CONNECTION,
  ],
  examples: [
    { command: "esptool partition-table from-chip", what: "what is in flash, and where" },
    { command: "esptool partition-table from-chip partitions.csv", what: "and as a file to edit" },
  ],
  device: { inSecureDownload: false },
};
