import { ELF } from "./elf-option.ts";
import type { OptionSpec } from "./types.ts";

/** Its letter has another meaning where something is written. */
const withoutLetter = ({ short: _, ...option }: OptionSpec): OptionSpec => option;

/** Of commands that write a program: look at what it prints, from its start. */
export const WATCH_OPTIONS: readonly OptionSpec[] = [
  { name: "monitor", summary: "Then start the program and show what it prints, from the first byte; Ctrl-] exits" },
  {
    name: "monitor-baud",
    value: { label: "RATE", kind: "baud" },
    summary: "With --monitor: the baud rate of what is printed (default: as the build says, else 115200)",
  },
  {
    ...withoutLetter(ELF),
    summary: "With --monitor: explain crashes with this program (default: that of the build)",
  },
  {
    name: "until",
    value: { label: "REGEX", kind: "text" },
    summary: "With --monitor: end, as a success, when a line matches",
  },
  {
    name: "fail-on",
    value: { label: "REGEX", kind: "text", repeatable: true },
    summary: "With --monitor: end, as a failure, when a line matches; may be repeated",
  },
  {
    name: "timeout",
    value: { label: "SECONDS", kind: "count" },
    summary: "With --monitor: end after so long: a failure where --until waits for something",
  },
];
