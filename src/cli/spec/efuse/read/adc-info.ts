import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "adc-info",
  description: "Shows the calibration of the analog converters.",
  arguments: [],
  options: [],
  examples: [{ command: "espefuse --port virtual:esp32c3 adc-info", what: "what the factory measured" }],
};
