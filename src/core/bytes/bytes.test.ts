import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromBase64 } from "./base64.ts";
import { fromHex, hexAddress, toHex } from "./hex.ts";
import { md5, md5Stream } from "./md5.ts";
import { sha256 } from "./sha256.ts";
import {
  concatBytes,
  equalBytes,
  padTo,
  readU16,
  readU32,
  roundDown,
  roundUp,
  wordsToBytes,
  writeU32,
} from "./words.ts";

const text = new TextEncoder().encode("The quick brown fox");

describe("words", () => {
  it("are little-endian and unsigned", () => {
    const bytes = wordsToBytes([0xfeedface, 1]);
    expect([...bytes]).toEqual([0xce, 0xfa, 0xed, 0xfe, 1, 0, 0, 0]);
    expect(readU32(bytes, 0)).toBe(0xfeedface);
    expect(readU16(bytes, 2)).toBe(0xfeed);
    writeU32(bytes, 4, 0xffffffff);
    expect(readU32(bytes, 4)).toBe(0xffffffff);
  });

  it("round and pad to multiples", () => {
    expect([roundUp(1, 16), roundUp(16, 16), roundDown(31, 16)]).toEqual([16, 16, 16]);
    const whole = new Uint8Array(8);
    expect(padTo(whole, 4)).toBe(whole);
    expect([...padTo(Uint8Array.of(1, 2, 3, 4, 5), 4)]).toEqual([1, 2, 3, 4, 5, 0xff, 0xff, 0xff]);
  });

  it("join and compare", () => {
    expect([...concatBytes([Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)])]).toEqual([1, 2, 3]);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  });
});

describe("digests", () => {
  it("are those of the standard", () => {
    expect(toHex(md5(text))).toBe(createHash("md5").update(text).digest("hex"));
    expect(toHex(sha256(text))).toBe(createHash("sha256").update(text).digest("hex"));
    expect(md5Stream().update(text.subarray(0, 5)).update(text.subarray(5)).digest()).toEqual(md5(text));
  });
});

describe("texts of bytes", () => {
  it("go both ways", () => {
    expect(toHex(Uint8Array.of(0, 0xab, 5), ":")).toBe("00:ab:05");
    expect(fromHex("00AB05")).toEqual(Uint8Array.of(0, 0xab, 5));
    expect([fromHex("0"), fromHex("0g")]).toEqual([null, null]);
    expect(hexAddress(0x1000)).toBe("0x00001000");
    expect(fromBase64(Buffer.from(text).toString("base64"))).toEqual(text);
  });
});
