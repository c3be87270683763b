import type { CommandSpec } from "../types.ts";
import { TARGET } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs export",
  description: "Writes the entries of an NVS partition to a file that only you may read: JSON, or CSV for nvs make.",
  arguments: [
    { name: "OUTPUT", kind: "file", use: "write", summary: "File to write, with a name ending with .json or .csv" },
  ],
  options: TARGET,
  examples: [{ command: "esptool nvs export settings.json", what: "of the chip" }],
  device: { inSecureDownload: false },
};
