import { blockNames, type EfuseField, type EfuseTable, fieldNames } from "../../efuse.ts";
import { tableOfChip } from "../run/efuse/table-of-chip.ts";
import { EFUSE_CHIPS } from "../spec/efuse/global-options.ts";
import { commonForm, ownForm, type TakenNames, takenNames, type WordForm, type WordRole } from "./espefuse-words.ts";
import type { Candidate, OfferedWords, WordPlace } from "./offered-words.ts";

/**
 * Names for the words behind a command of espefuse. Without a chip all are thought of that have the blocks and purposes
 * typed so far; of eFuses there would be too many then. Null for a command that takes no names.
 */
export async function offerEfuseWords({ command, words, chip, options }: WordPlace): Promise<OfferedWords | null> {
  const common = commonForm(command);
  if (common === null) return null;
  const chips = chipsMeant(chip, options["virt"] === true);
  if (chips.length > 1 && common.roles.includes("eFuse")) return offerOf(common, words, () => []);
  const offers: OfferedWords[] = [];
  for (const table of await Promise.all(chips.map(tableOfChip))) {
    const form = ownForm(command, table) ?? common;
    const names = takenNames(command, table);
    if (!fits(words, form, names)) continue;
    offers.push(offerOf(form, words, (role) => candidatesFor(role, names, { table, before: words.at(-1) })));
  }
  return {
    candidates: withoutRepeats(offers.flatMap(({ candidates }) => candidates)),
    isFile: offers.some(({ isFile }) => isFile),
    mayEnd: offers.some(({ mayEnd }) => mayEnd),
  };
}

/** As when the line is run: virtual eFuses without a chip are an ESP32's. */
function chipsMeant(chip: string, isVirtual: boolean): readonly string[] {
  if (EFUSE_CHIPS.includes(chip)) return [chip];
  return isVirtual ? ["esp32"] : EFUSE_CHIPS;
}

function offerOf(
  form: WordForm,
  { length }: readonly string[],
  candidates: (role: WordRole) => readonly Candidate[],
): OfferedWords {
  const role = roleAt(form, length);
  return {
    candidates: role === null ? [] : candidates(role),
    isFile: role === "file",
    mayEnd: isWhole(form, length),
  };
}

function roleAt({ roles, repeats }: WordForm, index: number): WordRole | null {
  if (index < roles.length) return roles[index] ?? null;
  if (repeats === "none") return null;
  return (repeats === "last" ? roles.at(-1) : roles[index % roles.length]) ?? null;
}

function isWhole({ roles, repeats, firstMayBeAlone }: WordForm, length: number): boolean {
  if (length === 1 && firstMayBeAlone === true) return true;
  return repeats === "all" ? length % roles.length === 0 : length >= roles.length;
}

/** Whether a chip has the blocks and purposes; eFuses may also come from --extend-efuse-table. */
function fits(words: readonly string[], form: WordForm, { blocks, purposes }: TakenNames): boolean {
  const known = blockNames(blocks);
  return words.every((word, index) => {
    const role = roleAt(form, index);
    if (role === "block") return known.includes(word);
    return role !== "purpose" || purposes.some(({ name }) => name === word);
  });
}

interface Around {
  readonly table: EfuseTable;
  readonly before: string | undefined;
}

function candidatesFor(role: WordRole, { eFuses, blocks, purposes }: TakenNames, around: Around): Candidate[] {
  switch (role) {
    case "eFuse":
      return eFuses.flatMap((field) => fieldNames([field]).map((value) => ({ value, description: field.description })));
    case "block":
      return blocks.flatMap((block) =>
        blockNames([block]).map((value) => ({
          value,
          description: value === block.name ? block.aliases.join(", ") : block.name,
        })),
      );
    case "purpose":
      return purposes.map(({ name }) => ({ value: name, description: "" }));
    case "value":
      return valueCandidates(around);
    case "bit":
    case "file":
      return [];
  }
}

/** Of values only the purposes of keys have names; one for two blocks has no value of its own (fact sheet A7). */
function valueCandidates({ table, before }: Around): Candidate[] {
  const isMeant = ({ name, aliases }: EfuseField): boolean => before === name || aliases.includes(before ?? "");
  if (table.fields.find(isMeant)?.fieldClass !== "key-purpose") return [];
  return table.keyPurposes.filter(({ code }) => code >= 0).map(({ name }) => ({ value: name, description: "" }));
}

function withoutRepeats(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.value, candidate])).values()];
}
