import type { CommandSpec } from "../types.ts";
import { ON_THE_LINE } from "./improv-options.ts";

export const SPEC: CommandSpec = {
  name: "improv wifi",
  description:
    "Gives firmware that speaks Improv a Wi-Fi, waits until it has joined it, and prints the address of its page. The password " +
    "is asked for on the terminal, without being shown, unless a file holds it; it is written nowhere.",
  arguments: [{ name: "SSID", kind: "text", summary: "Name of the network" }],
  options: [
    {
      name: "password-file",
      value: { label: "FILE", kind: "file" },
      summary: "File with the password in its first line; -: from stdin",
    },
    { name: "open", summary: "The network has no password" },
    ...ON_THE_LINE,
  ],
  examples: [
    { command: "esptool improv wifi Home", what: "the password is asked for" },
    { command: "esptool improv wifi Home --password-file wifi.txt", what: "in a script" },
    { command: "esptool improv wifi guests --open", what: "a network without a password" },
  ],
  scopes: ["port"],
};
