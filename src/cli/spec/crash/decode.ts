import { ELF } from "../elf-option.ts";
import type { CommandSpec } from "../types.ts";

export const SPEC: CommandSpec = {
  name: "decode",
  description:
    "Explains the crashes in a saved log: shows the log as it is, and after each crash, in lines that begin with ---, what it " +
    "means, where it happened and how the program came there. Without --elf the program is the one that was built in this folder or used before, if it is the one that ran.",
  arguments: [{ name: "FILE", kind: "file", summary: "The log; - is standard input" }],
  options: [ELF, { name: "only-reports", summary: "Leave the log itself out" }],
  examples: [
    { command: "esptool decode board.log --elf build/app.elf", what: "the log, explained" },
    {
      command: "esptool decode - --elf build/app.elf --only-reports",
      what: "of a log that is piped in, the crashes alone",
    },
  ],
  plainStdout: true,
  scopes: ["memory"],
};
