import type { CommandSpec } from "../types.ts";
import { SHOW_VALUES, TARGET } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs get",
  description: "Shows what is in an NVS partition of the chip or in an image of one: all, a namespace, or one key.",
  arguments: [
    {
      name: "NAME",
      kind: "words",
      minimum: 0,
      usage: "[NAMESPACE [KEY]]",
      summary: "A namespace, and a key of it; none: all",
    },
  ],
  options: [...TARGET, SHOW_VALUES],
  examples: [
    { command: "esptool nvs get", what: "everything in the partition nvs" },
    { command: "esptool nvs get wifi ssid --show-sensitive-info", what: "one value in clear" },
    { command: "esptool nvs get --file nvs.bin", what: "of an image" },
  ],
  device: { inSecureDownload: false },
};
