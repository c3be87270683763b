import type { CommandSpec } from "../../types.ts";
import { KEY_PASSWORD_FILE, keyFile, output } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "digest-sbv2-public-key",
  description: "Writes the SHA-256 of a public key as secure boot V2 keeps it in the eFuses: 32 bytes for burn-key.",
  arguments: [],
  options: [
    keyFile("The public or the private key, PEM; must be given"),
    output("The file to write; must be given"),
    KEY_PASSWORD_FILE,
  ],
  examples: [
    {
      command: "espsecure digest-sbv2-public-key --keyfile public.pem --output digest.bin",
      what: "then: espefuse burn-key BLOCK_KEY0 digest.bin SECURE_BOOT_DIGEST0",
    },
  ],
};
