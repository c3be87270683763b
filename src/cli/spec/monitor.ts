import type { CommandSpec } from "./types.ts";

export const SPEC: CommandSpec = {
  name: "monitor",
  description:
    "Shows what the chip prints and sends it what is typed or piped in; the board is not reset by it. Ctrl-] exits; " +
    "Ctrl-T opens a menu: reset, bootloader, log, timestamps. Ctrl-C goes to the chip, unless stdin is no terminal. A port " +
    "that goes away is opened again when it is back.",
  arguments: [],
  options: [
    {
      name: "baud",
      short: "b",
      value: { label: "RATE", kind: "baud" },
      summary: "Baud rate of the device's output, such as 74880",
      default: "115200",
      env: "MONITORBAUD",
    },
    { name: "reset", summary: "Reset the chip first, to see its output from the start" },
    { name: "timestamps", summary: "Put date and time before each line" },
    { name: "hex", summary: "Show bytes, as a hex dump" },
    {
      name: "log",
      value: { label: "FILE", kind: "file", use: "keep" },
      summary: "Also add everything shown to the end of this file",
    },
  ],
  plainStdout: true,
  examples: [
    { command: "esptool monitor", what: "the port that stands out, at 115200 baud" },
    { command: "esptool -p /dev/ttyUSB0 monitor -b 74880 --reset", what: "the boot log of an ESP8266" },
    { command: "esptool monitor --timestamps --log board.log", what: "keep a log" },
  ],
  scopes: ["port"],
};
