import type { CommandSpec } from "../../types.ts";
import { FORCE_WRITE_ALWAYS } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "burn-bit",
  description: "Burns bits of a block by their numbers, 0 being the lowest bit of its first word.",
  arguments: [
    { name: "BLOCK", kind: "text", summary: "The block, by name or alias" },
    { name: "BIT", kind: "words", usage: "BIT_NUMBER...", summary: "Numbers of bits" },
  ],
  options: [FORCE_WRITE_ALWAYS],
  examples: [{ command: "espefuse --chip esp32c3 --virt burn-bit BLOCK_USR_DATA 1 5 200", what: "three bits" }],
  scopes: ["burn"],
};
