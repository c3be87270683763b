import type { CommandSpec } from "../types.ts";
import { RULE_OPTIONS, TABLE_INPUT } from "./table-options.ts";

export const SPEC: CommandSpec = {
  name: "partition-table show",
  description: "Draws a partition table to scale, and says what is wrong with it.",
  arguments: [TABLE_INPUT],
  options: RULE_OPTIONS,
  examples: [
    { command: "esptool partition-table show partitions.csv", what: "what a project will have in flash" },
    {
      command: "esptool partition-table show build/partitions.bin --flash-size 4MB",
      what: "a built one, within the flash it is for",
    },
  ],
};
