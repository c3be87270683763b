import type { CommandSpec } from "../../types.ts";
import { FLASH_ENCRYPTION, output } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "decrypt-flash-data",
  description:
    "Decrypts what was read from an encrypted flash. The length must be a multiple of 16, and the address the one it was " +
    "read from.",
  arguments: [{ name: "ENCRYPTED_FILE", kind: "file", summary: "The file to decrypt" }],
  options: [...FLASH_ENCRYPTION, output("The file to write; must be given")],
  examples: [
    {
      command:
        "espsecure decrypt-flash-data --aes-xts --keyfile key.bin --address 0x10000 --output app.bin app-enc.bin",
      what: "for every chip but the ESP32",
    },
  ],
};
