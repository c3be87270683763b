import type { CommandSpec } from "../types.ts";
import { OUTDIR } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs decrypt",
  description: "Decrypts an NVS image. Keys with which no entry becomes readable are refused.",
  arguments: [
    { name: "INPUT", kind: "file", summary: "The encrypted image" },
    { name: "KEY", kind: "file", summary: "The keys: a keys partition, or 64 bytes" },
    { name: "OUTPUT", kind: "file", use: "write", summary: "The file to write, with a name ending with .bin" },
  ],
  options: [OUTDIR],
  examples: [{ command: "esptool nvs decrypt nvs-enc.bin keys/keys.bin nvs.bin", what: "for a look inside" }],
};
