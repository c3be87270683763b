import type { CommandSpec } from "../types.ts";
import { OTA_OPTIONS, STATE } from "./ota-options.ts";

export const SPEC: CommandSpec = {
  name: "ota set",
  description:
    "Makes a slot the one that boots. One copy of the OTA data is written, never the one in force, so that the power may fail at any moment. " +
    "A slot that holds no application is warned of; ota write puts one there first.",
  arguments: [{ name: "SLOT", kind: "text", summary: "The slot: next, ota_1, 1, or the name of a partition" }],
  options: [...OTA_OPTIONS, STATE],
  examples: [
    { command: "esptool ota set ota_1", what: "boot the second slot from now on" },
    { command: "esptool ota set next --state new", what: "the other one, which has to confirm itself" },
  ],
  device: { inSecureDownload: false },
};
