import { findField } from "../../../../efuse.ts";
import type { RunContext } from "../../../context.ts";
import type { BurnCommand } from "../prepared.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

/** What both protections have in common: the names, each once, and a line about each. */
export function prepareProtection(
  { arguments: { words }, print }: RunContext,
  kind: "read-protect" | "write-protect",
): BurnCommand {
  return {
    kind: "burn",
    requests(table) {
      refuseRepeated(words, (word) => findField(table, word).name);
      return words.map((field) => ({ kind, field }));
    },
    announce(outcomes) {
      for (const { remarks } of outcomes) for (const { message } of remarks) print(message);
    },
  };
}
