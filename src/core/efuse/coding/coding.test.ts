import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../bytes/hex.ts";
import { bitsToBytes, bitsToWords, bytesToBits, wordsToBits } from "../table/bits.ts";
import type { EfuseBlock } from "../table/types.ts";
import { esp32Scheme, keepsCodeIntact, wordsToProgram } from "./coding.ts";
import { reedSolomonParity } from "./reed-solomon.ts";
import { encodeThreeQuarters } from "./three-quarters.ts";

const counting = (from: number, length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => from + index);
const bytes = (text: string): Uint8Array<ArrayBuffer> => fromHex(text) ?? new Uint8Array(0);

function block(words: number): EfuseBlock {
  return {
    id: 4,
    name: "BLOCK",
    aliases: [],
    readAddress: 0,
    writeAddress: 0,
    words,
    writeDisableBit: null,
    readDisableBits: [],
    keyPurposeField: null,
  };
}

describe("Reed-Solomon parity", () => {
  // Fact sheet efuse-secure F.
  const vectors: readonly (readonly [string, Uint8Array, string])[] = [
    ["00 to 1f", counting(0, 32), "a04c470d3ffcb203dae9f413"],
    ["32 times ff", new Uint8Array(32).fill(0xff), "13a36292597404257375e0aa"],
    ["01 at the lowest address", Uint8Array.of(1, ...new Uint8Array(31)), "e10f626eafecc5fbc6e0972f"],
    ["01 at the highest address", Uint8Array.of(...new Uint8Array(31), 1), "44774376dc1f07545c7fd561"],
    ["a0 to bf", counting(0xa0, 32), "0404992ae0b12cb0ef0d4fd3"],
    ["zeros", new Uint8Array(32), "000000000000000000000000"],
  ];

  it.each(vectors)("of %s", (_name, data, parity) => {
    expect(toHex(reedSolomonParity(data))).toBe(parity);
  });

  it("takes missing bytes as zeros", () => {
    const short = counting(7, 24);
    const padded = Uint8Array.of(...short, ...new Uint8Array(8));
    expect(reedSolomonParity(short)).toEqual(reedSolomonParity(padded));
  });
});

describe("3/4 coding", () => {
  // Fact sheet efuse-secure A9.
  it("of 00 to 17", () => {
    expect(toHex(encodeThreeQuarters(counting(0, 24)))).toBe(
      "000102030405011e060708090a0b012f0c0d0e0f101101321213141516170141",
    );
  });

  it("of ones", () => {
    expect(toHex(encodeThreeQuarters(new Uint8Array(24).fill(0xff)))).toBe("ffffffffffff00a8".repeat(4));
  });
});

describe("bits", () => {
  it("stand in words, the lowest first", () => {
    expect(wordsToBits([1, 0x8000_0000])).toBe((1n << 63n) | 1n);
    expect(bitsToWords((1n << 63n) | 1n, 3)).toEqual([1, 0x8000_0000, 0]);
  });

  it("take a negative word for what its 32 bits are", () => {
    expect(wordsToBits([-1])).toBe(0xffff_ffffn);
  });

  it("stand in bytes, the lowest first", () => {
    expect(bytesToBits(Uint8Array.of(1, 2, 0x80))).toBe(0x800201n);
    expect(bitsToBytes(0x800201n, 4)).toEqual(Uint8Array.of(1, 2, 0x80, 0));
  });
});

describe("what is programmed", () => {
  it("without a coding scheme: the words as they are", () => {
    expect(wordsToProgram(block(7), "none", 1n << 65n)).toEqual([0, 0, 2, 0, 0, 0, 0]);
  });

  it("in 3/4 coding: eight words of six", () => {
    const bits = bytesToBits(counting(0, 24));
    expect(wordsToProgram(block(8), "3/4", bits)).toEqual(
      bitsToWords(bytesToBits(bytes("000102030405011e060708090a0b012f0c0d0e0f101101321213141516170141")), 8),
    );
  });

  it("of a BLOCK0 in four copies: the data words, padded", () => {
    expect(wordsToProgram(block(2), "repeat", (5n << 32n) | 3n)).toEqual([3, 5, 0, 0, 0, 0, 0, 0]);
    expect(wordsToProgram(block(9), "repeat", 1n << 256n)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("in Reed-Solomon code: data and three words of parity", () => {
    const words = wordsToProgram(block(8), "reed-solomon", bytesToBits(counting(0, 32)));
    expect(words).toHaveLength(11);
    expect(words.slice(8)).toEqual([0x0d474ca0, 0x03b2fc3f, 0x13f4e9da]);
  });

  it("of a short block: parity over 32 bytes all the same", () => {
    const words = wordsToProgram(block(3), "reed-solomon", 1n);
    expect(words).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0x6e620fe1, 0xfbc5ecaf, 0x2f97e0c6]);
  });
});

describe("check bits stay right", () => {
  it.each([
    ["reed-solomon", 0n, 5n, true],
    ["reed-solomon", 5n, 5n, true],
    ["reed-solomon", 5n, 1n, false],
    ["reed-solomon", 4n, 1n, false],
    ["3/4", 5n, 1n << 48n, true],
    ["3/4", 5n, 5n | (1n << 48n), true],
    ["3/4", 1n << 47n, 1n, false],
    ["3/4", (1n << 144n) | 1n, 2n << 144n, false],
    ["none", 5n, 2n, true],
    ["none-recovery", 5n, 2n, true],
    ["repeat", 5n, 2n, true],
  ] as const)("%s: over %s goes %s: %s", (scheme, present, added, isRight) => {
    expect(keepsCodeIntact(scheme, present, added)).toBe(isRight);
  });
});

describe("CODING_SCHEME of the ESP32", () => {
  it("has four values", () => {
    expect([0, 1, 2, 3].map(esp32Scheme)).toEqual(["none", "3/4", "repeat", "none-recovery"]);
  });
});
