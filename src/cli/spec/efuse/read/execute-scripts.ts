import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "execute-scripts",
  description: "Not there any more: scripts use the library instead (esptool-ts/efuse).",
  arguments: [{ name: "SCRIPT", kind: "words", minimum: 0, summary: "Names of scripts, which are not run" }],
  options: [
    { name: "index", value: { label: "INDEX", kind: "text" }, summary: "Not used any more" },
    { name: "configfiles", value: { label: "FILE", kind: "text" }, summary: "Not used any more" },
  ],
  examples: [],
};
