import { EspError } from "../../errors.ts";
import { keywordOf, SUBTYPES, type Subtypes, TYPES } from "../table/keywords.ts";
import { readCsvNumber } from "./csv-number.ts";

/**
 * The subtypes with those of a project, each as `data, my_data, 0x50`: type, name and number in hexadecimal. Throws
 * `argument.invalid` for one that cannot be, or whose number has a name already.
 */
export function withExtraSubtypes(extra: readonly string[]): Subtypes {
  const all = new Map([...SUBTYPES].map(([type, keywords]) => [type, new Map(keywords)]));
  for (const text of extra) {
    const [typeText = "", name = "", numberText = ""] = text.split(",").map((part) => part.trim());
    const type = readCsvNumber(typeText, TYPES);
    const subtype = /^(?:0x)?[0-9a-f]{1,2}$/i.test(numberText) ? Number.parseInt(numberText, 16) : null;
    if (type === null || type < 0 || type > 0xff || name === "" || subtype === null) {
      throw invalid(text, "it is not a type, a name and a number", "Write: data, my_data, 0x50.");
    }
    const keywords = all.get(type) ?? new Map<string, number>();
    const taken = keywordOf(subtype, keywords);
    if (taken !== null && taken !== name.toLowerCase())
      throw invalid(text, `${numberText} is '${taken}' already`, "Give it another number.");
    all.set(type, keywords.set(name.toLowerCase(), subtype));
  }
  return all;
}

function invalid(text: string, why: string, hint: string): EspError {
  return new EspError("argument.invalid", `The extra subtype '${text}' cannot be: ${why}.`, {
    hint,
    details: { argument: "extraSubtypes", received: text },
  });
}
