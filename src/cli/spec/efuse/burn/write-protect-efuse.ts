import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "write-protect-efuse",
  description: "Locks eFuses for good. Others that share their protection bit are locked, too.",
  arguments: [{ name: "NAME", kind: "words", usage: "EFUSE_NAME...", summary: "Names or aliases of eFuses" }],
  options: [],
  examples: [{ command: "espefuse --chip esp32c3 --virt write-protect-efuse WDT_DELAY_SEL", what: "one eFuse" }],
  scopes: ["burn"],
};
