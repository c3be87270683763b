import type { CommandSpec } from "../types.ts";
import { ON_THE_LINE } from "./improv-options.ts";

export const SPEC: CommandSpec = {
  name: "improv scan",
  description: "Has firmware that speaks Improv look for Wi-Fi networks, and lists those it sees, the strongest first.",
  arguments: [],
  options: ON_THE_LINE,
  examples: [{ command: "esptool improv scan", what: "what the board receives where it is" }],
  scopes: ["port"],
};
