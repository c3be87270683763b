import {
  FLASH_FREQUENCY,
  FLASH_MODE,
  FLASH_SIZE,
  FLASH_TYPE,
  FORCE,
  NO_PROGRESS,
  SPI_CONNECTION,
} from "./flash-options.ts";
import type { CommandSpec } from "./types.ts";

export const SPEC: CommandSpec = {
  name: "write-flash",
  description: "Writes files to flash, each at its address, and lets the chip check what arrived.",
  arguments: [
    { name: "ADDRESS FILE", kind: "pairs", summary: "Where to write, and what; as many pairs as there are files" },
  ],
  options: [
    { name: "erase-all", short: "e", summary: "Erase the whole flash first, not only what is written" },
    NO_PROGRESS,
    FLASH_MODE,
    FLASH_FREQUENCY,
    FLASH_SIZE,
    SPI_CONNECTION,
    FLASH_TYPE,
    { name: "compress", short: "z", summary: "Send compressed (the default, except with --no-stub)" },
    { name: "no-compress", short: "u", summary: "Send uncompressed" },
    { ...FORCE, summary: "Skip the checks of chip, revision and security features" },
  ],
  exclusive: [["compress", "no-compress"]],
  examples: [
    { command: "esptool write-flash 0x10000 app.bin", what: "one file, port and chip found automatically" },
    {
      command: "esptool --port /dev/ttyUSB0 --baud 921600 write-flash 0x0 bootloader.bin 0x8000 partitions.bin",
      what: "several files at a higher speed",
    },
    { command: "esptool --port virtual:esp32c3 write-flash 0x0 firmware.bin", what: "try it without hardware" },
  ],
  device: { inSecureDownload: true },
};
