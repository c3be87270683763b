import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "read-mem",
  description: "Reads a word of 32 bits: RAM, ROM or a register.",
  arguments: [{ name: "ADDRESS", kind: "integer", summary: "A multiple of 4" }],
  options: [],
  examples: [{ command: "esptool read-mem 0x40001000", what: "one word" }],
  device: { inSecureDownload: false },
};
