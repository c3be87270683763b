import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "make-image",
  description:
    "Makes an ESP8266 image of version 1 of raw segments, each a file and its address, in the order given. A segment " +
    "in flash becomes a file of its own; the addresses stand in the names.",
  arguments: [
    { name: "OUTPUT", kind: "file", use: "names", summary: "What the names of the files to write begin with" },
  ],
  options: [
    {
      name: "segfile",
      short: "f",
      value: { label: "FILE", kind: "file", repeatable: true },
      summary: "Contents of a segment; once for each segment",
    },
    {
      name: "segaddr",
      short: "a",
      value: { label: "ADDRESS", kind: "integer", repeatable: true },
      summary: "Address of a segment; as many as there are files",
    },
    {
      name: "entrypoint",
      short: "e",
      value: { label: "ADDRESS", kind: "integer" },
      summary: "Where the program starts",
      default: "0",
    },
  ],
  examples: [
    {
      command: "esptool make-image -f text.bin -a 0x40100000 -f data.bin -a 0x3ffe8000 -e 0x40100004 app-",
      what: "makes app-0x00000.bin",
    },
  ],
  scopes: ["chip-name"],
};
