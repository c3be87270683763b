import type { CommandSpec } from "../types.ts";
import { ON_THE_LINE } from "./improv-options.ts";

export const SPEC: CommandSpec = {
  name: "improv state",
  description: "Asks firmware that speaks Improv whether it has a Wi-Fi, and for the address of its page.",
  arguments: [],
  options: ON_THE_LINE,
  examples: [
    { command: "esptool improv state", what: "of the board that stands out" },
    { command: "esptool improv state --reset --wait 10 --log", what: "of a board that starts, with its log" },
  ],
  scopes: ["port"],
};
