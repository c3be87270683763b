import type { ChipId } from "../../../src/core/chip/types.ts";
import { systemClock } from "../../../src/core/clock.ts";
import type { BurnPlan, BurnStep } from "../../../src/core/efuse/plan/plan.ts";
import type { EfuseDevice } from "../../../src/core/efuse/read/device.ts";
import { loadEfuseTable } from "../../../src/core/efuse/table/load-table.ts";
import type { EfuseState, EfuseTable } from "../../../src/core/efuse/table/types.ts";
import type { EventBody } from "../../../src/core/events.ts";
import type { RegisterWrite } from "../../../src/core/wire/commands.ts";

const CRYSTALS: Readonly<Partial<Record<ChipId, number>>> = { esp32h2: 32, esp32h21: 32, esp32h4: 32 };

/**
 * Registers that record what is done to them. The command to program ORs what the programming registers hold into those
 * that are read, which is all that a controller without faults does; anything more a test scripts itself.
 */
export class ScriptedEfuses implements EfuseDevice {
  readonly chip: ChipId;
  readonly chipRevision: number | null = 0;
  readonly crystalMhz: number;
  readonly clock: EfuseDevice["clock"] = systemClock;
  readonly table: EfuseTable;
  readonly registers: Map<number, number> = new Map();
  /** Every packet that was written. */
  readonly packets: (readonly RegisterWrite[])[] = [];
  /** Every register that was read. */
  readonly reads: number[] = [];
  readonly events: EventBody[] = [];
  /** Replaces what programming does; `burn` does it after all. */
  onProgram: ((block: number, burn: () => void) => void) | null = null;
  /** Called before a packet is looked at; throws for a packet that never arrives. */
  onPacket: ((packet: readonly RegisterWrite[]) => void) | null = null;
  restore?: () => Promise<"restored" | "secure-download">;

  constructor(table: EfuseTable, crystalMhz?: number) {
    this.table = table;
    this.chip = table.chip;
    this.crystalMhz = crystalMhz ?? CRYSTALS[table.chip] ?? 40;
  }

  emit = (event: EventBody): void => {
    this.events.push(event);
  };

  async readRegisters(addresses: readonly number[]): Promise<readonly number[]> {
    this.reads.push(...addresses);
    return addresses.map((address) => this.registers.get(address) ?? 0);
  }

  async writeRegisters(writes: readonly RegisterWrite[]): Promise<void> {
    this.packets.push(writes);
    this.onPacket?.(writes);
    for (const { address, value } of writes) {
      if (address !== this.table.registers.command) this.registers.set(address, value);
      else if ((value & 3) === 2) this.#program((value >>> 2) & 0xf);
    }
  }

  #program(block: number): void {
    const burn = (): void => {
      for (const { id, readAddress, writeAddress, words } of this.table.blocks)
        if (this.table.registers.program === null || id === block)
          for (let index = 0; index < words; index++) this.set(readAddress + 4 * index, writeAddress + 4 * index);
    };
    if (this.onProgram === null) burn();
    else this.onProgram(block, burn);
  }

  set(to: number, from: number): void {
    this.registers.set(to, ((this.registers.get(to) ?? 0) | (this.registers.get(from) ?? 0)) >>> 0);
  }
}

export async function scriptedEfuses(chip: ChipId, crystalMhz?: number): Promise<ScriptedEfuses> {
  return new ScriptedEfuses(await loadEfuseTable(chip, 0), crystalMhz);
}

/** A plan of nothing but steps, as a planner would make it. */
export function planOf(
  basis: EfuseState,
  steps: readonly (Omit<BurnStep, "postponed"> & Partial<BurnStep>)[],
): BurnPlan {
  return {
    basis,
    outcomes: [],
    changes: steps.map(({ block, bits }) => ({
      field: null,
      block,
      bits: numbersOf(bits),
      width: 0,
      from: 0n,
      to: bits,
      secret: block > 3,
    })),
    hides: [],
    locks: [],
    cautions: [],
    steps: steps.map((step) => ({ postponed: false, ...step })),
  };
}

function numbersOf(bits: bigint): number[] {
  return [...bits.toString(2)].reverse().flatMap((digit, index) => (digit === "1" ? [index] : []));
}
