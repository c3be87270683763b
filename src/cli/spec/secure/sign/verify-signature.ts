import type { CommandSpec } from "../../types.ts";
import { HSM, HSM_CONFIG, KEY_PASSWORD_FILE, keyFile, SCHEME_VERSION, SKIP_PADDING } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "verify-signature",
  description:
    "Checks that a file was signed with a key and not changed since. It fails unless a signature by that key is good; the " +
    "state of every signature block is shown.",
  arguments: [{ name: "DATAFILE", kind: "file", summary: "The signed file" }],
  options: [
    { ...SCHEME_VERSION, summary: "Version of secure boot; must be given" },
    keyFile("The public or the private key, PEM, or the 64 bytes of a raw P-256 public key"),
    KEY_PASSWORD_FILE,
    HSM,
    HSM_CONFIG,
    SKIP_PADDING,
  ],
  exclusive: [["hsm", "keyfile"]],
  examples: [
    {
      command: "espsecure verify-signature --version 2 --keyfile public.pem app-signed.bin",
      what: "with --json: the state of each block, for programs",
    },
  ],
};
