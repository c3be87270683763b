import type { CommandSpec } from "../types.ts";
import { CHANGED_TARGET } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs import",
  description:
    "Sets all keys of a file in an NVS partition of the chip or in an image. Keys that the file does not name stay as they are.",
  arguments: [{ name: "INPUT", kind: "file", summary: "CSV; JSON or YAML by the ending of the name" }],
  options: CHANGED_TARGET,
  examples: [{ command: "esptool nvs import settings.json", what: "to the chip" }],
  device: { inSecureDownload: false },
};
