import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { xorChecksum } from "./xor-checksum.ts";

describe("the XOR checksum", () => {
  it("is 0xEF over nothing and over 1, 2, 3 (fact sheet section 10)", () => {
    expect(xorChecksum(new Uint8Array(0))).toBe(0xef);
    expect(xorChecksum(Uint8Array.of(1, 2, 3))).toBe(0xef);
  });

  it("is the XOR of all bytes, wherever they lie in their buffer", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 0, max: 255 }),
        (bytes, offset, seed) => {
          const buffer = new Uint8Array(bytes.length + offset);
          buffer.set(bytes, offset);
          const expected = bytes.reduce((sum, byte) => sum ^ byte, seed);
          expect(xorChecksum(buffer.subarray(offset), seed)).toBe(expected);
        },
      ),
    );
  });
});
