import { ENGLISH } from "./english.ts";

/** What the page itself says. Errors of the library are in English, as the library words them. */
export type TextKey = keyof typeof ENGLISH;
export type Texts = Readonly<Record<TextKey, string>>;

/** The text for a key, with `{name}` replaced by the value of that name. */
export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

interface Language {
  readonly tag: string;
  /** In itself. */
  readonly name: string;
  readonly load: () => Promise<Texts>;
}

export const LANGUAGES: readonly Language[] = [
  { tag: "en", name: "English", load: async () => ENGLISH },
  { tag: "de", name: "Deutsch", load: async () => (await import("./german.ts")).GERMAN },
  { tag: "es", name: "Español", load: async () => (await import("./spanish.ts")).SPANISH },
  { tag: "zh", name: "中文", load: async () => (await import("./chinese.ts")).CHINESE },
];

export function sayIn(texts: Texts): Say {
  return (key, values = {}) =>
    texts[key].replace(/\{(\w{1,20})\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : whole,
    );
}

/** The first of the wanted languages that there is: `pt-BR, de` is German. English where there is none. */
export function chooseLanguage(wanted: readonly string[]): string {
  const known = LANGUAGES.map(({ tag }) => tag);
  const found = wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "").find((tag) => known.includes(tag));
  return found ?? "en";
}
