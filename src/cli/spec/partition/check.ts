import type { CommandSpec } from "../types.ts";
import { RULE_OPTIONS, TABLE_INPUT } from "./table-options.ts";

export const SPEC: CommandSpec = {
  name: "partition-table check",
  description:
    "Says what is wrong with a partition table, each thing with its line and column or its offset. It fails where there is an error; warnings are none.",
  arguments: [TABLE_INPUT],
  options: RULE_OPTIONS,
  examples: [{ command: "esptool partition-table check partitions.csv --flash-size 4MB", what: "in a build" }],
};
