import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "summary",
  description: "Shows the eFuses: all of them, or those that are named.",
  arguments: [
    { name: "NAME", kind: "words", minimum: 0, usage: "[EFUSES_TO_SHOW]...", summary: "Names or aliases of eFuses" },
  ],
  options: [
    {
      name: "format",
      value: { label: "FORMAT", kind: "choice", choices: ["summary", "json", "value_only"] },
      summary: "A table, JSON, or nothing but the value of one eFuse",
      default: "summary",
    },
    { name: "file", value: { label: "FILE", kind: "file", use: "write-text" }, summary: "Write to a file instead" },
  ],
  examples: [
    { command: "espefuse --port virtual:esp32c3 summary", what: "everything" },
    { command: "espefuse --port /dev/ttyUSB0 summary --format value_only MAC", what: "one value" },
    { command: "espefuse --chip esp32s3 --virt summary --format json --file efuses.json", what: "for a program" },
  ],
};
