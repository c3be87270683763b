import type { CommandSpec } from "../types.ts";
import { BY_NAME, NVS_VERSION, OUTDIR } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs make",
  description:
    "Makes the image of an NVS partition, byte for byte as nvs_partition_gen.py generate does. CSV as it takes it; or JSON or YAML: " +
    "{ namespace: { key: { type, value } } }.",
  arguments: [
    { name: "INPUT", kind: "file", summary: "CSV; JSON or YAML by the ending of the name" },
    { name: "OUTPUT", kind: "file", use: "write", summary: "The file to write, with a name ending with .bin" },
    { name: "SIZE", kind: "size", summary: "Of the partition, a multiple of 4096" },
  ],
  options: [NVS_VERSION, OUTDIR, BY_NAME],
  examples: [{ command: "esptool nvs make settings.csv nvs.bin 0x6000", what: "for the partition of most tables" }],
};
