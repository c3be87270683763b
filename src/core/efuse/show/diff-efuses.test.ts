import { expect, it } from "vitest";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import type { EfuseState } from "../table/types.ts";
import { diffEfuses, diffLines, stateOfDump } from "./diff-efuses.ts";
import { dumpFiles } from "./dump.ts";

it("tells changed bits by the narrowest name they have", async () => {
  const from = await stateWith("esp32c3", { DIS_TWAI: 1 });
  const to = await stateWith("esp32c3", { DIS_TWAI: 1, SECURE_VERSION: 1, BLOCK_USR_DATA: 0b101n, CUSTOM_MAC: 1 });
  expect(diffLines(diffEfuses(from, to))).toEqual([
    "SECURE_VERSION (BLOCK0): 0 -> 1",
    `BLOCK_USR_DATA (BLOCK3): ${"00 ".repeat(31)}00 -> 05${" 00".repeat(24)} 01${" 00".repeat(6)}`,
    "CUSTOM_MAC (BLOCK3): 00:00:00:00:00:00 (OK) -> 01:00:00:00:00:00 (OK)",
  ]);
  expect(diffEfuses(to, to)).toEqual([]);
});

it("tells bits that no field has, and bits that were cleared", async () => {
  const blank = await stateWith("esp32c3");
  const block = blank.blocks.get(0);
  if (block === undefined) throw new Error("no BLOCK0");
  // Bit 39 of the ESP32-C3 has a name that nobody needs, and is no field.
  const other: EfuseState = { ...blank, blocks: new Map([[0, { ...block, bits: 1n << 39n }]]) };
  expect(diffEfuses(blank, other)).toEqual([
    { field: null, block: 0, bits: [39], from: null, to: null, cleared: false },
  ]);
  expect(diffEfuses(other, blank)[0]?.cleared).toBe(true);
  expect(diffLines(diffEfuses(other, blank))[0]).toBe("BLOCK0 bits 39: differ (a burned bit is 0)");
});

it("a key that was hidden is not a key that was cleared", async () => {
  const from = await stateWith("esp32c3", { BLOCK_KEY0: 0xffn });
  const to = await stateWith("esp32c3", { RD_DIS: 1 });
  const [protection, key] = diffEfuses(from, to);
  expect(protection?.field).toBe("RD_DIS");
  // Neither what was there nor how it differs from nothing: that would be the key.
  expect(key).toEqual({ field: "BLOCK_KEY0", block: 4, bits: null, from: null, to: null, cleared: false });
  expect(diffLines(diffEfuses(from, to))[1]).toBe("BLOCK_KEY0 (BLOCK4): differ");
});

it("compares a dump with a chip, and refuses another chip's", async () => {
  for (const values of [{ CODING_SCHEME: 1, BLOCK2: 7n }, { BLOCK1: 1n << 255n }]) {
    const state = await stateWith("esp32", values);
    const [file] = dumpFiles(state, "all.bin", "joint");
    const contents = file?.contents ?? new Uint8Array(0);
    const read = stateOfDump(state.table, contents, 300);
    expect(diffEfuses(state, read)).toEqual([]);
    expect([...read.blocks.values()].map(({ words }) => words)).toEqual(
      [...state.blocks.values()].map(({ words }) => words),
    );
    expect(thrown(() => stateOfDump(state.table, contents.subarray(1), 300)).code).toBe("efuse.file-damaged");
  }
  const c3 = await stateWith("esp32c3");
  expect(thrown(() => diffEfuses(c3, { ...c3, table: { ...c3.table, chip: "esp32c6" } })).code).toBe(
    "argument.conflict",
  );
});
