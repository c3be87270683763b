import type { CommandSpec } from "../../types.ts";
import { KEY_PASSWORD_FILE, keyFile, SCHEME_VERSION } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "extract-public-key",
  description:
    "Writes the public half of a private key: for version 1 as 64 raw bytes (x and y, P-256), for version 2 as PEM.",
  arguments: [{ name: "PUBLIC_KEYFILE", kind: "file", use: "write", summary: "The file to write" }],
  options: [{ ...SCHEME_VERSION, default: "1" }, keyFile("The private key, PEM; must be given"), KEY_PASSWORD_FILE],
  examples: [
    {
      command: "espsecure extract-public-key --version 2 --keyfile key.pem public.pem",
      what: "for who has to verify, not to sign",
    },
  ],
};
