import type { CommandSpec } from "../types.ts";
import { FLASH_FREQUENCY, FLASH_MODE, FLASH_SIZE, FLASH_TYPE, SPI_CONNECTION } from "./flash-options.ts";
import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "./partition-options.ts";

export const SPEC: CommandSpec = {
  name: "verify-flash",
  description:
    "Compares files with the flash, by a checksum that the chip computes. Changes to a bootloader image's header are " +
    "made, and Intel HEX, UF2 and ELF files taken, as write-flash would do it.",
  arguments: [
    {
      name: "ADDRESS FILE",
      kind: "pairs",
      byName: true,
      summary: "Where to compare, and with what; @NAME FILE or NAME=FILE for a partition",
    },
  ],
  options: [
    {
      name: "diff",
      short: "d",
      summary: "Read back what differs and show it as a hex dump, long runs by their beginning",
    },
    FLASH_MODE,
    FLASH_FREQUENCY,
    FLASH_SIZE,
    SPI_CONNECTION,
    PARTITION_TABLE,
    PARTITION_TABLE_ADDRESS,
    FLASH_TYPE,
  ],
  examples: [{ command: "esptool verify-flash --diff 0x10000 app.bin", what: "with the bytes that differ" }],
  device: { inSecureDownload: false },
};
