import type { CommandSpec } from "../types.ts";
import { IMAGE, IMAGE_OPTIONS } from "./fs-options.ts";

export const SPEC: CommandSpec = {
  name: "fs get",
  description:
    "Writes files of a partition to a folder of this computer: all of them, or those that are named. Files with names that would lead out of the folder are refused.",
  arguments: [
    IMAGE,
    { name: "FOLDER", kind: "text", summary: "Where to; it is made where it is not there" },
    {
      name: "PATH",
      kind: "words",
      minimum: 0,
      usage: "[PATH...]",
      summary: "Files, or directories with all that is in them; none: everything",
    },
  ],
  options: IMAGE_OPTIONS,
  examples: [
    { command: "esptool fs get @storage files", what: "everything" },
    { command: "esptool fs get littlefs.bin files www/index.html", what: "one file" },
  ],
  device: { inSecureDownload: false },
};
