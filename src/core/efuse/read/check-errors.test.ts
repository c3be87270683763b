import { describe, expect, it } from "vitest";
import { type ScriptedEfuses, scriptedEfuses } from "../../../../test/support/efuse/scripted-efuses.ts";
import { planRecovery, recoverBlocks } from "../burn/recover-blocks.ts";
import { checkErrors } from "./check-errors.ts";
import { readEfuses } from "./read-efuses.ts";

const ERRORS = { block0: 0x17c, others: 0x1c0 };

async function chip(registers: Readonly<Record<number, number>>): Promise<ScriptedEfuses> {
  const device = await scriptedEfuses("esp32c6");
  for (const [offset, value] of Object.entries(registers))
    device.registers.set(device.table.registers.base + Number(offset), value);
  return device;
}

/** First words of blocks 0, 1, 4 and 5. */
const CONTENTS = { 44: 0, 48: 0x100, 68: 0x11, 156: 0x44, 188: 0x55 };

describe("what is damaged", () => {
  it("is told by block, in BLOCK0 also by field", async () => {
    const device = await chip({ ...CONTENTS, [ERRORS.block0]: 0x101, [ERRORS.others]: 0x8000_1001 });
    const { blocks, fields } = checkErrors(await readEfuses(device));
    expect(blocks.map(({ id, name, errors }) => [id, name, errors.count, errors.fail])).toEqual([
      [0, "BLOCK0", 2, true],
      [1, "MAC_SPI_8M_0", 1, false],
      [4, "BLOCK_KEY0", 1, false],
      [8, "BLOCK_KEY4", 0, true],
    ]);
    // Bits 32 and 40 of BLOCK0.
    expect(fields.map(({ name }) => name)).toEqual(["RD_DIS", "DIS_ICACHE"]);
  });

  it("is nothing on a good chip", async () => {
    expect(checkErrors(await readEfuses(await chip(CONTENTS)))).toEqual({ blocks: [], fields: [] });
  });
});

describe("the plan to mend it", () => {
  it("goes from the highest block down, each with what it holds", async () => {
    const device = await chip({ ...CONTENTS, [ERRORS.block0]: 0x100, [ERRORS.others]: 0x0001_1001 });
    expect(planRecovery(await readEfuses(device))).toEqual({
      steps: [
        { block: 5, bits: 0x55n, postponed: false },
        { block: 4, bits: 0x44n, postponed: false },
        { block: 1, bits: 0x11n, postponed: false },
        { block: 0, bits: 0x100n << 32n, postponed: false },
      ],
      hopeless: [],
    });
  });

  it("leaves out what cannot be mended, and says why", async () => {
    const writeProtectsKey1 = 1 << 24;
    const hidesKey2 = 1 << 2;
    const device = await chip({
      ...CONTENTS,
      44: writeProtectsKey1,
      48: hidesKey2,
      // Blocks 4 to 7: more errors than can be corrected; locked; hidden; empty.
      [ERRORS.others]: 0x0111_8000,
    });
    const state = await readEfuses(device);
    const { steps, hopeless } = planRecovery(state);
    expect(steps).toEqual([]);
    expect(hopeless.map(({ block, why }) => [block, why])).toEqual([
      [7, "empty"],
      [6, "hidden"],
      [5, "write-protected"],
      [4, "uncorrectable"],
    ]);
    expect(planRecovery(state, { uncorrectable: true }).steps).toMatchObject([{ block: 4 }]);
  });
});

describe("mending", () => {
  it("burns the same words again until the chip reports no errors any more", async () => {
    const device = await chip({ ...CONTENTS, [ERRORS.others]: 0x1001 });
    let burns = 0;
    device.onProgram = (block) => {
      if (block === 4 && ++burns === 2) device.registers.set(device.table.registers.base + ERRORS.others, 1);
    };
    const { steps, state } = await recoverBlocks(device, await readEfuses(device));
    expect(steps).toMatchObject([
      { block: 4, attempts: 2, healed: true },
      { block: 1, attempts: 3, healed: false },
    ]);
    expect(checkErrors(state).blocks.map(({ id }) => id)).toEqual([1]);
    expect(device.events).toContainEqual({
      type: "efuse.burned",
      block: 1,
      name: "MAC_SPI_8M_0",
      attempts: 3,
      verdict: "still-damaged",
    });
  });

  it("does nothing when there is nothing to mend", async () => {
    const device = await chip(CONTENTS);
    const state = await readEfuses(device);
    expect(await recoverBlocks(device, state)).toEqual({ steps: [], hopeless: [], state });
    expect(device.packets).toEqual([]);
  });
});
