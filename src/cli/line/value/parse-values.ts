// Shelf: values: numbers, sizes, choices, filters, pairs of address and file.
// In: the text of a value and what kind it should be of.
// Out: the value, or `argument.*`.

import { EspError } from "../../../index.ts";
import type { ValueSpec } from "../../spec/types.ts";
import { didYouMean } from "../meant/closest-name.ts";
import { parseInteger } from "./integers.ts";
import { checkPortFilter } from "./port-filter.ts";
import { bitsHint, parseSize } from "./sizes.ts";
import { parseSpiConnection } from "./spi-connection-text.ts";

const HIGHEST_WORD = 0xffff_ffff;

/** `ESP32-S3`, `esp32s3` and `ESP32(S3)` are the same chip. */
export function chipKey(text: string): string {
  return text.toLowerCase().replace(/[-()]/g, "");
}

/** What a value is called in messages: `--baud`, `ESPTOOL_BAUD` or `ADDRESS`. */
export type ValueName = string;

/** A value of the kind that its declaration names. Throws `argument.invalid`, `argument.unknown-chip`. */
export function parseValue(text: string, spec: Pick<ValueSpec, "kind" | "choices">, name: ValueName): string | number {
  switch (spec.kind) {
    case "text":
    case "file":
      if (text === "") throw invalid(text, name, "it is empty", "Give a name, or leave it out.");
      return text;
    case "choice":
      return oneOf(text, spec.choices ?? [], name);
    case "chip":
      return chipName(text, spec.choices ?? [], name);
    case "integer":
      return word(text, parseInteger(text), name, "an integer such as 4096 or 0x1000");
    case "size":
      return word(text, parseSize(text), name, "a size such as 4096, 0x1000, 4k or 1M");
    case "size-or-all":
      if (text.toLowerCase() === "all") return "all";
      return word(text, parseSize(text), name, "a size such as 4096, 0x1000, 4k or 1M, or the word all");
    case "port-filter":
      return checkPortFilter(text);
    case "spi-connection":
      return parseSpiConnection(text, name);
    case "baud":
      return decimal(text, name, { from: 1, to: HIGHEST_WORD, example: "115200" });
    case "tcp-port":
      return decimal(text, name, { from: 0, to: 65_535, example: "5001" });
    case "count":
      return decimal(text, name, { from: -HIGHEST_WORD, to: HIGHEST_WORD, example: "7" });
  }
}

function word(text: string, value: number | null, name: ValueName, expected: string): number {
  if (value === null)
    throw invalid(text, name, `it is not ${expected}`, hexadecimalHint(text) ?? bitsHint(text) ?? `Write ${expected}.`);
  if (value > HIGHEST_WORD) throw invalid(text, name, "it needs more than 32 bits", "Addresses end at 0xffffffff.");
  return value;
}

/** `1f000`, `10000h` and `08000` were meant in hexadecimal. */
function hexadecimalHint(text: string): string | null {
  const digits = /^([0-9a-f]+)h$/i.exec(text)?.[1] ?? (/^\d[0-9a-f]*$/i.test(text) ? text : null);
  if (digits === null || (!/[a-f]/i.test(text) && !text.startsWith("0") && !/h$/i.test(text))) return null;
  return `Did you mean 0x${digits.replace(/^0+(?=.)/, "")}? A hexadecimal number begins with 0x.`;
}

function decimal(text: string, name: ValueName, range: { from: number; to: number; example: string }): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.from && value <= range.to) return value;
  const limits = range.from < 0 ? "" : `, from ${range.from} to ${range.to}`;
  throw invalid(
    text,
    name,
    "it is not such a decimal number",
    `Write a decimal number such as ${range.example}${limits}.`,
  );
}

function oneOf(text: string, choices: readonly string[], name: ValueName): string {
  if (choices.includes(text)) return text;
  throw invalid(text, name, "there is no such choice", choiceHint(text, choices));
}

function chipName(text: string, choices: readonly string[], name: ValueName): string {
  const key = chipKey(text);
  if (choices.includes(key)) return key;
  throw new EspError("argument.unknown-chip", `There is no chip '${text}' (${name}).`, {
    hint: choiceHint(key, choices),
    details: { given: text, value: text, name },
  });
}

function choiceHint(text: string, choices: readonly string[]): string {
  return [didYouMean(text, choices) ?? "", `Choose from ${choices.join(", ")}.`].join(" ").trim();
}

function invalid(text: string, name: ValueName, why: string, hint: string): EspError {
  return new EspError("argument.invalid", `Invalid value '${text}' for ${name}: ${why}.`, {
    hint,
    details: { value: text, name },
  });
}
