import { describe, expect, it } from "vitest";
import { CHIPS } from "../../src/core/chip/catalog.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import { burnEfuses } from "../../src/core/efuse/burn/burn.ts";
import { recoverBlocks } from "../../src/core/efuse/burn/recover-blocks.ts";
import { checkErrors } from "../../src/core/efuse/read/check-errors.ts";
import { refresh } from "../../src/core/efuse/read/controller.ts";
import type { EfuseDevice } from "../../src/core/efuse/read/device.ts";
import { efuseDevice } from "../../src/core/efuse/read/efuse-device.ts";
import { readEfuses } from "../../src/core/efuse/read/read-efuses.ts";
import { bytesToBits } from "../../src/core/efuse/table/bits.ts";
import { loadEfuseTable } from "../../src/core/efuse/table/load-table.ts";
import type { EfuseState } from "../../src/core/efuse/table/types.ts";
import type { EspEvent } from "../../src/core/events.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { Session } from "../../src/core/session/session.ts";
import { virtualEfuses } from "../../src/virtual/efuse/efuse-memory.ts";
import type { EfuseFaultControls } from "../../src/virtual/fault/efuse-faults.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";
import { planOf } from "../support/efuse/scripted-efuses.ts";
import { errorOf } from "../support/outcome.ts";
import { thrown } from "../support/thrown.ts";

type EfuseChip = Exclude<ChipId, "esp8266">;
const WITH_EFUSES = CHIPS.map(({ id }) => id).filter((id): id is EfuseChip => id !== "esp8266");
const WAYS = ["direct", "rom", "stub"] as const;

interface Bench {
  readonly device: EfuseDevice;
  readonly faults: EfuseFaultControls;
  readonly chip: VirtualChip | null;
  readonly session: Session | null;
}

async function bench(id: EfuseChip, way: (typeof WAYS)[number]): Promise<Bench> {
  if (way === "direct") {
    const efuses = virtualEfuses(id);
    const device = { ...efuses, chip: id, chipRevision: efuses.revision, emit: () => {} };
    return { device, faults: efuses.faults, chip: null, session: null };
  }
  const chip = virtualChip(id);
  chip.faults.requireEfuseTiming();
  const session = await connect(chip.port, { stub: way === "stub" });
  return { device: efuseDevice(session), faults: chip.faults, chip, session };
}

/** Contents whose every byte differs, with the lowest bit of the first set. */
function pattern(words: number, seed: number): bigint {
  return bytesToBits(Uint8Array.from({ length: 4 * words }, (_, index) => (index * 37 + seed) | Number(index === 0)));
}

/** A block that nothing is in and that is no key's. */
function userBlock({ table, blocks }: EfuseState): number {
  const key = keyBlock({ table });
  const block = table.blocks.find(
    ({ id, keyPurposeField }) => id > 0 && id !== key && keyPurposeField === null && blocks.get(id)?.bits === 0n,
  );
  return block?.id ?? -1;
}

function keyBlock({ table }: Pick<EfuseState, "table">): number {
  return table.blocks.find(({ name }) => name === "BLOCK_KEY0")?.id ?? 1;
}

/** Bits of BLOCK0 that have nothing to do with access: three words apart. */
function harmlessBits({ table }: EfuseState): bigint {
  const harmless = [
    "WDT_DELAY_SEL",
    "SECURE_VERSION",
    "UART_PRINT_CONTROL",
    "FLASH_TPUW",
    "CLK8M_FREQ",
    "JTAG_DISABLE",
  ];
  return table.fields
    .filter(({ name, block, bit }) => block === 0 && bit !== null && harmless.includes(name))
    .reduce((bits, { bit }) => bits | (1n << BigInt(bit ?? 0)), 0n);
}

function contents(state: EfuseState): readonly (readonly [number, bigint])[] {
  return [...state.blocks].map(([id, { bits }]) => [id, bits]);
}

