import type { CommandSpec } from "../types.ts";
import { OTA_OPTIONS } from "./ota-options.ts";

export const SPEC: CommandSpec = {
  name: "ota erase",
  description: "Erases the OTA data, so that the factory application boots, or the first slot where there is none.",
  arguments: [],
  options: OTA_OPTIONS,
  examples: [{ command: "esptool ota erase", what: "boot the factory application" }],
  device: { inSecureDownload: false },
};
