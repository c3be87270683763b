import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "load-ram",
  description:
    "Loads a program to RAM and runs it; flash is not touched. The chip is not reset at the end, whatever --after says, " +
    "for that would end the program.",
  arguments: [{ name: "FILE", kind: "file", summary: "An image linked for RAM, also as Intel HEX" }],
  options: [],
  examples: [
    { command: "esptool load-ram program.bin", what: "through the stub" },
    { command: "esptool --no-stub load-ram program.bin", what: "a program that needs the memory of the stub" },
  ],
  device: { inSecureDownload: false },
};
