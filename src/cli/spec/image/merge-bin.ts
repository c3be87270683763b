import { FLASH_FREQUENCY, FLASH_MODE, OFFLINE_FLASH_SIZE } from "../flash/flash-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "merge-bin",
  description:
    "Puts several files for one flash into one file. The chip is the one given with --chip, or the one that all files are for. Changes to a bootloader " +
    "image's header are made as write-flash would make them.",
  arguments: [{ name: "ADDRESS FILE", kind: "pairs", summary: "Where each file goes in flash" }],
  options: [
    {
      name: "output",
      short: "o",
      value: { label: "FILE", kind: "file", use: "write" },
      summary: "The file to write; must be given",
    },
    {
      name: "format",
      short: "f",
      value: { label: "FORMAT", kind: "choice", choices: ["raw", "uf2", "hex"] },
      summary: "Format of the output",
      default: "raw",
    },
    {
      name: "target-offset",
      short: "t",
      value: { label: "ADDRESS", kind: "integer" },
      summary: "Where in flash the raw output will be written",
      default: "0",
    },
    {
      name: "pad-to-size",
      value: {
        label: "SIZE",
        kind: "choice",
        choices: ["256KB", "512KB", "1MB", "2MB", "4MB", "8MB", "16MB", "32MB", "64MB", "128MB"],
      },
      summary: "Fill the raw output with FF up to this size of flash",
    },
    {
      name: "chunk-size",
      value: { label: "BYTES", kind: "integer" },
      summary: "UF2: bytes in a block, a multiple of 4; left out: as many as fit",
    },
    { name: "md5-disable", summary: "UF2: no MD5 in the blocks" },
    FLASH_MODE,
    FLASH_FREQUENCY,
    OFFLINE_FLASH_SIZE,
  ],
  examples: [
    {
      command: "esptool --chip esp32 merge-bin -o all.bin 0x1000 bootloader.bin 0x8000 partitions.bin 0x10000 app.bin",
      what: "one file to be written to 0x0",
    },
    {
      command: "esptool --chip esp32s3 merge-bin -f uf2 -o all.uf2 0x0 bootloader.bin 0x10000 app.bin",
      what: "for a board that shows up as a disk",
    },
  ],
  scopes: ["chip-name"],
};
