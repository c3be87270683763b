import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "get-custom-mac",
  description: "Shows the MAC address that was burned with burn-custom-mac.",
  arguments: [],
  options: [],
  examples: [{ command: "espefuse --port virtual:esp32 get-custom-mac", what: "reads nothing but what it needs" }],
};
