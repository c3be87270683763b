import type { CommandSpec } from "../../types.ts";
import { KEY_PASSWORD_FILE, keyFile, keyLength, REPLACE_KEY } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "digest-private-key",
  description:
    "Makes a key for secure boot V1 on the ESP32 out of a signing key (P-256): the SHA-256 of the private key. The file is " +
    "a secret, too; only you may read it.",
  arguments: [{ name: "DIGEST_FILE", kind: "file", use: "write", summary: "The file to write" }],
  options: [
    keyFile("The private key, PEM; must be given"),
    KEY_PASSWORD_FILE,
    keyLength("256, or 192 for an ESP32 with 3/4 coding"),
    REPLACE_KEY,
  ],
  examples: [
    { command: "espsecure digest-private-key --keyfile key.pem secure-boot-key.bin", what: "a key of 256 bits" },
  ],
};
