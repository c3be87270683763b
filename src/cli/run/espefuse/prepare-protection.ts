import { findField } from "../../../efuse.ts";
import { EspError } from "../../../index.ts";
import type { RunContext } from "../context.ts";
import type { BurnCommand } from "./prepared.ts";

/** What both protections have in common: the names, each once, and a line about each. */
export function prepareProtection(
  { arguments: { words }, print }: RunContext,
  kind: "read-protect" | "write-protect",
): BurnCommand {
  return {
    kind: "burn",
    requests(table) {
      const names = words.map((word) => findField(table, word).name);
      const repeated = words.filter((_, index) => names.indexOf(names[index] ?? "") !== index);
      if (repeated.length > 0) {
        // A marker (fact sheet A12).
        throw new EspError("efuse.repeated", `Found repeated [${repeated.join(", ")}] in the name list.`, {
          hint: "Name each eFuse once; an alias is the same eFuse.",
          details: { repeated },
        });
      }
      return words.map((field) => ({ kind, field }));
    },
    announce(outcomes) {
      for (const { remarks } of outcomes) for (const { message } of remarks) print(message);
    },
  };
}
