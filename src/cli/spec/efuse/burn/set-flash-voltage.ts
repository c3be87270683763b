import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "set-flash-voltage",
  description:
    "ESP32, ESP32-S2 and ESP32-S3: burns the voltage of the flash, so that the level of a pin at reset no longer counts.",
  arguments: [
    {
      name: "VOLTAGE",
      kind: "choice",
      choices: ["1.8V", "3.3V", "OFF"],
      summary: "1.8V, 3.3V, or OFF for flash that is powered from elsewhere",
    },
  ],
  options: [],
  examples: [{ command: "espefuse --chip esp32 --virt set-flash-voltage 3.3V", what: "frees GPIO12" }],
  scopes: ["burn"],
};