describe.each(WITH_EFUSES)("%s", (id) => {
  // The stub does nothing here that depends on the chip, so it is tried on some.
  const ways = WAYS.filter((way) => way !== "stub" || ["esp32", "esp32c3", "esp32s3"].includes(id));

  it.each(ways)("burns a key, a block and bits of BLOCK0, and nothing else: %s", async (way) => {
    const { device, session } = await bench(id, way);
    const basis = await readEfuses(device);
    const [key, user] = [keyBlock(basis), userBlock(basis)];
    const steps = [
      { block: key, bits: pattern(8, 3) },
      { block: user, bits: pattern(basis.blocks.get(user)?.words ?? 0, 9) },
      { block: 0, bits: harmlessBits(basis) },
    ].sort((left, right) => right.block - left.block);
    expect(steps.every(({ bits }) => bits !== 0n)).toBe(true);

    const report = await burnEfuses(device, planOf(basis, steps));

    expect(report.steps.map(({ block, attempts }) => [block, attempts])).toEqual(steps.map(({ block }) => [block, 1]));
    const planned = new Map(steps.map(({ block, bits }) => [block, bits]));
    const wanted = contents(basis).map(([block, bits]) => [block, bits | (planned.get(block) ?? 0n)]);
    expect(report.state === null ? [] : contents(report.state)).toEqual(wanted);
    // And a look of somebody who knows nothing of it.
    const after = await readEfuses(device);
    expect(contents(after)).toEqual(wanted);
    expect(checkErrors(after).blocks).toEqual([]);
    if (session !== null) await disconnect(session);
  });
});

describe("3/4 coding of the ESP32", () => {
  it("is burned so that the chip reads it back", async () => {
    const { device } = await bench("esp32", "direct");
    const fresh = await readEfuses(device, { blocks: [0] });
    const coded = await burnEfuses(device, planOf(fresh, [{ block: 0, bits: 1n << 192n }]));
    expect(coded.steps[0]?.verdict).toBe("equal");
    const basis = await readEfuses(device);
    expect(basis.blocks.get(3)).toMatchObject({ scheme: "3/4", words: 6 });
    const { steps, state } = await burnEfuses(device, planOf(basis, [{ block: 3, bits: pattern(6, 5) }]));
    expect(steps[0]?.verdict).toBe("equal");
    expect(state?.blocks.get(3)).toMatchObject({ bits: pattern(6, 5), errors: { fail: false } });
  });

  it("read blocks are read anew when the scheme is burned", async () => {
    const { device } = await bench("esp32", "direct");
    const basis = await readEfuses(device);
    expect(basis.blocks.get(2)?.words).toBe(8);
    const { state } = await burnEfuses(device, planOf(basis, [{ block: 0, bits: 1n << 192n }]));
    expect(state?.blocks.get(2)).toMatchObject({ scheme: "3/4", words: 6 });
  });
});

/** An ESP32-C3 through its ROM loader; `whenBurning` strikes when a step begins, after all was looked at. */
async function faulty(whenBurning: (chip: VirtualChip) => void, stub = false, usb: "uart" | "serial-jtag" = "uart") {
  const chip = virtualChip("esp32c3", { usb });
  let isArmed = true;
  const events: EspEvent[] = [];
  const session = await connect(chip.port, {
    stub,
    onEvent: (event) => {
      events.push(event);
      if (event.type !== "efuse.burning" || !isArmed) return;
      isArmed = false;
      whenBurning(chip);
    },
  });
  const device = efuseDevice(session);
  const basis = await readEfuses(device);
  return {
    chip,
    session,
    device,
    basis,
    events,
    burn: (steps: Parameters<typeof planOf>[1]) => burnEfuses(device, planOf(basis, steps)),
  };
}

const KEY = pattern(8, 3);
const WDT_DELAY_SEL = 0b11n << 80n;
const DIS_DOWNLOAD_MODE = 1n << 128n;
const ENABLE_SECURITY_DOWNLOAD = 1n << 133n;

