import fc from "fast-check";
import type { BurnPlan, EfuseDevice, EfuseTable } from "../../../src/efuse.ts";
import { createEfuseController } from "../../../src/virtual/efuse/efuse-controller.ts";
import { efuseLayout } from "../../../src/virtual/efuse/efuse-layout.ts";
import { NO_EFUSE_FAULTS } from "../../../src/virtual/fault/efuse-faults.ts";
import { createVirtualClock, type VirtualChip } from "../../../src/virtual.ts";
import type { EfuseChip } from "./efuse-file-device.ts";
import { fusesFor, type RawEfuses, rawBlocks } from "./raw-efuses.ts";

const FAULTS = ["none", "none", "stuck", "extra", "weak", "errors", "hang", "brown-out"] as const;

/** Something that goes wrong in the fuses. */
export interface Fault {
  readonly kind: (typeof FAULTS)[number];
  /** Chooses what it strikes. */
  readonly at: number;
  readonly times: number;
  /** Else it is there before anybody looks at the chip. */
  readonly whenBurning: boolean;
}

export const randomFault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...FAULTS),
  at: fc.nat(999),
  times: fc.integer({ min: 1, max: 4 }),
  whenBurning: fc.boolean(),
});

/** Closing the chip, or changing what it is, before the sequence begins would end it. */
const NOT_PRESET = /DOWNLOAD|MAC|VER|CHIP|CODING/;

/** Some fields, some bits of blocks, and perhaps `favourite` as burn-key leaves it: full, hidden and locked. */
export function randomPreset(table: EfuseTable, favourite: number): fc.Arbitrary<RawEfuses> {
  const { writeDisableBit = null, readDisableBits = [] } = table.blocks[favourite] ?? {};
  const readDisable = table.fields.find(({ name }) => name === "RD_DIS")?.bit ?? 0;
  const closing = [
    [favourite, 5],
    [0, writeDisableBit ?? 0],
    ...readDisableBits.map((bit) => [0, readDisable + bit]),
  ].map(([block = 0, bit = 0]) => [block, bit] as const);
  const fields = table.fields.filter(({ block, bit, name }) => block === 0 && bit !== null && !NOT_PRESET.test(name));
  const inFields = fc
    .array(
      fc.constantFrom(...fields).chain(({ bit, width }) => fc.nat(width - 1).map((at) => (bit ?? 0) + at)),
      { maxLength: 3 },
    )
    .map((bits) => bits.map((bit) => [0, bit] as const));
  const [first = 0, last = 0] = [table.blocks.length > 4 ? 3 : 2, table.blocks.length - 1];
  const inBlocks = fc.array(fc.tuple(fc.integer({ min: first, max: last }), fc.nat(255)), { maxLength: 2 });
  const coded = table.chip === "esp32" ? fc.constantFrom([], [], [[0, 192] as const]) : fc.constant([]);
  const closed = fc.nat(2).map((n) => (n === 0 && readDisableBits.length > 0 ? closing : []));
  return fc.tuple(inFields, fc.tuple(inBlocks, closed), coded).map(([zero, [some, all], scheme]) => {
    const others = [...some, ...all];
    const raw = new Map<number, number>();
    // Bits of a coded block that were never coded would be damage.
    for (const [block, bit] of [...zero, ...scheme, ...(scheme.length > 0 ? [] : others)]) {
      const address = (table.blocks[block]?.readAddress ?? 0) + 4 * (bit >>> 5);
      raw.set(address, ((raw.get(address) ?? 0) | (1 << (bit & 31))) >>> 0);
    }
    return raw;
  });
}

/** A chip that has the same fuses and no faults, to see what a line should do. */
export function twinOf({ silicon, chip }: VirtualChip): EfuseDevice {
  const clock = createVirtualClock();
  const controller = createEfuseController({
    layout: efuseLayout(silicon.chip as EfuseChip),
    fuses: new Map(silicon.efuses),
    clock,
    programMs: 0,
    readMs: 0,
    faults: NO_EFUSE_FAULTS,
    revision: () => 0,
    brownOut: () => {},
  });
  const read = (address: number): number =>
    controller.handles(address) ? controller.read(address) : (silicon.registers.get(address) ?? 0);
  return {
    chip: chip.id,
    chipRevision: null,
    crystalMhz: silicon.crystalMhz,
    clock,
    emit: () => {},
    readRegisters: async (addresses) => addresses.map(read),
    writeRegisters: () => Promise.reject(new Error("a twin is only looked at")),
  };
}

/** Burns fuses before anybody looks. */
export function presetFuses(chip: VirtualChip, preset: RawEfuses): void {
  for (const [address, word] of preset) {
    chip.silicon.efuses.set(address, ((chip.silicon.efuses.get(address) ?? 0) | word) >>> 0);
  }
}

export interface Spot {
  readonly block: number;
  readonly bit: number;
}

/** Arms the fault so that it strikes what the plan burns; the fuse that is to burn unasked, if one is. */
function arm({ faults, silicon }: VirtualChip, plan: BurnPlan | null, { kind, at, times }: Fault): Spot | null {
  const chip = silicon.chip as EfuseChip;
  const step = plan?.steps[at % Math.max(1, plan.steps.length)];
  if (step === undefined || kind === "none") return null;
  const { block } = step;
  const before = rawBlocks(chip, silicon.efuses);
  const fuses = fusesFor(chip, before, block, step.bits).toString(2);
  const burned = [...fuses].reverse().flatMap((digit, bit) => (digit === "1" ? [bit] : []));
  const words = efuseLayout(chip).blocks[block]?.words ?? 1;
  if (kind === "stuck") {
    faults.stickEfuseBit(block, burned[at % burned.length] ?? 0, {
      times: times === 4 ? Number.POSITIVE_INFINITY : times,
    });
  }
  if (kind === "weak") faults.failEfuseBurn(block, { times });
  if (kind === "errors") faults.reportEfuseErrors(block, { errors: times, failed: at % 2 === 0, mendsAfter: times });
  if (kind === "hang") faults.hangEfuseController({ skip: at % 12 });
  if (kind === "brown-out") faults.brownOutAtEfuseRead({ skip: at % 8 });
  if (kind !== "extra") return null;
  const spot = { block, bit: at % (32 * words) };
  faults.burnExtraEfuseBit(spot.block, spot.bit);
  return spot;
}

/** A fault that strikes once: now, or when the first block is burned. */
export interface ArmedFault {
  /** The fuse that burns unasked. */
  readonly extra: Spot | null;
  /** A block is being burned. */
  burning(): void;
}

export function armFault(chip: VirtualChip, plan: BurnPlan | null, fault: Fault): ArmedFault {
  let isArmed = false;
  let extra: Spot | null = null;
  const strike = (): void => {
    if (isArmed) return;
    isArmed = true;
    extra = arm(chip, plan, fault);
  };
  if (!fault.whenBurning) strike();
  return {
    get extra() {
      return extra;
    },
    burning: strike,
  };
}
