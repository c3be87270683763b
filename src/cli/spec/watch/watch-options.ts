import type { OptionSpec } from "../types.ts";
import { MONITOR_OPTIONS } from "./monitor-options.ts";

/** Letters have other meanings where something is written. */
function withMonitor({ short: _, ...option }: OptionSpec): OptionSpec {
  const summary =
    option.name === "elf" ? "explain crashes with this program (default: that of the build)" : lowered(option.summary);
  return { ...option, needs: "monitor", summary: `With --monitor: ${summary}` };
}

function lowered(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

/** Of commands that write a program: look at what it prints, from its start. */
export const WATCH_OPTIONS: readonly OptionSpec[] = [
  { name: "monitor", summary: "Then start the program and show what it prints, from the first byte; Ctrl-] exits" },
  {
    name: "monitor-baud",
    needs: "monitor",
    value: { label: "RATE", kind: "baud" },
    summary: "With --monitor: the baud rate of what is printed (default: as the build says, else 115200)",
  },
  ...MONITOR_OPTIONS.map(withMonitor),
];
