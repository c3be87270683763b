import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEspError } from "../../errors.ts";
import { NAND } from "./geometry.ts";
import { planNandWrite } from "./plan-nand-write.ts";

const BLOCK = NAND.blockBytes;
const file = (block: number, sizeBytes: number): { address: number; data: Uint8Array<ArrayBuffer> } => ({
  address: block * BLOCK,
  data: new Uint8Array(sizeBytes),
});

describe("the plan of a NAND write", () => {
  it("lets each file go as far as the next one, in the order given", () => {
    const pieces = planNandWrite([file(8, BLOCK + 1), file(2, 1), file(5, 0)], 20 * BLOCK);
    expect(pieces).toMatchObject([
      { index: 0, firstBlock: 8, blocks: 2, endBlock: 20, endsAt: "end-address" },
      { index: 1, firstBlock: 2, blocks: 1, endBlock: 8, endsAt: "next-file" },
      { index: 2, firstBlock: 5, blocks: 0, endBlock: 8, endsAt: "next-file" },
    ]);
  });

  it("uses the flash to its end by default", () => {
    expect(planNandWrite([file(1023, BLOCK)])).toMatchObject([{ endBlock: 1024 }]);
  });

  it("never gives two files the same block, or refuses", () => {
    const places = fc.record({
      block: fc.integer({ min: 0, max: 12 }),
      sizeBytes: fc.integer({ min: 0, max: 3 * BLOCK }),
    });
    fc.assert(
      fc.property(fc.array(places, { maxLength: 4 }), fc.integer({ min: 1, max: 14 }), (wanted, end) => {
        const used = new Set<number>();
        try {
          const files = wanted.map(({ block, sizeBytes }) => file(block, sizeBytes));
          for (const { firstBlock, blocks, endBlock } of planNandWrite(files, end * BLOCK)) {
            expect(endBlock).toBeLessThanOrEqual(end);
            for (let block = firstBlock; block < firstBlock + blocks; block++) {
              expect(block).toBeLessThan(endBlock);
              expect(used.has(block)).toBe(false);
              used.add(block);
            }
          }
        } catch (error) {
          if (!isEspError(error)) throw error;
          expect(["flash.overlap", "flash.out-of-range", "nand.too-few-blocks"]).toContain(error.code);
        }
      }),
      { numRuns: 60 },
    );
  });
});
