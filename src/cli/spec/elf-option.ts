import type { OptionSpec } from "./types.ts";

export const ELF: OptionSpec = {
  name: "elf",
  short: "e",
  value: { label: "FILE", kind: "file", repeatable: true },
  summary:
    "The program's ELF file; of several, such as application and bootloader, the one that the device names or its addresses are in tells. " +
    "ELF files and linker scripts (*.rom.ld) of the chip's ROM give names of functions there",
};
