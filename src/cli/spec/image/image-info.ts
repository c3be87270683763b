import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "image-info",
  description:
    "Shows what is in a firmware image: headers, segments, check values, and what the program tells of itself. Intel " +
    "HEX and UF2 files with several images are shown one by one.",
  arguments: [{ name: "FILENAME", kind: "file", summary: "The image" }],
  options: [],
  examples: [
    { command: "esptool image-info app.bin", what: "the chip is found in the image" },
    { command: "esptool --json image-info app.bin", what: "every field, for a program" },
  ],
  scopes: ["chip-name"],
};
