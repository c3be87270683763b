import { describe, expect, it } from "vitest";
import { type ScriptedEfuses, scriptedEfuses } from "../../../../test/support/efuse/scripted-efuses.ts";
import { codeOf } from "../../../../test/support/outcome.ts";
import { CHIPS, chipById } from "../../chip/catalog.ts";
import { hiddenBits } from "../value/hidden-bits.ts";
import { extendState, readEfuses } from "./read-efuses.ts";

const WITH_EFUSES = CHIPS.map(({ id }) => id).filter((id) => id !== "esp8266");

function address(device: ScriptedEfuses, block: number, word = 0): number {
  return (device.table.blocks[block]?.readAddress ?? 0) + 4 * word;
}

/** What was read beyond the words that say which chip it is. */
function readsBeyondIdentity({ chip, reads }: ScriptedEfuses): readonly number[] {
  const { identityRegisters } = chipById(chip);
  expect(reads.slice(0, identityRegisters.length)).toEqual(identityRegisters);
  return reads.slice(identityRegisters.length);
}

function isReadOnceEach(device: ScriptedEfuses): boolean {
  return new Set(device.reads).size === device.reads.length;
}

describe("reading", () => {
  it.each(WITH_EFUSES)("%s: all blocks, each register once", async (chip) => {
    const device = await scriptedEfuses(chip);
    const state = await readEfuses(device);
    expect([...state.blocks.keys()]).toEqual(device.table.blocks.map(({ id }) => id));
    expect(isReadOnceEach(device)).toBe(true);
    const words = device.table.blocks.reduce((sum, block) => sum + block.words, 0);
    expect(device.reads.length).toBeLessThanOrEqual(words + 10);
    expect(device.packets).toEqual([]);
  });

  it("takes only the blocks that are asked for, and the registers that tell of errors in them", async () => {
    const device = await scriptedEfuses("esp32c3");
    device.registers.set(address(device, 3, 1), 0x1234);
    const state = await readEfuses(device, { blocks: [3] });
    expect([...state.blocks.keys()]).toEqual([3]);
    expect(state.blocks.get(3)?.bits).toBe(0x1234n << 32n);
    expect(readsBeyondIdentity(device)).toHaveLength(8 + 1);
  });

  it("leaves the registers of errors out on request", async () => {
    const device = await scriptedEfuses("esp32c3");
    await readEfuses(device, { blocks: [3], errors: false });
    expect(readsBeyondIdentity(device)).toHaveLength(8);
  });

  it("asks an ESP32 for its coding scheme first", async () => {
    const device = await scriptedEfuses("esp32");
    device.registers.set(address(device, 0, 6), 1);
    const state = await readEfuses(device, { blocks: [3] });
    expect(chipById("esp32").identityRegisters).toContain(address(device, 0, 6));
    expect(readsBeyondIdentity(device)).toEqual([
      ...Array.from({ length: 6 }, (_, word) => address(device, 3, word)),
      device.table.registers.decodeStatus?.register,
    ]);
    expect(state.blocks.get(3)).toMatchObject({ scheme: "3/4", words: 6 });
  });

  it.each([
    [0, "none", 8],
    [3, "none-recovery", 8],
  ] as const)("CODING_SCHEME %s of an ESP32", async (value, scheme, words) => {
    const device = await scriptedEfuses("esp32");
    device.registers.set(address(device, 0, 6), value);
    const state = await readEfuses(device);
    expect(state.blocks.get(1)).toMatchObject({ scheme, words });
    expect(state.blocks.get(0)).toMatchObject({ scheme: "none", words: 7 });
  });

  it("refuses a coding scheme that nobody knows, but not BLOCK0", async () => {
    const device = await scriptedEfuses("esp32");
    device.registers.set(address(device, 0, 6), 2);
    expect(await codeOf(readEfuses(device, { blocks: [1] }))).toBe("efuse.unsupported-coding");
    expect((await readEfuses(device, { blocks: [0] })).blocks.size).toBe(1);
  });

  it("says which chip it was read of", async () => {
    const device = await scriptedEfuses("esp32c3");
    device.registers.set(address(device, 1, 0), 0x1234);
    const { identity } = await readEfuses(device, { blocks: [4] });
    expect([...identity.keys()]).toEqual(chipById("esp32c3").identityRegisters);
    expect(identity.get(address(device, 1, 0))).toBe(0x1234);
  });

  it("takes the revision from the eFuses where it is not known", async () => {
    const device = await scriptedEfuses("esp32c3");
    Object.assign(device, { chipRevision: null });
    // WAFER_VERSION_MINOR_LO 4 and WAFER_VERSION_MAJOR 1 (BLOCK1, words 3 and 5).
    device.registers.set(address(device, 1, 3), 4 << 18);
    device.registers.set(address(device, 1, 5), 1 << 24);
    const state = await readEfuses(device, { blocks: [1] });
    expect(state.chipRevision).toBe(104);
    expect(isReadOnceEach(device)).toBe(true);
  });

  it("stops for a signal", async () => {
    const device = await scriptedEfuses("esp32c3");
    expect(await codeOf(readEfuses(device, { signal: AbortSignal.abort() }))).toBe("operation.aborted");
    expect(device.reads).toEqual([]);
  });
});

