import { KEY_PASSWORD_FILE } from "../../secure/shared-options.ts";
import type { CommandSpec } from "../../types.ts";
import { FORCE_WRITE_ALWAYS, KEY_PROTECTION, SHOW_SENSITIVE_INFO } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "burn-key-digest",
  description:
    "Burns the digest of a public key, by which secure boot knows whose firmware to run. The file is a public or " +
    "private key in PEM.",
  arguments: [
    {
      name: "BLOCK KEYFILE KEYPURPOSE",
      kind: "words",
      files: "after-block-or-first",
      usage: "[<BLOCK> <KEYFILE> <KEYPURPOSE>] ...",
      summary: "Blocks, each with a file and a purpose; on the ESP32 and ESP32-C2 the file alone",
    },
  ],
  options: [...KEY_PROTECTION, FORCE_WRITE_ALWAYS, SHOW_SENSITIVE_INFO, KEY_PASSWORD_FILE],
  examples: [
    {
      command: "espefuse --chip esp32c3 --virt burn-key-digest BLOCK_KEY0 key.pem SECURE_BOOT_DIGEST0",
      what: "on most chips",
    },
    { command: "espefuse --chip esp32 --virt burn-key-digest key.pem", what: "on an ESP32 of revision 3 or later" },
  ],
  scopes: ["burn"],
};
