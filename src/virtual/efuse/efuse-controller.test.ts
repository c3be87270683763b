import { describe, expect, it } from "vitest";
import { EFUSE_CHIPS, EfuseBench, pattern, threeQuartersWords } from "../../../test/support/efuse/efuse-bench.ts";
import type { EfuseChipId } from "./efuse-layout-row.ts";
import { type VirtualEfuses, virtualEfuses } from "./efuse-memory.ts";

function make(chip: EfuseChipId): { efuses: VirtualEfuses; bench: EfuseBench } {
  const efuses = virtualEfuses(chip);
  return { efuses, bench: new EfuseBench(chip, efuses) };
}

const CODED_CHIPS = EFUSE_CHIPS.filter((chip) => chip !== "esp32");
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** A pattern for BLOCK0 that neither protects anything nor changes the ESP32's coding. */
function harmless(bench: EfuseBench): number[] {
  const words = pattern(bench.words(0), 99);
  if (bench.chip === "esp32") return words.map((word, index) => (index === 0 ? word & 0xfff00000 : word & ~3) >>> 0);
  return words.map((word, index) => (index === 0 ? 0 : index === 1 ? word & 0xffffff80 : word) >>> 0);
}

/** Registers in which this chip shows errors, from fact sheet efuse-secure A8. */
function errorRegisters(chip: EfuseChipId): readonly [first: number, second: number] {
  switch (chip) {
    case "esp32":
      return [0x11c, 0x11c];
    case "esp32c2":
      return [0x84, 0x84];
    case "esp32s2":
      return [0x194, 0x198];
    case "esp32e22":
    case "esp32c5":
    case "esp32h4":
      return [0x190, 0x194];
    case "esp32s31":
      return [0x188, 0x18c];
    default:
      return [0x1c0, 0x1c4];
  }
}

/** The two error registers when one block alone shows this (A11). */
function expectedErrors(chip: EfuseChipId, block: number, count: number, fail: boolean): readonly number[] {
  // Block 9 of the ESP32-S31 leaves a nibble out.
  const nibble = chip === "esp32s31" && block === 9 ? 9 : block - 1;
  let both = BigInt(count) << BigInt(4 * nibble);
  // The ESP32-C3 shows failures one nibble further up, and not at all for the last block.
  const failNibble = chip === "esp32c3" ? nibble + 1 : nibble;
  if (fail && !(chip === "esp32c3" && block === 10)) both |= 8n << BigInt(4 * failNibble);
  return [Number(both & 0xffffffffn), Number(both >> 32n)];
}

async function shownErrors(bench: EfuseBench): Promise<readonly number[]> {
  const [first, second] = errorRegisters(bench.chip);
  return [await bench.register(first), first === second ? 0 : await bench.register(second)];
}

