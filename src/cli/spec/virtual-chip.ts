import type { CommandSpec } from "./types.ts";

export const SPEC: CommandSpec = {
  name: "virtual-chip",
  description:
    "Runs a virtual chip that other programs reach over TCP as if it were on a serial port, until Ctrl-C. The chip is " +
    "the one given with --chip.",
  arguments: [],
  options: [
    {
      name: "tcp",
      value: { label: "NUMBER", kind: "tcp-port" },
      summary: "TCP port for plain bytes (socket://); 0: any free one",
    },
    {
      name: "tcp-any-baud",
      summary:
        "The chip understands clients of --tcp at every baud rate; without it a client that has the chip change its " +
        "rate, such as one with --baud, is lost, because plain bytes cannot say so",
    },
    {
      name: "rfc2217",
      value: { label: "NUMBER", kind: "tcp-port" },
      summary: "TCP port for bytes, baud rate and reset lines (rfc2217://); 0: any free one",
    },
    {
      name: "host",
      value: { label: "HOST", kind: "text" },
      summary: "Address to listen on; anything but this computer's own opens the chip to the network",
      default: "127.0.0.1",
    },
    {
      name: "idle-limit",
      value: { label: "MINUTES", kind: "integer" },
      summary: "Hang up on a client when nothing went in either direction for so long; 0: never",
      default: "720",
    },
    {
      name: "option",
      value: { label: "KEY=VALUE", kind: "text", repeatable: true },
      summary: "A property of the chip, such as flash=4MB or file=chip.bin; may be repeated",
    },
  ],
  examples: [
    { command: "esptool virtual-chip --chip esp32c3 --tcp 5001", what: "then use --port socket://127.0.0.1:5001" },
    {
      command: "esptool virtual-chip --chip esp32 --rfc2217 2217 --option flash=4MB",
      what: "with reset lines and 4 MB of flash",
    },
  ],
  scopes: ["chip-name"],
};
