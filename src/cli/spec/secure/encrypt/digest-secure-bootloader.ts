import type { CommandSpec } from "../../types.ts";
import { keyFile, output } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "digest-secure-bootloader",
  description:
    "Makes of an ESP32's bootloader what secure boot V1 wants at address 0: a random IV, the digest, and the bootloader.",
  arguments: [{ name: "IMAGE", kind: "file", summary: "The bootloader's image" }],
  options: [
    keyFile("The secure boot key as bytes: 16, 24 or 32; must be given"),
    output("The file to write; left out: the image's name with -digest-0x0000.bin"),
    { name: "iv", value: { label: "FILE", kind: "file" }, summary: "For tests only: 128 bytes instead of random ones" },
  ],
  examples: [
    {
      command: "espsecure digest-secure-bootloader --keyfile secure-boot-key.bin bootloader.bin",
      what: "writes bootloader-digest-0x0000.bin",
    },
  ],
};
