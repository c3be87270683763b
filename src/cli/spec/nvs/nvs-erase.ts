import type { CommandSpec } from "../types.ts";
import { CHANGED_TARGET } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs erase",
  description: "Erases a key, or all keys of a namespace, in an NVS partition of the chip or in an image.",
  arguments: [
    {
      name: "NAME",
      kind: "words",
      minimum: 1,
      usage: "NAMESPACE [KEY]",
      summary: "A namespace, and a key of it; without one all of them",
    },
  ],
  options: CHANGED_TARGET,
  examples: [{ command: "esptool nvs erase wifi password", what: "one key" }],
  device: { inSecureDownload: false },
};
