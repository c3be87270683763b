// Shelf: what is said to people, in their language.
// In: the language of a page.
// Out: a table of sentences; what is missing in a language is said in English.

import { ENGLISH, type TextKey } from "./english.ts";

export type Texts = Readonly<Record<TextKey, string>>;
/** A sentence with what is to stand in place of `{name}`. */
export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const OTHERS: Readonly<Record<string, () => Promise<Texts>>> = {
  de: async () => (await import("./german.ts")).GERMAN,
  es: async () => (await import("./spanish.ts")).SPANISH,
  zh: async () => (await import("./chinese.ts")).CHINESE,
};

/** By the beginning of the language: `de-AT` is `de`. */
export async function loadTexts(lang: string): Promise<{ readonly say: Say; readonly lang: string }> {
  const [primary = "en"] = lang.toLowerCase().split("-");
  const other = Object.hasOwn(OTHERS, primary) ? OTHERS[primary] : undefined;
  const texts = await other?.().catch(() => undefined);
  return { say: sayer(texts ?? ENGLISH), lang: texts === undefined ? "en" : primary };
}

function sayer(texts: Texts): Say {
  return (key, values = {}) => texts[key].replace(/\{([a-z]+)\}/gi, (_, name: string) => String(values[name] ?? ""));
}
