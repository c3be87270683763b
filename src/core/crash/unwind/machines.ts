import type { Machine } from "./unwind-by-rules.ts";

/** Names of RISC-V's registers 0 to 31 in the calling convention; register 8 has two. */
export const RISCV_NAMES: readonly string[] = [
  "ZERO",
  "RA",
  "SP",
  "GP",
  "TP",
  "T0",
  "T1",
  "T2",
  "S0",
  "S1",
  "A0",
  "A1",
  "A2",
  "A3",
  "A4",
  "A5",
  "A6",
  "A7",
  "S2",
  "S3",
  "S4",
  "S5",
  "S6",
  "S7",
  "S8",
  "S9",
  "S10",
  "S11",
  "T3",
  "T4",
  "T5",
  "T6",
];
const FRAME_POINTER_NAMES = ["S0/FP", "FP"];

export const RISCV: Machine = { stackPointer: 2, returnAddress: 1, stepBack: 1 };

/**
 * With register windows the highest two bits of a return address say by how much the window was moved; the address is in
 * the region of the code that returns.
 */
export function windowedAddress(word: number): number {
  return ((word & 0x3fff_ffff) | 0x4000_0000) >>> 0;
}

/** Registers as a device names them, by DWARF's numbers. */
export function riscvRegisters(named: Readonly<Record<string, number>>): Map<number, number> {
  const registers = new Map<number, number>([[0, 0]]);
  RISCV_NAMES.forEach((name, number) => {
    const value =
      named[name] ??
      (number === 8 ? FRAME_POINTER_NAMES.map((other) => named[other]).find((one) => one !== undefined) : undefined);
    if (value !== undefined) registers.set(number, value);
  });
  return registers;
}
