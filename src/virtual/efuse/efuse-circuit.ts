import type { EfuseFaultPlan } from "../fault/efuse-faults.ts";
import { countOnes, type EfuseCells } from "./efuse-cells.ts";
import type { EfuseBlockLayout, EfuseLayout, EfuseMasks, EfusePlace } from "./efuse-layout.ts";

/** What the controller did, for tests: no host sees it. */
export type EfuseEvent =
  | {
      readonly do: "program";
      readonly block: number;
      /** Fuses, parity included, that are burned now and were not before. */
      readonly burned: number;
      /** Bits that write protection kept from being burned. */
      readonly refused: number;
      /** `unset`: a timing register that this chip needs was left at 0. */
      readonly timing: "set" | "unset";
    }
  | { readonly do: "read" }
  | {
      readonly do: "ignored";
      readonly command: number;
      readonly why: "op-code" | "busy" | "no-such-command" | "no-such-block";
    };

/** What both kinds of controllers work on: registers, fuses, faults. */
export interface EfuseCircuit {
  readonly layout: EfuseLayout;
  readonly cells: EfuseCells;
  readonly faults: EfuseFaultPlan;
  readonly log: EfuseEvent[];
  /** 100 x major + minor, as the chip's own eFuses have it. */
  readonly revision: () => number;
  /** Registers by offset. */
  register(offset: number): number;
  setRegister(offset: number, value: number): void;
}

/** The coding of one family of chips. */
export interface EfuseFamily {
  /** PROGRAM, for the block in the command. */
  program(block: number): void;
  /** READ: fills the read registers and the error registers from the fuses. */
  load(): void;
  /** Offsets that a host can only read. */
  readonly readOnly: readonly number[];
}

export function wordsAt(circuit: EfuseCircuit, offset: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => circuit.register(offset + 4 * index));
}

export function offsetsOf(offset: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => offset + 4 * index);
}

/** BLOCK0 as the registers show it: protection counts from the READ that showed it. */
function shownWord(circuit: EfuseCircuit, word: number): number {
  return circuit.register((circuit.layout.blocks[0]?.offset ?? 0) + 4 * word);
}

export function shownFlag(circuit: EfuseCircuit, place: EfusePlace | null): boolean {
  return place !== null && ((shownWord(circuit, place.at) >>> place.shift) & 1) !== 0;
}

/** Burns what protection and faults let pass. */
export function burnBlock(
  circuit: EfuseCircuit,
  block: EfuseBlockLayout,
  asked: readonly number[],
  parity?: readonly number[],
): void {
  const timing = circuit.layout.timingNeeded.every(({ offset, value }) => (circuit.register(offset) & value) !== 0)
    ? "set"
    : "unset";
  const allowed = unlockedBits(circuit, block, asked);
  const refused = asked.reduce((sum, word, index) => sum + countOnes(word & ~(allowed?.[index] ?? 0)), 0);
  const noTiming = timing === "unset" && circuit.faults.needsTiming;
  const bits = allowed === null || noTiming ? null : circuit.faults.burns(block.index, allowed);
  const burned = bits === null ? 0 : circuit.cells.burn(block, bits, parity);
  circuit.log.push({ do: "program", block: block.index, burned, refused, timing });
}

/** Null: the block as a whole is protected. */
function unlockedBits(
  circuit: EfuseCircuit,
  { writeLock }: EfuseBlockLayout,
  asked: readonly number[],
): readonly number[] | null {
  const writeDisable = shownWord(circuit, 0);
  if (writeLock !== null) return isSet(writeDisable, writeLock) ? null : asked;
  return without(asked, circuit.layout.locks(circuit.revision()), writeDisable);
}

/** The words without the bits that are covered by a protection bit that is set. */
export function without(words: readonly number[], covered: readonly EfuseMasks[], protection: number): number[] {
  const open = [...words];
  for (const { bit, masks } of covered) {
    if (!isSet(protection, bit)) continue;
    masks.forEach((mask, index) => {
      if (index < open.length) open[index] = ((open[index] ?? 0) & ~mask) >>> 0;
    });
  }
  return open;
}

/** The words of a block with those that RD_DIS hides as 0. */
export function hidden(block: EfuseBlockLayout, words: readonly number[], readDisable: number): number[] {
  const isHidden = (index: number): boolean =>
    block.readLocks.some(({ bit, first, last }) => isSet(readDisable, bit) && index >= first && index <= last);
  return words.map((word, index) => (isHidden(index) ? 0 : word));
}

function isSet(word: number, bit: number): boolean {
  return ((word >>> bit) & 1) !== 0;
}
