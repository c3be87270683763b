import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, layout, optional, u8, u16, u32 } from "./layout.ts";

interface Sample {
  a: number;
  b: number;
  c: Uint8Array<ArrayBuffer>;
  d?: number | undefined;
}
const sample = layout<Sample>({ a: u8, b: u16, c: bytesOf(3), d: optional(u32) });

describe("a layout", () => {
  it("writes little-endian, in the order of its fields", () => {
    expect([...sample.encode({ a: 1, b: 0x0203, c: Uint8Array.of(4, 5, 6) })]).toEqual([1, 3, 2, 4, 5, 6]);
    expect([...sample.encode({ a: 1, b: 2, c: Uint8Array.of(9), d: 0x01020304 })]).toEqual([
      1, 2, 0, 9, 0, 0, 4, 3, 2, 1,
    ]);
    expect([sample.minimumSize, sample.size]).toEqual([6, 10]);
  });

  it("reads back what it wrote", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 65535 }),
        fc.uint8Array({ minLength: 3, maxLength: 3 }),
        fc.option(word, { nil: undefined }),
        (a, b, c, d) => {
          const value = d === undefined ? { a, b, c } : { a, b, c, d };
          expect(sample.decode(sample.encode(value))).toEqual(value);
        },
      ),
    );
  });

  it.each([0, 5, 7, 9, 11])("refuses %i bytes", (length) => {
    expect(sample.decode(new Uint8Array(length))).toBeNull();
  });

  it("keeps a copy of bytes, also of a Node Buffer", () => {
    const bytes = Buffer.from([1, 2, 0, 7, 8, 9]);
    const value = sample.decode(bytes);
    bytes.fill(0);
    expect(value?.c).toEqual(Uint8Array.of(7, 8, 9));
  });
});
