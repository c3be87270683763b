import type { CommandSpec } from "../types.ts";
import { CHANGED_IMAGE, EDIT_FORCE, IMAGE_OPTIONS } from "./fs-options.ts";

export const SPEC: CommandSpec = {
  name: "fs rm",
  description:
    "Removes files from the file system of a partition, or directories with all that is in them. It is made anew, as by fs put.",
  arguments: [
    CHANGED_IMAGE,
    { name: "PATH", kind: "words", summary: "Files, or directories with all that is in them" },
  ],
  options: [...IMAGE_OPTIONS, EDIT_FORCE],
  examples: [{ command: "esptool fs rm @storage www/old.html", what: "one file" }],
  device: { inSecureDownload: false },
};
