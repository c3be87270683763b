import { checkText } from "../check/values.ts";
import { EspError } from "../errors.ts";

/** What lines of a log are shown: how much of each tag. */
export interface PrintFilter {
  /** Whether a line is shown. */
  shows(line: string): boolean;
}

/** Nothing, error, warning, info, debug, verbose. */
const LEVELS = "NEWIDV";
const ALL = LEVELS.indexOf("V");
const NOTHING = LEVELS.indexOf("N");
/** `E (1234) tag: text`, perhaps in colour. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const LOG_LINE = /^(?:\u001b\[[01];\d+m)?([EWIDV]) (?:\([^)]{0,64}\) )?([^:]{0,64}): /;

/**
 * Reads a filter as ESP-IDF's monitor writes it: items `TAG:LEVEL` with blanks between them, `*` for all other tags. A tag without a
 * level is shown with all levels; tags that no item is about are not shown, unless there is no item at all. Lines that
 * are no log lines are shown where `*` shows anything. Throws `argument.invalid`.
 *
 * @example parsePrintFilter("wifi:W *:I").shows("I (312) wifi: connected") // false
 */
export function parsePrintFilter(text: string): PrintFilter {
  const items = checkText(text, "text")
    .split(/\s+/)
    .filter((item) => item !== "");
  if (items.length === 0) return { shows: () => true };
  const levels = new Map(items.map(parseItem));
  const others = levels.get("*") ?? NOTHING;
  return {
    shows: (line) => {
      const [, level, tag] = LOG_LINE.exec(line) ?? [];
      if (level === undefined || tag === undefined) return others > NOTHING;
      return (levels.get(tag) ?? others) >= LEVELS.indexOf(level);
    },
  };
}

function parseItem(item: string): readonly [string, number] {
  const [tag = "", level = "", ...more] = item.split(":");
  if (more.length > 0) throw invalid(item, "it has more than one colon");
  if (tag === "") throw invalid(item, "it has no tag");
  if (level === "" || level === "*") return [tag, ALL];
  const number = LEVELS.indexOf(level.toUpperCase());
  if (level.length !== 1 || number === -1) throw invalid(item, `there is no level '${level}'`);
  return [tag, number];
}

function invalid(item: string, why: string): EspError {
  return new EspError("argument.invalid", `'${item}' is no item of a print filter: ${why}.`, {
    hint: "Items are TAG:LEVEL with blanks between them, such as wifi:W *:I; levels are N, E, W, I, D and V.",
    details: { item },
  });
}
