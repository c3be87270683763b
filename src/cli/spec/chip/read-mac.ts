import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "read-mac",
  description: "Shows the MAC address that the chip carries in its eFuses.",
  arguments: [],
  options: [],
  examples: [{ command: "esptool --port /dev/ttyUSB0 read-mac", what: "on this port" }],
  device: { inSecureDownload: false },
};
