import type { CommandSpec } from "../types.ts";
import { FLASH_SIZE, FLASH_TYPE, NO_PROGRESS, SPI_CONNECTION } from "./flash-options.ts";
import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "./partition-options.ts";

export const SPEC: CommandSpec = {
  name: "read-flash",
  description: "Reads a part of the flash into a file. The file is replaced only when all was read.",
  arguments: [
    {
      name: "ADDRESS",
      kind: "integer",
      byName: true,
      summary: "Where to begin, in bytes: 0x10000; @NAME: a partition, whose SIZE may be left out",
    },
    { name: "SIZE", kind: "size-or-all", summary: "How much, in bytes, with k or M for 1024 or 1048576, or all" },
    { name: "OUTPUT", kind: "file", use: "write", summary: "The file to write" },
  ],
  options: [
    NO_PROGRESS,
    { ...FLASH_SIZE, summary: "Flash size, if it cannot be detected" },
    SPI_CONNECTION,
    PARTITION_TABLE,
    PARTITION_TABLE_ADDRESS,
    FLASH_TYPE,
    {
      name: "no-skip",
      summary:
        "Transfer everything; otherwise the chip is asked by digests what is blank or as in the file that is replaced, " +
        "and that is left out",
    },
  ],
  examples: [
    { command: "esptool read-flash 0 all backup.bin", what: "the whole flash" },
    { command: "esptool -b 921600 read-flash 0x9000 24k nvs.bin", what: "24 KiB at 0x9000" },
    { command: "esptool read-flash @nvs nvs.bin", what: "a partition by its name" },
  ],
  device: { inSecureDownload: false },
};
