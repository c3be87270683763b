import type { CommandSpec } from "../types.ts";
import { OTA_OPTIONS } from "./ota-options.ts";

export const SPEC: CommandSpec = {
  name: "ota show",
  description: "Shows both copies of the OTA data, which slot boots by them, and why.",
  arguments: [],
  options: [...OTA_OPTIONS, { name: "rollback", summary: "As a bootloader that was built with rollback decides" }],
  examples: [{ command: "esptool ota show", what: "which slot boots" }],
  device: { inSecureDownload: false },
};
