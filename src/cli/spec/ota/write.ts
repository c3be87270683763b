import { FORCE } from "../flash/flash-options.ts";
import type { CommandSpec } from "../types.ts";
import { OTA_OPTIONS, PROGRESS, STATE } from "./ota-options.ts";

export const SPEC: CommandSpec = {
  name: "ota write",
  description:
    "Writes an application to the slot that does not boot, proves it, and makes it the one that boots. Its size is looked at before anything is erased, " +
    "and until it is written whole the chip boots as before.",
  arguments: [{ name: "FILE", kind: "file", summary: "The application: an image or an ELF file" }],
  options: [
    ...OTA_OPTIONS,
    STATE,
    {
      name: "slot",
      value: { label: "SLOT", kind: "text" },
      summary: "The slot: next, ota_1, 1, or the name of a partition",
      default: "next",
    },
    PROGRESS,
    { ...FORCE, summary: "Skip the checks of chip, revision and security features" },
  ],
  examples: [{ command: "esptool ota write build/app.bin", what: "an update over the wire" }],
  device: { inSecureDownload: false },
};