describe.each(EFUSE_CHIPS)("the controller of %s", (chip) => {
  it("burns every block and shows it", async () => {
    const { bench } = make(chip);
    const written = bench.blocks.map((block) => (block === 0 ? harmless(bench) : pattern(bench.words(block), block)));
    for (const block of bench.blocks.toReversed()) await bench.burn(block, written[block]!);
    for (const block of bench.blocks) expect(await bench.block(block)).toEqual(written[block]);
    expect(await shownErrors(bench)).toEqual([0, 0]);
  });

  it("shows what was burned only after READ", async () => {
    const { bench } = make(chip);
    await bench.fill(3, bench.programWords(3, pattern(bench.words(3))).slice(0, chip === "esp32" ? 8 : 11));
    await bench.program(3);
    expect(await bench.block(3)).toEqual(zeros(bench.words(3)));
    await bench.read();
    expect(await bench.block(3)).toEqual(pattern(bench.words(3)));
  });

  it("does nothing without the right op code", async () => {
    const { bench, efuses } = make(chip);
    await bench.fill(3, pattern(8));
    await bench.set(bench.facts.conf, 0x5aa5);
    await bench.set(bench.facts.command, chip === "esp32" ? 2 : 2 | (3 << 2));
    await bench.read();
    expect(await bench.block(3)).toEqual(zeros(bench.words(3)));
    await bench.set(bench.facts.conf, 0x5a5a);
    await bench.set(bench.facts.command, 1);
    expect(efuses.log).toEqual([
      expect.objectContaining({ do: "ignored", why: "op-code" }),
      { do: "read" },
      { do: "ignored", command: 1, why: "op-code" },
    ]);
  });

  it("never clears a bit", async () => {
    const { bench } = make(chip);
    const first = harmless(bench);
    await bench.burn(0, first);
    const second = first.map((word, index) => (index < 2 ? 0 : ~word & 0xf0f0f0f0) >>> 0);
    await bench.burn(0, second);
    expect(await bench.block(0)).toEqual(first.map((word, index) => (word | second[index]!) >>> 0));
  });

  it("keeps write-protected blocks as they are", async () => {
    const { bench, efuses } = make(chip);
    const locks = bench.facts.blocks.map(([, , lock]) => lock);
    for (const lock of locks) if (lock !== null) await bench.burnBit(0, lock);
    for (const block of bench.blocks.slice(1)) {
      await bench.burn(block, pattern(bench.words(block)));
      expect(await bench.block(block)).toEqual(zeros(bench.words(block)));
      const tried = efuses.log.findLast((event) => event.do === "program");
      expect(tried).toMatchObject({ block, burned: 0 });
      expect(tried?.do === "program" && tried.refused).toBeGreaterThan(0);
    }
    expect(await shownErrors(bench)).toEqual([0, 0]);
  });

  it("lets protection count from the READ that shows it", async () => {
    const { bench } = make(chip);
    const lock = bench.facts.blocks[3]![2]!;
    const words = zeros(bench.words(0));
    words[0] = (1 << lock) >>> 0;
    await bench.fill(0, bench.programWords(0, words).slice(0, chip === "esp32" ? 7 : undefined));
    await bench.program(0);
    await bench.fill(0, zeros(chip === "esp32" ? 7 : 11));
    await bench.burn(3, pattern(bench.words(3)));
    expect(await bench.block(3)).toEqual(pattern(bench.words(3)));
  });

  it("ignores writes to what is only to be read", async () => {
    const { bench } = make(chip);
    for (const offset of [bench.facts.blocks[3]![0], errorRegisters(chip)[0]]) {
      await bench.set(offset, 0xffffffff);
      expect(await bench.register(offset)).toBe(0);
    }
  });

  it("notes burns with timing registers that the chip needs and nobody set", async () => {
    const { bench, efuses } = make(chip);
    await bench.burn(3, pattern(bench.words(3)));
    const needsNone = ["esp32e22", "esp32h21", "esp32h4", "esp32p4", "esp32s31"].includes(chip);
    expect(efuses.log[0]).toMatchObject({ do: "program", block: 3, timing: needsNone ? "set" : "unset" });
    efuses.faults.requireEfuseTiming();
    await bench.burn(2, pattern(bench.words(2)));
    expect(await bench.block(2)).toEqual(needsNone ? pattern(bench.words(2)) : zeros(bench.words(2)));
  });
});

describe.each(CODED_CHIPS)("Reed-Solomon blocks of %s", (chip) => {
  it("fail when they are burned twice with different data, each in its place", async () => {
    const { bench: counted } = make(chip);
    for (const block of counted.blocks.slice(1)) {
      const { bench } = make(chip);
      await bench.burn(block, pattern(bench.words(block), 1));
      expect(await shownErrors(bench)).toEqual([0, 0]);
      await bench.burn(block, pattern(bench.words(block), 2));
      expect(await shownErrors(bench)).toEqual(expectedErrors(chip, block, 7, true));
    }
  });

  it("stay right when they are burned twice with the same data", async () => {
    const { bench } = make(chip);
    await bench.burn(3, pattern(8));
    await bench.burn(3, pattern(8));
    expect(await bench.block(3)).toEqual(pattern(8));
    expect(await shownErrors(bench)).toEqual([0, 0]);
  });

  it("put a few wrong bytes right, and count them", async () => {
    const { bench: counted } = make(chip);
    for (const block of counted.blocks.slice(1)) {
      const { bench } = make(chip);
      const words = pattern(bench.words(block), block);
      const window = bench.programWords(block, words);
      window[0] = (window[0]! ^ 0x00ff0001) >>> 0;
      window[10] = (window[10]! ^ 0x80) >>> 0;
      await bench.burnRaw(block, window);
      expect(await bench.block(block)).toEqual(words);
      expect(await shownErrors(bench)).toEqual(expectedErrors(chip, block, 3, false));
    }
  });

  it("show what was burned when there is too much wrong", async () => {
    const { bench } = make(chip);
    await bench.burnRaw(3, [...pattern(8), 0, 0, 0]);
    expect(await bench.block(3)).toEqual(pattern(8));
    expect(await shownErrors(bench)).toEqual(expectedErrors(chip, 3, 7, true));
  });

  it("can be hidden one by one, and BLOCK0 stays", async () => {
    const { bench: counted } = make(chip);
    const hidable = counted.blocks.slice(chip === "esp32c2" ? 3 : 4);
    for (const [bit, block] of hidable.entries()) {
      const { bench } = make(chip);
      for (const other of hidable) await bench.burn(other, pattern(8, other));
      await bench.burnBit(1, bit);
      for (const other of hidable) {
        const half = chip === "esp32c2" ? [...zeros(4), ...pattern(8, other).slice(4)] : zeros(8);
        expect(await bench.block(other)).toEqual(other === block ? half : pattern(8, other));
      }
      expect((await bench.block(0))[1]).toBe(1 << bit);
    }
  });

  it("shows an unknown block number as a command without effect", async () => {
    const { bench, efuses } = make(chip);
    await bench.fill(0, pattern(11));
    await bench.program(15);
    expect(efuses.log).toEqual([{ do: "ignored", command: 15, why: "no-such-block" }]);
  });
});

