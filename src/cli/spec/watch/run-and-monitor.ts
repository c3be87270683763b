import type { CommandSpec } from "../types.ts";
import { HEX, MONITOR_BAUD, MONITOR_OPTIONS } from "./monitor-options.ts";

export const SPEC: CommandSpec = {
  name: "run-and-monitor",
  description:
    "Starts the program in flash and shows what it prints, from the first byte: the port is open before the chip is reset, and " +
    "stays open. Keys, explanations and exit codes are those of monitor.",
  arguments: [],
  options: [MONITOR_BAUD, ...MONITOR_OPTIONS, HEX],
  plainStdout: true,
  examples: [
    { command: "esptool run-and-monitor", what: "the program of the board that stands out" },
    {
      command: "esptool run-and-monitor --expect READY --fail-on Guru --timeout 30",
      what: "in a script: exit code 0 when READY was seen",
    },
  ],
  scopes: ["port", "memory"],
};
