import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToWidth, textWidth } from "./text-width.ts";
import { fittedText, wrapLine, wrapText } from "./wrap-text.ts";

describe("text on a terminal", () => {
  it("is broken between words at any width, and loses nothing", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "\u56fa", "e\u0301", "."), minLength: 1, maxLength: 12 });
    const texts = fc.array(word, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 20, max: 120 }), fc.integer({ min: 0, max: 12 }), (words, columns, lead) => {
        const line = " ".repeat(lead) + words.join(" ");
        const rows = wrapLine(line, columns);
        expect(
          rows
            .join(" ")
            .split(/ +/)
            .filter((part) => part !== ""),
        ).toEqual(words);
        for (const row of rows) {
          // A word that does not fit beside its indentation stays whole.
          const fits = textWidth(row) <= columns || row.trim().split(" ").length === 1;
          expect(fits, row).toBe(true);
        }
      }),
    );
  });

  it("goes on where its value began, or a little to the right", () => {
    expect(wrapLine("Features:           Wi-Fi, BT 5 (LE), Single Core, 160MHz", 40)).toEqual([
      "Features:           Wi-Fi, BT 5 (LE),",
      "                    Single Core, 160MHz",
    ]);
    expect(wrapText("\nA fatal error occurred: No port.\n  hint: Plug one in.\n", 20)).toBe(
      "\nA fatal error\n  occurred: No port.\n  hint: Plug one in.\n",
    );
    expect(wrapLine("  heard   nothing at all in a second", 24)).toEqual([
      "  heard   nothing at all",
      "          in a second",
    ]);
  });

  it("counts no colours", () => {
    const text = "\u001b[33mWarning:\u001b[0m one two three";
    expect(textWidth(text)).toBe(22);
    expect(wrapLine(text, 22)).toEqual([text]);
    expect(cutToWidth("abcdef", 4, "...")).toBe("a...");
    expect(cutToWidth("\u56fa\u4ef6\u56fa", 5, "\u2026")).toBe("\u56fa\u4ef6\u2026");
  });

  it("is left as it is where it goes to no terminal", () => {
    const text = "one two three four five six seven";
    expect(fittedText(text, { isTTY: false, columns: 20 })).toBe(text);
    expect(fittedText(text, { isTTY: true, columns: 0 })).toBe(text);
    expect(fittedText(text, { isTTY: true, columns: 20 })).toBe("one two three four\n  five six seven");
  });
});
