import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "write-mem",
  description: "Writes a word of 32 bits to RAM or a register. The chip itself leaves the bits that the mask spares.",
  arguments: [
    { name: "ADDRESS", kind: "integer", summary: "A multiple of 4" },
    { name: "VALUE", kind: "integer", summary: "What to write" },
    { name: "MASK", kind: "integer", summary: "The bits to change", default: "0xffffffff" },
  ],
  options: [],
  examples: [
    { command: "esptool write-mem 0x400c0000 0xabad1dea", what: "a whole word" },
    { command: "esptool write-mem 0x400c0000 0x1dea 0xffff", what: "its lower half" },
  ],
  device: { inSecureDownload: false },
};
