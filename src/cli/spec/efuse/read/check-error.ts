import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "check-error",
  description: "Looks for eFuses that the chip reads with errors.",
  arguments: [],
  options: [{ name: "recovery", summary: "Burn the content of damaged blocks once more" }],
  examples: [
    { command: "espefuse --port virtual:esp32c3 check-error", what: "exit code 2 when there are any" },
    { command: "espefuse --port virtual:esp32c3 check-error --recovery", what: "try to mend them" },
  ],
};
