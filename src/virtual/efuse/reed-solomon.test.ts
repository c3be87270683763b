import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../core/bytes/hex.ts";
import { rsDecode, rsParity } from "./reed-solomon.ts";

const counting = (first: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 32 }, (_, index) => first + index);
const only = (index: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 32 }, (_, at) => (at === index ? 1 : 0));

/** Fact sheet efuse-secure F. */
const VECTORS: readonly (readonly [string, Uint8Array, string])[] = [
  ["00 to 1f", counting(0), "a04c470d3ffcb203dae9f413"],
  ["ff", new Uint8Array(32).fill(0xff), "13a36292597404257375e0aa"],
  ["01, then zeros", only(0), "e10f626eafecc5fbc6e0972f"],
  ["zeros, then 01", only(31), "44774376dc1f07545c7fd561"],
  ["a0 to bf", counting(0xa0), "0404992ae0b12cb0ef0d4fd3"],
  ["zeros", new Uint8Array(32), "000000000000000000000000"],
];

describe("Reed-Solomon parity", () => {
  it.each(VECTORS)("of %s", (_name, data, parity) => {
    expect(toHex(rsParity(data))).toBe(parity);
    expect(rsDecode(data, fromHex(parity)!)).toEqual({ data, correctedBytes: 0, failed: false });
  });

  it("takes missing bytes for zeros", () => {
    const short = counting(1).subarray(0, 24);
    const padded = new Uint8Array(32);
    padded.set(short);
    expect(rsParity(short)).toEqual(rsParity(padded));
  });
});

describe("Reed-Solomon decoding", () => {
  const data = counting(0x40);
  const parity = rsParity(data);

  /** Changes bytes of the codeword: every third one, from `start` on. */
  function damaged(count: number, start: number): { data: Uint8Array; parity: Uint8Array } {
    const codeword = Uint8Array.from([...data, ...parity]);
    for (let index = 0; index < count; index++) {
      const at = (start + 3 * index) % codeword.length;
      codeword[at] = codeword[at]! ^ (0x11 * (index + 1));
    }
    return { data: codeword.slice(0, 32), parity: codeword.slice(32) };
  }

  it.each([1, 2, 3, 4, 5, 6])("puts %d wrong bytes right, wherever they are", (count) => {
    for (let start = 0; start < 44; start++) {
      const wrong = damaged(count, start);
      expect(rsDecode(wrong.data, wrong.parity)).toEqual({ data, correctedBytes: count, failed: false });
    }
  });

  it.each([7, 8, 11, 14])("gives up at %d", (count) => {
    for (let start = 0; start < 44; start++) {
      const wrong = damaged(count, start);
      expect(rsDecode(wrong.data, wrong.parity)).toEqual({ data: wrong.data, correctedBytes: 0, failed: true });
    }
  });
});
