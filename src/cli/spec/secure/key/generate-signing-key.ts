import type { CommandSpec } from "../../types.ts";
import { REPLACE_KEY, SCHEME_VERSION } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "generate-signing-key",
  description:
    "Makes a private key for secure boot and writes it to a PEM file that only you may read. Keep it safe: whoever has it " +
    "can sign, and without it nothing can be signed any more.",
  arguments: [{ name: "KEYFILE", kind: "file", use: "write-text", summary: "The file to write" }],
  options: [
    { ...SCHEME_VERSION, default: "1" },
    {
      name: "scheme",
      short: "s",
      value: { label: "SCHEME", kind: "choice", choices: ["rsa3072", "ecdsa192", "ecdsa256", "ecdsa384"] },
      summary: "Kind of the key. Version 1 has ecdsa256 only; left out, version 2 takes rsa3072",
    },
    REPLACE_KEY,
  ],
  examples: [
    { command: "espsecure generate-signing-key --version 2 key.pem", what: "RSA of 3072 bits, for secure boot V2" },
    {
      command: "espsecure generate-signing-key --version 2 --scheme ecdsa256 key.pem",
      what: "for chips with ECDSA secure boot",
    },
  ],
};
