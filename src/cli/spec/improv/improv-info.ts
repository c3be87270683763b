import type { CommandSpec } from "../types.ts";
import { ON_THE_LINE } from "./improv-options.ts";

export const SPEC: CommandSpec = {
  name: "improv info",
  description: "Asks firmware that speaks Improv what it is: its name and version, the chip, the device's name.",
  arguments: [],
  options: ON_THE_LINE,
  examples: [{ command: "esptool -p /dev/ttyUSB0 improv info", what: "which firmware is on the board" }],
  scopes: ["port"],
};
