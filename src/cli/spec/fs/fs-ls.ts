import type { CommandSpec } from "../types.ts";
import { IMAGE, IMAGE_OPTIONS } from "./fs-options.ts";

export const SPEC: CommandSpec = {
  name: "fs ls",
  description:
    "Lists the files of a SPIFFS, LittleFS or FAT partition with their sizes. What is wrong with it is told, and what is whole is listed.",
  arguments: [IMAGE],
  options: IMAGE_OPTIONS,
  examples: [
    { command: "esptool fs ls @storage", what: "of the chip" },
    { command: "esptool fs ls littlefs.bin", what: "of an image" },
    { command: "esptool fs ls backup.bin --partition storage", what: "of a backup of the whole flash" },
  ],
  device: { inSecureDownload: false },
};
