import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { efuseLayout } from "../../src/virtual/efuse/efuse-layout.ts";
import { virtualEfuses } from "../../src/virtual/efuse/efuse-memory.ts";
import { EFUSE_CHIPS, EFUSE_FACTS, EfuseBench } from "../support/efuse/efuse-bench.ts";
import { SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

const FOLDER = join(SHARED, "efuses");
const isThere = existsSync(FOLDER);
if (!isThere) tellSkipped(NO_REFERENCE);

/** A field in the tables: name, aliases, shown, block, word, bit, width, type, bit of WR_DIS, bit of RD_DIS. */
type Field = readonly [string, unknown, boolean, number, number, number, number, string, number | null, unknown];

describe("the layouts", () => {
  it.each(EFUSE_CHIPS)("of %s agree with the fact sheet's tables", (chip) => {
    const layout = efuseLayout(chip);
    const { base, conf, command, blocks } = EFUSE_FACTS[chip];
    expect(layout).toMatchObject({ base, configuration: conf, command });
    expect(layout.blocks.map(({ offset, words, writeLock }) => [offset, words, writeLock])).toEqual(blocks);
    expect(layout.sizeBytes).toBe(chip === "esp32" ? 0x120 : 0x200);
  });

  it("have the ESP32-C2's key in two halves", () => {
    expect(efuseLayout("esp32c2").blocks[3]?.readLocks).toEqual([
      { bit: 0, first: 0, last: 3 },
      { bit: 1, first: 4, last: 7 },
    ]);
  });

  it("have the ESP32-C3's fail bits one block further", () => {
    const { errors } = efuseLayout("esp32c3");
    expect(errors[1]).toEqual({ count: { at: 0x1c0, shift: 0 }, fail: { at: 0x1c0, shift: 7 } });
    expect(errors[8]).toEqual({ count: { at: 0x1c0, shift: 28 }, fail: { at: 0x1c4, shift: 3 } });
    expect(errors[10]).toEqual({ count: { at: 0x1c4, shift: 4 }, fail: null });
  });

  it("have the ESP32-S31's last block in the second nibble", () => {
    expect(efuseLayout("esp32s31").errors[9]).toEqual({
      count: { at: 0x18c, shift: 4 },
      fail: { at: 0x18c, shift: 7 },
    });
  });

  it.skipIf(!isThere)("are what the generator makes of the tables", async () => {
    const generator: { layoutsSource: (folder: string) => string } = await import(
      new URL("../../tools/generate/generate-virtual-efuse-layouts.mjs", import.meta.url).href
    );
    const source = readFileSync(new URL("../../src/virtual/efuse/efuse-layouts.ts", import.meta.url), "utf8");
    expect(generator.layoutsSource(FOLDER)).toBe(source);
  });
});

/** Fields of BLOCK0 that the chip has in `--virt`. */
function blockZeroFields(chip: string): Field[] {
  const tables = JSON.parse(readFileSync(join(FOLDER, `${chip}.json`), "utf8")) as Record<string, Field[]>;
  const fields = tables["fields_v3.0"] ?? tables["fields"] ?? [];
  return fields.filter(([, , , block]) => block === 0);
}

/** The bits of some fields, a mask a word. */
function masksOf(fields: readonly Field[], words: number): number[] {
  const masks = new Array<number>(words).fill(0);
  for (const [, , , , word, bit, width] of fields) {
    for (let index = 32 * word + bit; index < 32 * word + bit + width; index++) {
      masks[index >>> 5] = (masks[index >>> 5]! | (1 << (index & 31))) >>> 0;
    }
  }
  return masks;
}

describe.skipIf(!isThere).each(EFUSE_CHIPS)("BLOCK0 of %s", (chip) => {
  const all = isThere ? blockZeroFields(chip) : [];
  const protection = new Set(all.flatMap((field) => (field[8] === null ? [] : [field[8]])));
  const guards = all.filter(([name]) => name === "WR_DIS" || name === "RD_DIS");

  it("has all its fields locked by their bit of WR_DIS, and no others", async () => {
    expect(protection.size).toBeGreaterThan(4);
    for (const lock of protection) {
      const efuses = virtualEfuses(chip);
      const bench = new EfuseBench(chip, efuses);
      const words = bench.words(0);
      await bench.burnBit(0, lock);
      const locked = masksOf(
        all.filter((field) => field[8] === lock),
        words,
      );
      const wanted = new Array<number>(words).fill(0xffffffff);
      const guarded = masksOf(guards, words);
      const asked = wanted.map((word, index) => (word & ~guarded[index]!) >>> 0);
      await bench.burn(0, asked);
      const expected = asked.map((word, index) => (word & ~locked[index]!) >>> 0);
      expected[0] = (expected[0]! | (1 << lock)) >>> 0;
      expect(await bench.block(0)).toEqual(expected);
    }
  });
});