describe("faults", () => {
  it("a burn that does not take is done once more", async () => {
    const { device, burn } = await faulty((chip) => chip.faults.failEfuseBurn(4));
    const { steps } = await burn([{ block: 4, bits: KEY }]);
    expect(steps).toMatchObject([{ attempts: 2, verdict: "equal" }]);
    expect(checkErrors(await readEfuses(device)).blocks).toEqual([]);
  });

  it("a bit of BLOCK0 that never burns: all others are burned, and the error names it", async () => {
    const { device, basis, burn } = await faulty((chip) => chip.faults.stickEfuseBit(0, 81));
    const error = await errorOf(
      burn([
        { block: 0, bits: WDT_DELAY_SEL },
        { block: 0, bits: 1n, postponed: true },
      ]),
    );
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.details["failed"]).toMatchObject({ missingBits: [81], attempts: 3 });
    expect(error.details["notBurned"]).toMatchObject([{ block: 0, postponed: true }]);
    const after = await readEfuses(device);
    expect(after.blocks.get(0)?.bits).toBe((basis.blocks.get(0)?.bits ?? 0n) | (1n << 80n));
  });

  it("a bit of BLOCK0 that burns the second time is the only one burned then", async () => {
    const { burn } = await faulty((chip) => chip.faults.stickEfuseBit(0, 81, { times: 1 }));
    expect((await burn([{ block: 0, bits: WDT_DELAY_SEL }])).steps).toMatchObject([{ attempts: 2 }]);
  });

  it("a bit of a key that never burns is mended by the code, and told", async () => {
    const { burn } = await faulty((chip) => chip.faults.stickEfuseBit(4, 0));
    const error = await errorOf(burn([{ block: 4, bits: KEY }]));
    expect(error.details["failed"]).toMatchObject({
      reason: "damaged",
      missingBits: 0,
      errorCount: 1,
      errorFail: false,
    });
  });

  it("a bit that burns unasked stops everything", async () => {
    const { burn } = await faulty((chip) => chip.faults.burnExtraEfuseBit(0, 100));
    const error = await errorOf(burn([{ block: 0, bits: WDT_DELAY_SEL }]));
    expect(error.details["failed"]).toMatchObject({ reason: "unexpected-bits", unexpectedBits: [100], attempts: 1 });
  });

  it("errors that go away when the block is burned again", async () => {
    const { burn } = await faulty((chip) =>
      chip.faults.reportEfuseErrors(4, { errors: 2, failed: false, mendsAfter: 2 }),
    );
    expect((await burn([{ block: 4, bits: KEY }])).steps).toMatchObject([{ attempts: 2, verdict: "equal" }]);
  });

  it("a controller that hangs before anything is burned", async () => {
    const { chip, device, basis } = await faulty(() => {});
    chip.faults.hangEfuseController();
    const error = await errorOf(burnEfuses(device, planOf(basis, [{ block: 4, bits: KEY }])));
    expect(error.code).toBe("efuse.controller-busy");
  });

  it("a controller that hangs while it burns: what was burned is not known", async () => {
    const { burn } = await faulty((chip) => chip.faults.hangEfuseController());
    const error = await errorOf(burn([{ block: 4, bits: KEY }]));
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.details["failed"]).toMatchObject({ reason: "interrupted", begun: true });
  });

  it("a block that is write-protected does not take, and is not said to be burned", async () => {
    const { burn } = await faulty(() => {});
    const error = await errorOf(
      burn([
        { block: 0, bits: 1n << 23n },
        { block: 4, bits: KEY },
      ]),
    );
    expect(error.details["burned"]).toMatchObject([{ block: 0 }]);
    expect(error.details["failed"]).toMatchObject({ block: 4, reason: "missing-bits" });
  });

  it("a key that is hidden is not called verified", async () => {
    const { burn } = await faulty(() => {});
    const { steps, state } = await burn([
      { block: 0, bits: 1n << 32n },
      { block: 4, bits: KEY },
    ]);
    expect(steps).toMatchObject([{ verdict: "equal" }, { block: 4, verdict: "hidden", attempts: 1 }]);
    expect(state?.blocks.get(4)?.bits).toBe(0n);
  });
});

describe("a key block as burn-key leaves it, hidden and locked", () => {
  it("is not said to be burned again: it cannot be", async () => {
    const { device, burn } = await faulty(() => {});
    await burn([
      { block: 4, bits: KEY },
      { block: 0, bits: (1n << 32n) | (1n << 23n) },
    ]);
    const closed = await readEfuses(device);
    const error = await errorOf(burnEfuses(device, planOf(closed, [{ block: 4, bits: pattern(8, 40) }])));
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.details["failed"]).toMatchObject({ block: 4, reason: "missing-bits" });
  });
});

