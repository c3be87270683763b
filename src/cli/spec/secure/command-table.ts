import type { CommandSummary } from "../types.ts";

/** Every command with its one line of help, in the order of `espsecure --help`. */
export const ESPSECURE_COMMANDS: readonly CommandSummary[] = [
  { name: "generate-signing-key", group: "Keys", summary: "Make a private key for secure boot" },
  { name: "extract-public-key", group: "Keys", summary: "Take the public key out of a private one" },
  { name: "digest-sbv2-public-key", group: "Keys", summary: "Digest a public key for the eFuses (secure boot V2)" },
  { name: "digest-rsa-public-key", group: "Keys", summary: "Deprecated: as digest-sbv2-public-key" },
  { name: "digest-private-key", group: "Keys", summary: "Make a key for secure boot V1 out of a private key" },
  { name: "sign-data", group: "Signatures", summary: "Sign an image for secure boot" },
  { name: "verify-signature", group: "Signatures", summary: "Check who signed an image" },
  { name: "signature-info-v2", group: "Signatures", summary: "Show the signatures of an image (secure boot V2)" },
  { name: "digest-secure-bootloader", group: "Signatures", summary: "Digest an ESP32 bootloader (secure boot V1)" },
  { name: "generate-flash-encryption-key", group: "Flash encryption", summary: "Make a key for flash encryption" },
  { name: "encrypt-flash-data", group: "Flash encryption", summary: "Encrypt a file as it will stand in flash" },
  { name: "decrypt-flash-data", group: "Flash encryption", summary: "Decrypt what was read from flash" },
];
