import type { CommandSpec } from "./types.ts";

export const SPEC: CommandSpec = {
  name: "doctor",
  description:
    "Looks at what stands between this computer and a board: ports and the right to use them, programs that have them open or " +
    "grab them, slow adapters, Node and the serial driver; says of each what mends it. No port is opened and nothing is " +
    "changed. The exit code is 0 whatever is found; --json lists the findings.",
  arguments: [],
  options: [],
  examples: [
    { command: "esptool doctor", what: "for people" },
    { command: "esptool doctor --json", what: "for a program" },
  ],
};
