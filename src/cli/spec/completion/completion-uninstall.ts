import type { CommandSpec } from "../types.ts";
import { SHELL_IN_USE } from "./completion-shell.ts";

export const SPEC: CommandSpec = {
  name: "completion uninstall",
  description: "Takes away what completion install has put there, and nothing else.",
  arguments: [SHELL_IN_USE],
  options: [],
  examples: [{ command: "esptool completion uninstall", what: "for the shell you use" }],
};
