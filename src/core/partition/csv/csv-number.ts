import type { Keywords } from "../table/keywords.ts";

const UNITS: Readonly<Record<string, number>> = { k: 1024, m: 1024 * 1024 };

/** As in Python source: no leading zeros, underscores between digits, 0x, 0o and 0b. */
const LITERAL = /^([+-]?)(0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|[1-9](?:_?\d)*|0+(?:_?0)*)$/i;

/**
 * A number of a CSV file, or what a keyword stands for. Letters k and m at the end multiply, as many as there are, and are
 * taken off before a keyword is looked for (fact sheet build-outputs 2.2). Null: it is neither.
 */
export function readCsvNumber(text: string, keywords?: Keywords): number | null {
  let body = text.trim();
  let unit = 1;
  for (let factor = unitOf(body); factor !== undefined; factor = unitOf(body)) {
    unit *= factor;
    body = body.slice(0, -1).trim();
  }
  const match = LITERAL.exec(body);
  if (match !== null) {
    const [, sign = "", digits = ""] = match;
    const value = Number(digits.replaceAll("_", "")) * unit;
    return sign === "-" && value !== 0 ? -value : value;
  }
  const known = keywords?.get(body.toLowerCase());
  return known === undefined ? null : known * unit;
}

function unitOf(text: string): number | undefined {
  return UNITS[text.slice(-1).toLowerCase()];
}
