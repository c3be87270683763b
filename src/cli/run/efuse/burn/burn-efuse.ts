import type { BurnRequest } from "../../../../efuse.ts";
import { EspError } from "../../../../index.ts";
import type { Prepare } from "../prepared.ts";
import { changeLines } from "./change-lines.ts";

export const prepare: Prepare = ({ arguments: words, options, print }) => {
  const requests = readPairs(words.words).map(
    ({ field, value }): BurnRequest => ({
      kind: "field",
      field,
      ...(value !== undefined && { value }),
      force: options.flag("force"),
    }),
  );
  const showsKeys = options.flag("debug");
  return {
    kind: "burn",
    requests: () => requests,
    announce(outcomes, state) {
      print("Burning eFuses:");
      for (const { changes, remarks } of outcomes) {
        for (const line of changeLines(changes, state, showsKeys)) print(line);
        for (const { message } of remarks) print(`\t${message}`);
      }
      print("");
    },
  };
};

interface NameAndValue {
  readonly field: string;
  readonly value?: string;
}

/** One name alone may go without a value (fact sheet A13). */
function readPairs(words: readonly string[]): NameAndValue[] {
  const [only] = words;
  if (words.length === 1 && only !== undefined) return [{ field: only }];
  if (words.length % 2 === 1) {
    throw new EspError("argument.invalid", `Expected multiple of 2 values, got ${words.length}.`, {
      hint: "Write pairs of name and value: DIS_TWAI 1 WDT_DELAY_SEL 2. A single name may go without a value.",
      // Not the words themselves: one may be a key.
      details: { expected: 2, count: words.length },
    });
  }
  return Array.from({ length: words.length / 2 }, (_, index) => ({
    field: words[2 * index] ?? "",
    value: words[2 * index + 1] ?? "",
  }));
}
