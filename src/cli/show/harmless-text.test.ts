import { describe, expect, it } from "vitest";
import { harmlessJson, harmlessText } from "./harmless-text.ts";

describe("harmless text", () => {
  it.each([
    ["\u001b[2J\u0007", "\\x1b[2J\\x07"],
    ["a\rb\b\u007f", "a\\x0db\\x08\\x7f"],
    ["\u009b31m", "\\x9b31m"],
    [
      "exe\u202egnp.\u202c \u2066x\u2069 \u2028\u2029\u200e\u061c",
      "exe\\u202egnp.\\u202c \\u2066x\\u2069 \\u2028\\u2029\\u200e\\u061c",
    ],
    ["line\n\ttab, grün, 中, 🙂", "line\n\ttab, grün, 中, 🙂"],
  ])("of %j is %j", (text, expected) => {
    expect(harmlessText(text)).toBe(expected);
  });

  it("stays the same text in JSON", () => {
    const text = "\u001b\u007f\u009b\u202e\u2028\n";
    const json = harmlessJson(JSON.stringify({ text }));
    expect(json).toBe('{"text":"\\u001b\\u007f\\u009b\\u202e\\u2028\\n"}');
    expect(JSON.parse(json)).toEqual({ text });
  });
});
