import type { CommandSpec } from "../types.ts";
import { SHELL_IN_USE } from "./completion-shell.ts";

export const SPEC: CommandSpec = {
  name: "completion install",
  description:
    "Puts the script for completion where the shell finds it, with one line in its start-up file where it needs one. " +
    "Once is enough, for esptool, espefuse and espsecure; again it brings the script up to date.",
  arguments: [SHELL_IN_USE],
  options: [],
  examples: [
    { command: "esptool completion install", what: "once; the shell you use, from its next start" },
    { command: "esptool completion install zsh", what: "for another one" },
  ],
};