describe("the line", () => {
  const WRITE_REG = 0x09;

  it.each([
    ["filling of the registers", 0],
    ["command to burn", 1],
    ["first load", 2],
    ["third load", 4],
  ])("the answer to the %s is lost: nothing is burned twice", async (_name, skip) => {
    const { chip, burn } = await faulty(({ faults }) => faults.dropNextReply({ opcode: WRITE_REG, skip }));
    expect((await burn([{ block: 4, bits: KEY }])).steps).toMatchObject([{ attempts: 1, verdict: "equal" }]);
    expect(burns(chip)).toBe(1);
  });

  it("the command to burn never arrives: it is given again", async () => {
    const { chip, burn } = await faulty(({ faults }) => faults.dropNextRequest({ opcode: WRITE_REG, skip: 1 }));
    expect((await burn([{ block: 4, bits: KEY }])).steps).toMatchObject([{ attempts: 2, verdict: "equal" }]);
    expect(burns(chip)).toBe(1);
  });

  it.each([40, 60, 75, 91, 108, 140, 200])(
    "byte %s of what is to be burned is garbled: seen before the burn",
    async (byte) => {
      const { chip, burn, device, basis } = await faulty(({ faults }) =>
        faults.atHostByte(byte, { do: "corrupt", mask: 0x10 }),
      );
      const { steps } = await burn([{ block: 0, bits: WDT_DELAY_SEL }]);
      expect(steps).toMatchObject([{ attempts: 1, verdict: "equal" }]);
      expect(burns(chip)).toBe(1);
      const after = await readEfuses(device);
      expect(contents(after)).toEqual(
        contents(basis).map(([id, bits]) => [id, id === 0 ? bits | WDT_DELAY_SEL : bits]),
      );
    },
  );

  it("noise all the time: what is burned is what was planned, or there is an error, and nothing else is burned", async () => {
    let done = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const { chip, burn, basis, session } = await faulty(({ faults }) => faults.soak(seed, 1500));
      const before = new Map(chip.silicon.efuses);
      const allowed = new Map(before);
      basis.table.blocks.forEach(({ id, readAddress, words }) => {
        const bits = id === 4 ? KEY : id === 0 ? WDT_DELAY_SEL : 0n;
        for (let word = 0; word < words; word++) {
          const address = readAddress + 4 * word;
          allowed.set(address, ((before.get(address) ?? 0) | Number((bits >> BigInt(32 * word)) & 0xffff_ffffn)) >>> 0);
        }
      });
      const outcome = await burn([
        { block: 4, bits: KEY },
        { block: 0, bits: WDT_DELAY_SEL },
      ]).then(
        () => "done",
        () => "error",
      );
      for (const { readAddress, words } of basis.table.blocks)
        for (let word = 0; word < words; word++) {
          const address = readAddress + 4 * word;
          const [is, may] = [chip.silicon.efuses.get(address) ?? 0, allowed.get(address) ?? 0];
          expect({ seed, address, stray: is & ~may }).toEqual({ seed, address, stray: 0 });
          if (outcome === "done") expect({ seed, address, is }).toEqual({ seed, address, is: may });
        }
      if (outcome === "done") done++;
      chip.faults.clear();
      await disconnect(session);
    }
    expect(done).toBeGreaterThan(15);
  });
});

function burns(chip: VirtualChip): number {
  return chip.efuseLog.filter((event) => event.do === "program").length;
}

