import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ENGLISH } from "../../site/texts/english.ts";
import { chooseLanguage, LANGUAGES, sayIn } from "../../site/texts/texts.ts";

const ROOT = fileURLToPath(new URL("../../site/", import.meta.url));
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe("what the page says", () => {
  it.each(LANGUAGES.filter(({ tag }) => tag !== "en"))(
    "is said in $name with the same values in it",
    async ({ load }) => {
      const texts = await load();
      for (const [key, english] of Object.entries(ENGLISH)) {
        const text = texts[key as keyof typeof ENGLISH];
        expect(placeholders(text), key).toEqual(placeholders(english));
        expect(text.trim(), key).toBe(text);
        expect(text, key).not.toBe("");
      }
    },
  );

  it("is all said somewhere", () => {
    const source = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith("texts"))
      .map((name) => readFileSync(`${ROOT}${name}`, "utf8"))
      .join("\n");
    expect(Object.keys(ENGLISH).filter((key) => !source.includes(`"${key}"`))).toEqual([]);
  });

  it("puts values into its places, and leaves alone what is none", () => {
    const say = sayIn(ENGLISH);
    expect(say("of", { done: "1 KB", total: "{done}" })).toBe("1 KB of {done}");
    expect(say("left")).toBe("{time} left");
    expect(say("wrong-chip", { chip: "$& <b>" })).toContain("$& <b>");
  });

  it.each([
    [["de-AT", "en"], "de"],
    [["pt-BR", "zh-Hant"], "zh"],
    [["fr"], "en"],
    [[], "en"],
  ])("is in the first language of %j that there is", (wanted, tag) => {
    expect(chooseLanguage(wanted)).toBe(tag);
  });
});
