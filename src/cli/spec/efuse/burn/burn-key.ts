import { KEY_PASSWORD_FILE } from "../../secure/shared-options.ts";
import type { CommandSpec } from "../../types.ts";
import { FORCE_WRITE_ALWAYS, KEY_PROTECTION, SHOW_SENSITIVE_INFO } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "burn-key",
  description:
    "Burns keys into blocks and protects them as their purpose asks for. A file holds the raw bytes; for an ECDSA " +
    "purpose it is a private key in PEM. The byte order that the hardware wants is taken care of.",
  arguments: [
    {
      name: "BLOCK KEYFILE KEYPURPOSE",
      kind: "words",
      files: "after-block",
      usage: "[<BLOCK> <KEYFILE> <KEYPURPOSE>] ...",
      summary: "Blocks, each with a file and a purpose; the ESP32 has no purposes, there the name of the block says it",
    },
  ],
  options: [...KEY_PROTECTION, FORCE_WRITE_ALWAYS, SHOW_SENSITIVE_INFO, KEY_PASSWORD_FILE],
  examples: [
    { command: "espefuse --chip esp32c3 --virt burn-key BLOCK_KEY0 key.bin XTS_AES_128_KEY", what: "flash encryption" },
    { command: "espefuse --chip esp32 --virt burn-key flash_encryption key.bin", what: "the same on an ESP32" },
  ],
  scopes: ["burn"],
};
