import { describe, expect, it } from "vitest";
import { decodeText, refuseUtf16 } from "./utf8-text.ts";

const utf16 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "utf16le"));
const swapped = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "utf16le").swap16());

describe("text of a file", () => {
  it("is UTF-8, with or without a mark", () => {
    expect(decodeText(new TextEncoder().encode("\ufeffgrün\n"))).toEqual({ text: "grün\n" });
    expect(decodeText(new Uint8Array(0))).toEqual({ text: "" });
  });

  it.each([
    ["with a mark", utf16("\ufeffab")],
    ["of the other order", swapped("\ufeffab")],
    ["without a mark", utf16("0x10000 app.bin")],
    ["of the other order without a mark", swapped("0x10000 app.bin")],
  ])("in UTF-16 is told: %s", (_how, bytes) => {
    expect(decodeText(bytes)).toEqual({ why: "it is text in UTF-16, not in UTF-8" });
    expect(() => refuseUtf16(bytes, "a.csv")).toThrow("'a.csv' cannot be read: it is text in UTF-16");
  });

  it("is not what has zero bytes or is no UTF-8", () => {
    expect(decodeText(Uint8Array.of(0x61, 0x62, 0))).toMatchObject({ why: expect.stringContaining("zero bytes") });
    expect(decodeText(Uint8Array.of(0xfc, 0x62))).toMatchObject({ why: expect.stringContaining("not text in UTF-8") });
    refuseUtf16(new Uint8Array(32), "key.bin");
    refuseUtf16(Uint8Array.of(0x30, 0x82, 1, 0, 2, 0, 3, 0), "key.der");
  });
});