describe("extending", () => {
  it("reads no register a second time", async () => {
    const device = await scriptedEfuses("esp32c3");
    const first = await readEfuses(device, { blocks: [4] });
    const state = await extendState(device, first, [4, 3, 5]);
    expect([...state.blocks.keys()]).toEqual([3, 4, 5]);
    expect([...first.blocks.keys()]).toEqual([4]);
    expect(isReadOnceEach(device)).toBe(true);
    expect(readsBeyondIdentity(device)).toHaveLength(3 * 8 + 1);
  });

  it("gives the same state when nothing is missing", async () => {
    const device = await scriptedEfuses("esp32c3");
    const state = await readEfuses(device, { blocks: [4] });
    expect(await extendState(device, state, [4])).toBe(state);
  });
});

describe("errors", () => {
  const set = (device: ScriptedEfuses, offset: number, value: number): void => {
    device.registers.set(device.table.registers.base + offset, value);
  };
  const none = { count: 0, fail: false, bits: 0n };

  it("of BLOCK0 lie over its words from 1 on", async () => {
    const device = await scriptedEfuses("esp32c6");
    set(device, 0x17c, 0x8000_0001);
    set(device, 0x18c, 2);
    const state = await readEfuses(device, { blocks: [0] });
    expect(state.blocks.get(0)?.errors).toEqual({
      count: 3,
      fail: true,
      bits: (0x8000_0001n << 32n) | (2n << 160n),
    });
  });

  it("of the others stand in four bits each", async () => {
    const device = await scriptedEfuses("esp32c6");
    set(device, 0x1c0, 0xd000_0003);
    set(device, 0x1c4, 0x8a);
    const { blocks } = await readEfuses(device);
    const found = [1, 2, 8, 9, 10].map((id) => blocks.get(id)?.errors);
    expect(found).toEqual([
      { ...none, count: 3 },
      none,
      { ...none, count: 5, fail: true },
      { ...none, count: 2, fail: true },
      { ...none, fail: true },
    ]);
  });

  it("of the ESP32-C3 have their fail bits one block further", async () => {
    const device = await scriptedEfuses("esp32c3");
    // The count of block 1, the fail bits of blocks 1 and 7; the fail bit of block 8; the count of block 10.
    set(device, 0x1c0, 0x8000_0081);
    set(device, 0x1c4, 0x18);
    const { blocks } = await readEfuses(device);
    expect([1, 2, 7, 8, 9, 10].map((id) => blocks.get(id)?.errors)).toEqual([
      { ...none, count: 1, fail: true },
      none,
      { ...none, fail: true },
      { ...none, fail: true },
      none,
      { ...none, count: 1 },
    ]);
  });

  it("of block 9 of the ESP32-S31 stand in the second four bits", async () => {
    const device = await scriptedEfuses("esp32s31");
    set(device, 0x18c, 0x9f);
    const { blocks } = await readEfuses(device);
    expect(blocks.get(9)?.errors).toEqual({ ...none, count: 1, fail: true });
    expect(blocks.get(8)?.errors).toEqual(none);
  });

  it("of the ESP32 are the same for all coded blocks", async () => {
    const device = await scriptedEfuses("esp32");
    set(device, 0x11c, 0x800);
    const { blocks } = await readEfuses(device);
    expect([0, 1, 2, 3].map((id) => blocks.get(id)?.errors)).toEqual([
      none,
      { ...none, fail: true },
      { ...none, fail: true },
      { ...none, fail: true },
    ]);
  });
});

describe("what RD_DIS hides", () => {
  it("is a block, where it has one bit", async () => {
    const { table } = await scriptedEfuses("esp32c3");
    expect(hiddenBits(table, 4, 1n << 32n)).toBe((1n << 256n) - 1n);
    expect(hiddenBits(table, 5, 1n << 32n)).toBe(0n);
    expect(hiddenBits(table, 0, 0x7fn << 32n)).toBe(0n);
  });

  it("is half of BLOCK_KEY0 of the ESP32-C2", async () => {
    const { table } = await scriptedEfuses("esp32c2");
    const low = (1n << 128n) - 1n;
    expect(hiddenBits(table, 3, 1n << 32n)).toBe(low);
    expect(hiddenBits(table, 3, 2n << 32n)).toBe(low << 128n);
    expect(hiddenBits(table, 3, 3n << 32n)).toBe((low << 128n) | low);
  });

  it("are fields of BLOCK0 of the ESP32", async () => {
    const { table } = await scriptedEfuses("esp32");
    const hidden = hiddenBits(table, 0, 8n << 16n);
    // CODING_SCHEME and FLASH_CRYPT_CONFIG, but not the locks.
    expect((hidden >> 192n) & 3n).toBe(3n);
    expect((hidden >> 188n) & 0xfn).toBe(0xfn);
    expect(hidden & 0xfffffn).toBe(0n);
  });
});
