import { EspError } from "../../index.ts";
import type { ArgumentSpec } from "../spec/types.ts";
import { parseSize } from "./value/sizes.ts";

const NUMBERS: ReadonlySet<string> = new Set(["integer", "size", "size-or-all"]);

/**
 * A file where a number should be, and a number where the file should be: `read-flash backup.bin 0 4M`. Throws
 * `argument.invalid` with the words in their order.
 */
export function refuseOtherOrder(specs: readonly ArgumentSpec[], words: readonly string[]): void {
  if (words.length !== specs.length) return;
  if (specs[0]?.byName === true && words[0]?.startsWith("@") === true) return;
  const file = specs.findIndex(({ kind }) => kind === "file");
  const wrong = words.findIndex((word, index) => NUMBERS.has(specs[index]?.kind ?? "") && !isNumber(word));
  const inPlaceOfFile = words[file];
  if (file === -1 || wrong === -1 || inPlaceOfFile === undefined || !isNumber(inPlaceOfFile)) return;
  const others = words.filter((_, index) => index !== wrong);
  const ordered = specs.map((_, index) => (index === file ? words[wrong] : others[index < file ? index : index - 1]));
  throw new EspError(
    "argument.invalid",
    `'${words[wrong]}' stands where ${specs[wrong]?.name} should: the order is ${specs.map(({ name }) => name).join(" ")}.`,
    { hint: `Write ${ordered.join(" ")}.` },
  );
}

function isNumber(word: string): boolean {
  return parseSize(word) !== null || word.toLowerCase() === "all";
}
