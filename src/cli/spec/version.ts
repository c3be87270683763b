import type { CommandSpec } from "./types.ts";

export const SPEC: CommandSpec = {
  name: "version",
  description: "Shows which version of the reference tool the commands follow, and the version of this tool.",
  arguments: [],
  options: [],
  examples: [{ command: "esptool version", what: "both versions" }],
};
