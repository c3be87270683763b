import { EspError } from "../../../../index.ts";

/**
 * Throws `efuse.repeated` where a name is given twice; `Found repeated` is a marker (fact sheet A12, A13). `meaning` is
 * what a name stands for: an alias is the same thing.
 */
export function refuseRepeated(names: readonly string[], meaning: (name: string) => string = (name) => name): void {
  const meant = names.map(meaning);
  const repeated = names.filter((_, index) => meant.indexOf(meant[index] ?? "") !== index);
  if (repeated.length === 0) return;
  throw new EspError("efuse.repeated", `Found repeated [${repeated.join(", ")}] in the name list.`, {
    hint: "Name each once; an alias is the same.",
    details: { repeated },
  });
}