describe("the ESP32-C2's key", () => {
  it("has a second half of its own", async () => {
    const { bench } = make("esp32c2");
    await bench.burn(3, pattern(8));
    await bench.burnBit(1, 1);
    expect(await bench.block(3)).toEqual([...pattern(8).slice(0, 4), ...zeros(4)]);
  });
});

describe("the ESP32-S31's BLOCK0", () => {
  it("has its ninth word where other blocks have parity", async () => {
    const { bench } = make("esp32s31");
    await bench.burn(0, [...zeros(8), 0x12345678]);
    expect((await bench.block(0))[8]).toBe(0x12345678);
    expect(await shownErrors(bench)).toEqual([0, 0]);
  });
});

describe("the ESP32's codings", () => {
  const DATA = Uint8Array.from({ length: 24 }, (_, index) => index + 1);
  const DATA_WORDS = [0x04030201, 0x08070605, 0x0c0b0a09, 0x100f0e0d, 0x14131211, 0x18171615];
  const WARNINGS = 0x11c;

  async function withScheme(scheme: number): Promise<EfuseBench> {
    const { bench } = make("esp32");
    await bench.burn(0, [...zeros(6), scheme]);
    return bench;
  }

  it("3/4: shows 24 bytes of 32", async () => {
    const bench = await withScheme(1);
    await bench.burn(1, threeQuartersWords(DATA));
    expect(await bench.block(1)).toEqual([...DATA_WORDS, 0, 0]);
    expect(await bench.register(WARNINGS)).toBe(0);
  });

  it.each([1, 2, 3])("3/4: warns of the group in block %d whose checks are wrong", async (block) => {
    const bench = await withScheme(1);
    const words = threeQuartersWords(DATA);
    words[5] = (words[5]! ^ 0xff000000) >>> 0;
    await bench.burn(block, words);
    expect(await bench.register(WARNINGS)).toBe(0b0100 << (4 * (block - 1)));
  });

  it("3/4: data without code is seen", async () => {
    const bench = await withScheme(1);
    await bench.burn(3, pattern(8));
    expect(await bench.register(WARNINGS)).toBe(0xf00);
  });

  it("none and none with recovery: 32 bytes as they are", async () => {
    const bench = await withScheme(3);
    await bench.burn(2, pattern(8));
    expect(await bench.block(2)).toEqual(pattern(8));
    expect(await bench.register(WARNINGS)).toBe(0);
  });

  it("repeat: the halves must be equal", async () => {
    const bench = await withScheme(2);
    await bench.burn(1, [...pattern(4), ...pattern(4)]);
    await bench.burn(2, [...pattern(4), ...zeros(4)]);
    expect(await bench.block(1)).toEqual([...pattern(4), ...zeros(4)]);
    expect(await bench.block(2)).toEqual([...pattern(4), ...zeros(4)]);
    expect(await bench.register(WARNINGS)).toBe(0x0f0);
  });

  it("is still known to the decoder when RD_DIS hides it", async () => {
    const bench = await withScheme(1);
    await bench.burn(3, threeQuartersWords(DATA));
    // FLASH_CRYPT_CONFIG, then bit 3 of RD_DIS.
    await bench.burn(0, [0, 0, 0, 0, 0, 0xf0000000, 0]);
    await bench.burnBit(0, 19);
    const zero = await bench.block(0);
    expect([zero[5], zero[6]]).toEqual([0, 0]);
    expect(await bench.block(3)).toEqual([...DATA_WORDS, 0, 0]);
  });

  it.each([1, 2, 3])("hides block %d alone", async (block) => {
    const { bench } = make("esp32");
    for (const other of [1, 2, 3]) await bench.burn(other, pattern(8, other));
    await bench.burnBit(0, 16 + block - 1);
    for (const other of [1, 2, 3]) {
      expect(await bench.block(other)).toEqual(other === block ? zeros(8) : pattern(8, other));
    }
  });

  it("burns every window that is not empty with one command", async () => {
    const { bench } = make("esp32");
    await bench.fill(1, pattern(8, 1));
    await bench.fill(3, pattern(8, 3));
    await bench.program(1);
    await bench.read();
    expect(await bench.block(1)).toEqual(pattern(8, 1));
    expect(await bench.block(3)).toEqual(pattern(8, 3));
  });
});
