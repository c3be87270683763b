import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "dump",
  description: "Shows the words of every block, or writes them to files that burn-block-data takes.",
  arguments: [],
  options: [
    {
      name: "format",
      value: { label: "FORMAT", kind: "choice", choices: ["default", "split", "joint"] },
      summary: "Words with their names; split: a file each block; joint: all in one file",
      default: "default",
    },
    {
      name: "file-name",
      value: { label: "FILE", kind: "file", use: "write" },
      summary: "Write to this file; with split the number of the block goes before its extension",
    },
  ],
  examples: [
    { command: "espefuse --port virtual:esp32c6 dump", what: "on the screen" },
    { command: "espefuse dump --format joint --file-name backup.bin", what: "into one file" },
  ],
};
