import type { CommandSpec } from "./types.ts";

export const SPEC: CommandSpec = {
  name: "web",
  description:
    "Serves a page that flashes, reads and inspects boards in the browser, to this computer alone, until Ctrl-C. Boards are " +
    "chosen in the page; it has virtual ones, too.",
  arguments: [],
  options: [
    {
      name: "http",
      value: { label: "NUMBER", kind: "tcp-port" },
      summary: "TCP port to listen on; 0: any free one",
      default: "8266",
    },
  ],
  examples: [{ command: "esptool web", what: "and choose a board in the page" }],
  scopes: [],
};
