import type { OptionSpec } from "../types.ts";

/** What all commands of this family take. */
export const ON_THE_LINE: readonly OptionSpec[] = [
  {
    name: "baud",
    short: "b",
    value: { label: "RATE", kind: "baud" },
    summary: "Baud rate of the device's output",
    default: "115200",
  },
  { name: "log", summary: "Also show what the device prints meanwhile, on stderr" },
  {
    name: "wait",
    value: { label: "SECONDS", kind: "count" },
    summary: "How long to wait until the firmware answers at all, such as 10 after a reset",
    default: "2",
  },
  { name: "reset", summary: "Reset the chip first" },
];
