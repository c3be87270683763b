import type { CommandSpec } from "../types.ts";
import { BY_NAME, ENCRYPT_OPTIONS, FORCE, NVS_VERSION, OUTDIR } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs encrypt",
  description:
    "Makes an encrypted image of an NVS partition, as nvs_partition_gen.py encrypt does, with new keys or with given ones. Key " +
    "files are written for their owner alone.",
  arguments: [
    { name: "INPUT", kind: "file", summary: "CSV; JSON or YAML by the ending of the name" },
    { name: "OUTPUT", kind: "file", use: "write", summary: "The file to write, with a name ending with .bin" },
    { name: "SIZE", kind: "size", summary: "Of the partition, a multiple of 4096" },
  ],
  options: [NVS_VERSION, ...ENCRYPT_OPTIONS, OUTDIR, BY_NAME, FORCE],
  exclusive: [
    ["keygen", "inputkey"],
    ["kp-hmac-keygen", "kp-hmac-inputkey"],
  ],
  examples: [
    {
      command: "esptool nvs encrypt settings.csv nvs.bin 0x6000 --keygen --keyfile keys.bin",
      what: "with new keys, in keys/keys.bin",
    },
    { command: "esptool nvs encrypt settings.csv nvs.bin 0x6000 --inputkey keys/keys.bin", what: "with those again" },
  ],
};
