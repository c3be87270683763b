import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "get-security-info",
  description:
    "Shows what the chip says of its security settings: secure boot, flash encryption, keys and what is switched off. " +
    "The ESP8266 and the ESP32 cannot be asked.",
  arguments: [],
  options: [],
  examples: [{ command: "esptool --json get-security-info", what: "for a program" }],
  device: { inSecureDownload: true },
};
