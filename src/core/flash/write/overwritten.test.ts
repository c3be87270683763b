import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collisionsOf } from "./overwritten.ts";

const KB = 1024;
const place = (name: string, address: number, sizeBytes: number, fill = 1) => ({
  name,
  writeAddress: address,
  data: new Uint8Array(sizeBytes).fill(fill),
});
const whole = (file: ReturnType<typeof place>) => ({ file, pieces: [{ address: file.writeAddress, data: file.data }] });

describe("what a flash that is smaller than it says would have written over", () => {
  it("is what is a power of two before it or behind it, and of that only what was written", () => {
    const app = place("app", 0x1_0000, 0x1_0000);
    const files = place("files", 0x21_0000, 0x8000);
    expect(collisionsOf(app, [whole(files)])).toMatchObject([
      { sizeBytes: 256 * KB, address: 0x1_0000, later: "files" },
      { sizeBytes: 512 * KB },
      { sizeBytes: 1024 * KB },
      { sizeBytes: 2048 * KB },
    ]);
    expect(collisionsOf(files, [whole(app)])[0]).toMatchObject({ sizeBytes: 256 * KB, address: 0x21_0000 });
    expect(collisionsOf(app, [{ file: files, pieces: [] }])).toEqual([]);
  });

  it("is nothing of a file that would have landed on itself, whose own proof tells", () => {
    const large = place("large", 0x1_0000, 0x20_0000);
    const small = place("small", 0x21_1000, 0x1000);
    expect(collisionsOf(large, [whole(small)])).toMatchObject([{ sizeBytes: 2048 * KB, address: 0x1_1000 }]);
    expect(collisionsOf(small, [whole(large)])).toMatchObject([{ sizeBytes: 2048 * KB, address: 0x21_1000 }]);
  });

  it("is each sector on which a byte of the later one lands, whatever their places", () => {
    const at = fc.integer({ min: 0, max: 0x40 }).map((sector) => sector * 0x4000);
    const size = fc.integer({ min: 1, max: 0x3_0000 });
    fc.assert(
      fc.property(at, size, at, size, (one, oneSize, two, twoSize) => {
        const earlier = place("one", one, oneSize);
        const later = place("two", two, twoSize);
        const found = collisionsOf(earlier, [whole(later)]);
        for (let flash = 256 * KB; flash < 8192 * KB; flash *= 2) {
          const last = Math.max(one + oneSize, two + twoSize);
          const landed = (offset: number): boolean => {
            const distance = (((one + offset - two) % flash) + flash) % flash;
            return distance < twoSize;
          };
          // A range that is not longer than the flash is met at one of its ends, or meets at one of the other's.
          const starts = [0, oneSize - 1, (((two - one) % flash) + flash) % flash].filter((offset) => offset < oneSize);
          const expected = flash < last && starts.some(landed);
          const collision = found.find(({ sizeBytes }) => sizeBytes === flash);
          expect(collision !== undefined).toBe(expected);
          if (collision === undefined) continue;
          const offset = collision.address - one;
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset + collision.data.length).toBeLessThanOrEqual(oneSize);
          expect(landed(offset) && landed(offset + collision.data.length - 1)).toBe(true);
        }
      }),
    );
  });
});
