import { ELF } from "../elf-option.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "addr2line",
  description:
    "Tells which function, file and line addresses of a program belong to, with the functions that were inlined there. " +
    "Addresses are hexadecimal, with or without 0x.",
  arguments: [{ name: "ADDRESS", kind: "words", summary: "Addresses of code" }],
  options: [ELF],
  examples: [
    { command: "esptool addr2line --elf build/app.elf 0x42000066 0x4200007e", what: "two addresses" },
    { command: "esptool --json addr2line -e build/app.elf -e build/bootloader.elf 42000066", what: "for a program" },
  ],
  plainStdout: true,
  scopes: ["memory"],
};
