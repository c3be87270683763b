import type { CommandSpec } from "../types.ts";
import { HEX, MONITOR_BAUD, MONITOR_OPTIONS } from "./monitor-options.ts";

export const SPEC: CommandSpec = {
  name: "monitor",
  description:
    "Shows what the chip prints and sends it what is typed or piped in; the board is not reset by it. Ctrl-] exits; " +
    "Ctrl-T opens a menu: reset, bootloader, freeze, search, send, log, timestamps. Ctrl-C goes to the chip, unless stdin is no terminal. A port " +
    "that goes away is opened again when it is back. Crashes are explained in lines that begin with ---, with the program of " +
    "--elf, or else the one that was built in this folder or used before, if it is the one that runs.",
  arguments: [],
  options: [
    MONITOR_BAUD,
    { name: "reset", summary: "Reset the chip first, to see its output from the start" },
    ...MONITOR_OPTIONS,
    HEX,
  ],
  plainStdout: true,
  examples: [
    { command: "esptool monitor", what: "the port that stands out, at 115200 baud" },
    { command: "esptool -p /dev/ttyUSB0 monitor -b 74880 --reset", what: "the boot log of an ESP8266" },
    { command: "esptool monitor --timestamps --log board.log", what: "keep a log" },
    { command: "esptool monitor --elf build/app.elf", what: "with crashes explained" },
    {
      command: "esptool monitor --reset --until READY --fail-on Guru --timeout 30",
      what: "in a script: exit code 0 when READY was seen",
    },
  ],
  scopes: ["port", "memory"],
};