describe("the connection", () => {
  it("is lost while the fuses are loaded: it is restored, and the fuses are looked at", async () => {
    const { chip, burn, events } = await faulty(({ faults }) => faults.brownOutAtEfuseRead());
    expect((await burn([{ block: 4, bits: KEY }])).steps).toMatchObject([{ attempts: 1, verdict: "equal" }]);
    expect(burns(chip)).toBe(1);
    expect(events.some((event) => event.type === "note" && event.code === "efuse.connection-lost")).toBe(true);
  });

  it.each(["uart", "serial-jtag"] as const)("ends with download mode, as it should: %s", async (usb) => {
    const { chip, burn } = await faulty(() => {}, false, usb);
    const { steps, state } = await burn([
      { block: 4, bits: KEY },
      { block: 0, bits: DIS_DOWNLOAD_MODE, postponed: true },
    ]);
    expect(steps).toMatchObject([
      { block: 4, verdict: "equal" },
      { block: 0, verdict: "download-disabled" },
    ]);
    expect(state).toBeNull();
    expect(burns(chip)).toBe(2);
  });

  it("shows no eFuses any more in Secure Download Mode, as it should", async () => {
    const { burn, session } = await faulty(() => {});
    const { steps, state } = await burn([{ block: 0, bits: ENABLE_SECURITY_DOWNLOAD, postponed: true }]);
    expect(steps).toMatchObject([{ verdict: "secure-download" }]);
    expect(state).toBeNull();
    await disconnect(session);
  });

  it("through the stub lasts, so that even these fuses are verified", async () => {
    const { burn } = await faulty(() => {}, true);
    const { steps } = await burn([{ block: 0, bits: ENABLE_SECURITY_DOWNLOAD | DIS_DOWNLOAD_MODE, postponed: true }]);
    expect(steps).toMatchObject([{ verdict: "equal" }]);
  });

  it("to a chip that is in Secure Download Mode is refused", async () => {
    const { chip, burn, session } = await faulty(() => {});
    await burn([{ block: 0, bits: ENABLE_SECURITY_DOWNLOAD }]);
    await disconnect(session);
    const again = await connect(chip.port, { stub: false });
    expect(thrown(() => efuseDevice(again)).code).toBe("chip.secure-download");
    await disconnect(again);
  });

  it("that ends for good in the middle is a failure that says what is burned", async () => {
    const { burn } = await faulty(({ faults }) => faults.unplugAfterHostBytes(700));
    const error = await errorOf(
      burn([
        { block: 4, bits: KEY },
        { block: 0, bits: WDT_DELAY_SEL },
      ]),
    );
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.details["notBurned"]).toMatchObject([{ block: 0 }]);
  });
});

describe("words that were read when connecting", () => {
  it("are not asked for again, until something is written", async () => {
    const { device, session } = await bench("esp32c3", "rom");
    const exchanges = (): number => (session === null ? 0 : live(session).link.counters.exchanges);
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = exchanges();
      await work();
      return exchanges() - before;
    };
    const read = (): Promise<EfuseState> => readEfuses(device, { blocks: [1], errors: false });
    const known = session === null ? 0 : live(session).chip.identityRegisters.length;
    expect(known).toBeGreaterThan(2);
    expect(await count(read)).toBeLessThan(6);
    await refreshed(device);
    expect(await count(read)).toBe(6);
  });
});

describe("recovery", () => {
  it("burns a damaged block again with what it holds", async () => {
    const { chip, device, burn } = await faulty(() => {});
    await burn([{ block: 4, bits: KEY }]);
    chip.faults.reportEfuseErrors(4, { errors: 2, failed: false, mendsAfter: 1 });
    await refreshed(device);
    const state = await readEfuses(device);
    expect(checkErrors(state).blocks).toMatchObject([{ id: 4 }]);
    const report = await recoverBlocks(device, state);
    expect(report.steps).toMatchObject([{ block: 4, healed: true, attempts: 1 }]);
    expect(checkErrors(report.state).blocks).toEqual([]);
    expect(contents(await readEfuses(device))).toEqual(contents(state));
  });

  it.each(["esp32c6", "esp32h2", "esp32c5"] as const)(
    "%s: works where the block with the MAC address is damaged",
    async (id) => {
      const { device, faults } = await bench(id, "rom");
      faults.reportEfuseErrors(1, { errors: 1, failed: false, mendsAfter: 2 });
      await refreshed(device);
      const report = await recoverBlocks(device, await readEfuses(device));
      expect(report.steps).toMatchObject([{ block: 1, healed: true, attempts: 2 }]);
    },
  );
});

/** Nothing is burned: only the fuses are loaded again. */
async function refreshed(device: EfuseDevice): Promise<void> {
  const table = await loadEfuseTable(device.chip, device.chipRevision);
  await refresh(device, table, true);
}
