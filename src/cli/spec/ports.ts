import type { CommandSpec } from "./types.ts";

export const SPEC: CommandSpec = {
  name: "ports",
  description:
    "Lists the serial ports of this computer, the most promising first, and says why a port cannot be used. No port " +
    "is opened.",
  arguments: [],
  options: [],
  examples: [
    { command: "esptool ports", what: "for people" },
    { command: "esptool ports --json", what: "for a program" },
  ],
};
