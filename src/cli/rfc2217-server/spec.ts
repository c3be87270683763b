import type { CommandSpec } from "../spec/types.ts";

/** `esp-rfc2217-server` (fact sheet 9). */
export const SPEC: CommandSpec = {
  name: "esp-rfc2217-server",
  description:
    "Shares a serial port over the network by RFC 2217, with one client at a time, until Ctrl-C. The resets that a " +
    "client asks for are done here with the right timing, which a network does not have.",
  arguments: [
    {
      name: "SERIALPORT",
      kind: "text",
      summary: "The port to share: a serial port, socket://HOST:PORT, rfc2217://HOST:PORT or virtual:CHIP",
    },
  ],
  options: [
    {
      name: "localport",
      short: "p",
      value: { label: "NUMBER", kind: "tcp-port" },
      summary: "TCP port to listen on; 0: any free one",
      default: "2217",
    },
    {
      name: "host",
      value: { label: "HOST", kind: "text" },
      summary:
        "Address to listen on; anything but this computer's own opens the port to the network without any protection",
      default: "127.0.0.1",
    },
    {
      name: "idle-limit",
      value: { label: "MINUTES", kind: "integer" },
      summary: "Hang up on a client when nothing went in either direction for so long; 0: never",
      default: "720",
    },
    {
      name: "r0",
      summary: "Hold the boot pin for half a second more, for boards with a large capacitor at the reset pin",
    },
    { name: "verbose", short: "v", summary: "Log changes of the baud rate, too; twice: changes of DTR and RTS" },
  ],
  examples: [
    {
      command: "esp-rfc2217-server /dev/ttyUSB0",
      what: "then esptool --port rfc2217://127.0.0.1:2217 ...",
    },
    { command: "esp-rfc2217-server --host 0.0.0.0 -p 4000 COM3", what: "for every computer of the network" },
  ],
};
