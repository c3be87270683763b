import { NO_PROGRESS } from "../flash/flash-options.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "dump-mem",
  description: "Reads memory into a file, word by word. The file is replaced only when all was read.",
  arguments: [
    { name: "ADDRESS", kind: "integer", summary: "Where to begin" },
    { name: "SIZE", kind: "size", summary: "How much, in bytes, with k or M for 1024 or 1048576" },
    { name: "OUTPUT", kind: "file", use: "write", summary: "The file to write" },
  ],
  options: [NO_PROGRESS],
  examples: [{ command: "esptool dump-mem 0x40000000 64k rom.bin", what: "the first 64 KiB of an ESP32's ROM" }],
  device: { inSecureDownload: false },
};
