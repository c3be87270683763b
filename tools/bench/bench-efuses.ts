import type { ChipId } from "../../src/core/chip/types.ts";
import { burnEfuses } from "../../src/core/efuse/burn/burn.ts";
import type { BurnPlan } from "../../src/core/efuse/plan/plan.ts";
import type { EfuseDevice } from "../../src/core/efuse/read/device.ts";
import { efuseDevice } from "../../src/core/efuse/read/efuse-device.ts";
import { readEfuses } from "../../src/core/efuse/read/read-efuses.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../../test/support/chip/live.ts";

/** Where the custom MAC address is, the key block that is burned, and what the reference needs (fact sheet efuse-secure A10). */
const CHIPS = {
  esp32: { macBlock: 3, keyBlock: 1, reference: { read: 34, burn: 34 + 67 + 22 + 2 * 3 } },
  esp32c3: { macBlock: 3, keyBlock: 4, reference: { read: 108, burn: 108 + 278 + 41 + 2 * 4 } },
  esp32c6: { macBlock: 3, keyBlock: 4, reference: { read: 91, burn: 91 + 176 + 41 + 2 * 4 } },
} as const satisfies Partial<Record<ChipId, unknown>>;

/** Each row: operation, chip, exchanges, exchanges of the reference. Connecting is not in them. */
export async function benchEfuses(): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [id, { macBlock, keyBlock, reference }] of Object.entries(CHIPS)) {
    const burn =
      (checkRegisters: boolean) =>
      async (device: EfuseDevice): Promise<unknown> =>
        burnEfuses(device, await keyPlan(device, keyBlock), { checkRegisters });
    const operations: readonly (readonly [string, number, (device: EfuseDevice) => Promise<unknown>])[] = [
      ["get-custom-mac", reference.read, (device) => readEfuses(device, { blocks: [macBlock] })],
      ["summary", reference.read, (device) => readEfuses(device)],
      ["burn one key block", reference.burn, burn(true)],
      ["burn one key block, registers unchecked", reference.burn, burn(false)],
    ];
    for (const [name, theirs, work] of operations)
      rows.push([name, id, String(await exchangesOf(id as keyof typeof CHIPS, work)), String(theirs)]);
  }
  return rows;
}

async function exchangesOf(id: ChipId, work: (device: EfuseDevice) => Promise<unknown>): Promise<number> {
  const session = await connect(virtualChip(id).port, { stub: false });
  const before = live(session).link.counters.exchanges;
  await work(efuseDevice(session));
  const { exchanges } = live(session).link.counters;
  await disconnect(session);
  return exchanges - before;
}

async function keyPlan(device: EfuseDevice, block: number): Promise<BurnPlan> {
  const basis = await readEfuses(device, { blocks: [0, block] });
  const all = (1n << 256n) - 1n;
  const bits = Array.from({ length: 256 }, (_, bit) => bit);
  return {
    basis,
    outcomes: [],
    changes: [{ field: null, block, bits, width: 256, from: 0n, to: all, secret: true }],
    hides: [],
    locks: [],
    cautions: [],
    steps: [{ block, bits: all, postponed: false }],
  };
}
