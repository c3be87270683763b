import type { CommandSpec } from "../types.ts";
import { FLASH_TYPE, FORCE, SPI_CONNECTION } from "./flash-options.ts";
import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "./partition-options.ts";

export const SPEC: CommandSpec = {
  name: "erase-region",
  description: "Erases a part of the flash, in sectors of 4096 bytes.",
  arguments: [
    {
      name: "ADDRESS",
      kind: "integer",
      byName: true,
      summary: "Where to begin: a multiple of 4096; @NAME: a partition, whose SIZE may be left out",
    },
    { name: "SIZE", kind: "size-or-all", summary: "How much: a multiple of 4096, k and M allowed, or all" },
  ],
  options: [FORCE, SPI_CONNECTION, PARTITION_TABLE, PARTITION_TABLE_ADDRESS, FLASH_TYPE],
  examples: [
    { command: "esptool erase-region 0x9000 24k", what: "24 KiB at 0x9000" },
    { command: "esptool erase-region @nvs", what: "a partition by its name" },
  ],
  device: { inSecureDownload: true },
};
