import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "chip-id",
  description: "Shows the chip id of an ESP8266. Other chips have none; their MAC address is shown instead.",
  arguments: [],
  options: [],
  examples: [{ command: "esptool --chip esp8266 chip-id", what: "of an ESP8266" }],
  device: { inSecureDownload: false },
};
