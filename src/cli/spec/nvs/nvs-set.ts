import type { CommandSpec } from "../types.ts";
import { CHANGED_TARGET } from "./nvs-options.ts";

export const SPEC: CommandSpec = {
  name: "nvs set",
  description:
    "Sets one key in an NVS partition of the chip or in an image, as firmware does: the entry is appended, nothing else is touched, " +
    "and power may fail at any time. A value on the line can be seen by others of this computer: import takes them from a file.",
  arguments: [
    { name: "NAMESPACE", kind: "text", summary: "It is made if it is not there" },
    { name: "KEY", kind: "text", summary: "At most 15 bytes" },
    { name: "VALUE", kind: "text", summary: "A decimal number, a text, or the hexadecimal digits of a blob" },
  ],
  options: [
    {
      name: "type",
      value: {
        label: "TYPE",
        kind: "choice",
        choices: ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "string", "blob"],
      },
      summary: "Of the value; default: that of the key, if it is there",
    },
    ...CHANGED_TARGET,
  ],
  examples: [
    { command: "esptool nvs set app boots 0 --type u32", what: "a number" },
    { command: "esptool nvs set wifi ssid guests", what: "another text for a key that is there" },
  ],
  device: { inSecureDownload: false },
};
