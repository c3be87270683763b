import type { CommandSpec } from "../types.ts";
import { WATCH_OPTIONS } from "../watch/watch-options.ts";
import {
  FLASH_FREQUENCY,
  FLASH_MODE,
  FLASH_SIZE,
  FLASH_TYPE,
  FORCE,
  NO_PROGRESS,
  SPI_CONNECTION,
} from "./flash-options.ts";
import { PARTITION_TABLE, PARTITION_TABLE_ADDRESS } from "./partition-options.ts";

export const SPEC: CommandSpec = {
  name: "write-flash",
  description:
    "Writes files to flash, each at its address, and lets the chip check what arrived. Intel HEX and UF2 files bring " +
    "their own addresses; ELF files are made images first.",
  arguments: [
    {
      name: "ADDRESS FILE",
      kind: "pairs",
      byName: true,
      summary: "Where to write, and what; as many pairs as there are files; @NAME FILE or NAME=FILE for a partition",
    },
  ],
  options: [
    { name: "erase-all", short: "e", summary: "Erase the whole flash first, not only what is written" },
    NO_PROGRESS,
    FLASH_MODE,
    FLASH_FREQUENCY,
    FLASH_SIZE,
    SPI_CONNECTION,
    PARTITION_TABLE,
    PARTITION_TABLE_ADDRESS,
    FLASH_TYPE,
    {
      name: "nand-end-address",
      value: { label: "ADDRESS", kind: "integer" },
      summary: "First address of NAND flash to leave alone, a multiple of 0x20000",
      hidden: true,
    },
    { name: "compress", short: "z", summary: "Send compressed (the default, except with --no-stub)" },
    { name: "no-compress", short: "u", summary: "Send uncompressed" },
    { name: "encrypt", summary: "Have the chip encrypt all files, with the key in its eFuses" },
    {
      name: "encrypt-files",
      value: { label: "ADDRESS FILE", kind: "text", repeatable: true, following: "pairs" },
      summary: "Files to be encrypted by the chip, besides the others, which are written as they are",
    },
    {
      name: "ignore-flash-enc-efuse",
      summary: "Write encrypted although the eFuses hold no key, or an odd configuration",
    },
    {
      name: "no-skip",
      summary: "Write everything; otherwise the chip is asked by digests what is there already, and that is left out",
    },
    {
      name: "dry-run",
      summary:
        "Write nothing: show place by place what is in flash already, what differs and what would be erased, as the chip's " +
        "digests say; ends with 0 when nothing would change, with 10 when something would",
    },
    {
      name: "skip-flashed",
      short: "s",
      summary: "Leave out files that are in flash already, as a digest shows",
    },
    {
      name: "diff-with",
      value: { label: "FILE", kind: "file", repeatable: true, following: "files" },
      summary:
        "What was written before, in the order of the files: only sectors that changed are written; skip in the place " +
        "of a file to write the new one whole",
    },
    {
      name: "trust-flash-content",
      summary: "With --diff-with: where nothing changed, do not ask the chip whether it is in flash",
    },
    { ...FORCE, summary: "Skip the checks of chip, revision and security features" },
    ...WATCH_OPTIONS,
  ],
  exclusive: [
    ["compress", "no-compress"],
    ["encrypt", "encrypt-files"],
    ["skip-flashed", "diff-with"],
    ["skip-flashed", "no-skip"],
    ["diff-with", "no-skip"],
    ["skip-flashed", "trust-flash-content"],
  ],
  examples: [
    { command: "esptool write-flash 0x10000 app.bin", what: "one file, port and chip found automatically" },
    {
      command: "esptool --port /dev/ttyUSB0 --baud 921600 write-flash 0x0 bootloader.bin 0x8000 partitions.bin",
      what: "several files at a higher speed",
    },
    {
      command: "esptool write-flash 0x10000 app.bin --diff-with app-before.bin",
      what: "only what changed since the last build",
    },
    { command: "esptool --port virtual:esp32c3 write-flash 0x0 firmware.bin", what: "try it without hardware" },
    { command: "esptool write-flash 0x10000 app.bin --monitor --elf app.elf", what: "and look at it start" },
    { command: "esptool write-flash nvs=nvs.bin app=build/app.bin", what: "by the names of partitions" },
    { command: "esptool write-flash 0x10000 app.bin --dry-run", what: "what would change" },
  ],
  device: { inSecureDownload: true },
};
