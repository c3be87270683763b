import type { CommandSpec } from "../types.ts";
import { RULE_OPTIONS, TABLE_INPUT } from "./table-options.ts";

export const SPEC: CommandSpec = {
  name: "partition-table make",
  description:
    "Makes a binary partition table of a CSV file, and a CSV file of a binary table, as ESP-IDF's gen_esp32part.py does. " +
    "Nothing is written where the table is wrong. In a CSV file $NAME stands for a variable of the environment.",
  arguments: [TABLE_INPUT, { name: "OUTPUT", kind: "file", use: "write", summary: "The file to write", default: "-" }],
  options: [
    ...RULE_OPTIONS,
    { name: "quiet", short: "q", summary: "Say nothing but errors" },
    { name: "verify", summary: "Hold the partitions to the rules, as is done anyway", hidden: true },
  ],
  exclusive: [["verify", "no-verify"]],
  examples: [
    { command: "esptool partition-table make partitions.csv partitions.bin", what: "for flash, at 0x8000" },
    { command: "esptool partition-table make partitions.bin partitions.csv", what: "the other way" },
  ],
};
