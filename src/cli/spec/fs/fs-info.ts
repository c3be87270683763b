import type { CommandSpec } from "../types.ts";
import { IMAGE, IMAGE_OPTIONS } from "./fs-options.ts";

export const SPEC: CommandSpec = {
  name: "fs info",
  description:
    "Shows which file system is in a partition, with which settings, how full it is, and what is wrong with it.",
  arguments: [IMAGE],
  options: IMAGE_OPTIONS,
  examples: [{ command: "esptool fs info @storage", what: "of a partition of the chip" }],
  device: { inSecureDownload: false },
};
