import type { CommandSpec } from "../../types.ts";
import { FLASH_ENCRYPTION, output } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "encrypt-flash-data",
  description:
    "Encrypts a file as the chip would, for the address where it will stand in flash. With --aes-xts its length must be a " +
    "multiple of 16; else random bytes fill the last block.",
  arguments: [{ name: "PLAINTEXT_FILE", kind: "file", summary: "The file to encrypt" }],
  options: [...FLASH_ENCRYPTION, output("The file to write; must be given")],
  examples: [
    {
      command:
        "espsecure encrypt-flash-data --aes-xts --keyfile key.bin --address 0x10000 --output app-enc.bin app.bin",
      what: "for every chip but the ESP32",
    },
    {
      command: "espsecure encrypt-flash-data --keyfile key.bin --address 0x10000 --output app-enc.bin app.bin",
      what: "for the ESP32",
    },
  ],
};
