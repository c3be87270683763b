import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "read-protect-efuse",
  description: "Hides eFuses from software for good. Others that share their protection bit are hidden, too.",
  arguments: [{ name: "NAME", kind: "words", usage: "EFUSE_NAME...", summary: "Names or aliases of eFuses" }],
  options: [],
  examples: [{ command: "espefuse --chip esp32c3 --virt read-protect-efuse BLOCK_SYS_DATA2", what: "one eFuse" }],
  scopes: ["burn"],
};
