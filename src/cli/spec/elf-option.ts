import type { OptionSpec } from "./types.ts";

export const ELF: OptionSpec = {
  name: "elf",
  short: "e",
  value: { label: "FILE", kind: "file", repeatable: true },
  summary:
    "The program's ELF file; of several, such as application and bootloader, the first that knows an address tells",
};
