import type { CommandSpec } from "../types.ts";
import { FORCE, KEY_OPTIONS, OUTDIR } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs make-keys",
  description: "Makes a keys partition for NVS encryption, of random keys or of an HMAC key. Only you may read it.",
  arguments: [],
  options: [...KEY_OPTIONS, OUTDIR, FORCE],
  exclusive: [["kp-hmac-keygen", "kp-hmac-inputkey"]],
  examples: [
    { command: "esptool nvs make-keys --keyfile keys.bin", what: "random keys, in keys/keys.bin" },
    {
      command: "esptool nvs make-keys --key-protect-hmac --kp-hmac-inputkey hmac.bin --keyfile keys.bin",
      what: "those that a chip derives from the HMAC key in its eFuses",
    },
  ],
};
