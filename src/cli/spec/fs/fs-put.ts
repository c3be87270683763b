import type { CommandSpec } from "../types.ts";
import { CHANGED_IMAGE, EDIT_FORCE, IMAGE_OPTIONS, LONG_NAMES, SOURCE } from "./fs-options.ts";

export const SPEC: CommandSpec = {
  name: "fs put",
  description:
    "Puts a file, or all files of a folder, into the file system of a partition. It is made anew with the settings that it has; all " +
    "other files stay, and of flash only sectors that differ are written. Until the chip has proved " +
    "them all of it is kept in a file beside you, NAME.bin.*.rescued: where power failed meanwhile, write that.",
  arguments: [
    CHANGED_IMAGE,
    SOURCE,
    {
      name: "PATH",
      kind: "text",
      summary: "Where to: the path of the file, or with a slash at its end a directory; left out: under its own name",
      default: "/",
    },
  ],
  options: [...IMAGE_OPTIONS, LONG_NAMES, EDIT_FORCE],
  examples: [
    { command: "esptool fs put @storage config.json /www/config.json", what: "one file" },
    { command: "esptool fs put @storage data", what: "all files of a folder" },
    { command: "esptool fs put backup.bin cert.pem --partition storage", what: "into a backup of the whole flash" },
  ],
  device: { inSecureDownload: false },
};
