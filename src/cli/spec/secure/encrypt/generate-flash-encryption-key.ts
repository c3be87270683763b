import type { CommandSpec } from "../../types.ts";
import { keyLength, REPLACE_KEY } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "generate-flash-encryption-key",
  description: "Writes a random key for flash encryption to a file that only you may read.",
  arguments: [{ name: "KEY_FILE", kind: "file", use: "write", summary: "The file to write" }],
  options: [keyLength("256; 512 for AES-XTS with 256-bit AES; 128; 192 for an ESP32 with 3/4 coding"), REPLACE_KEY],
  examples: [
    { command: "espsecure generate-flash-encryption-key key.bin", what: "256 bits, for any chip" },
    { command: "espsecure generate-flash-encryption-key --keylen 512 key.bin", what: "for AES-XTS-256" },
  ],
};
