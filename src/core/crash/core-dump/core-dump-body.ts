// Shelf: core dumps: the memory of all tasks, as ESP-IDF saves it when a program crashes.
// In: a dump from flash or from the console.
// Out: its tasks with registers and memory, and whether it is whole.

import type { ChipId } from "../../chip/types.ts";

/** A piece of the device's memory. */
export interface MemoryPiece {
  readonly address: number;
  readonly data: Uint8Array;
}

/** A task as the dump has it. */
export interface DumpedTask {
  /** Address of its control block. */
  readonly controlBlock: number;
  /** By the names of the device's panic handler: MEPC, RA; PC, A0. */
  readonly registers: Readonly<Record<string, number>>;
  /** Of its stack, where the dump tells. */
  readonly stack: { readonly top: number; readonly end: number } | null;
}

/** What is in a core dump, of whichever version; the crashed task is the first. */
export interface CoreDumpBody {
  readonly tasks: readonly DumpedTask[];
  readonly memory: readonly MemoryPiece[];
  readonly elfSha256: string | null;
  readonly panicDetails: string | null;
  readonly crashedControlBlock: number | null;
  readonly isInInterrupt: boolean | null;
  /** Registers of the exception: EXCCAUSE, EXCVADDR, EPC1. */
  readonly exceptionRegisters: Readonly<Record<string, number>>;
}

/** Chips by the number that dumps and images bear. Fact sheet of crashes, section 8. */
export const CHIPS_BY_NUMBER: ReadonlyMap<number, ChipId> = new Map([
  [0, "esp32"],
  [2, "esp32s2"],
  [5, "esp32c3"],
  [9, "esp32s3"],
  [12, "esp32c2"],
  [13, "esp32c6"],
  [16, "esp32h2"],
  [18, "esp32p4"],
  [20, "esp32c61"],
  [23, "esp32c5"],
  [25, "esp32h21"],
  [28, "esp32h4"],
  [32, "esp32s31"],
]);

/** Chips with Xtensa cores; the others have RISC-V cores. */
const XTENSA: ReadonlySet<ChipId> = new Set<ChipId>(["esp32", "esp32s2", "esp32s3"]);

export function machineOf(chip: ChipId): "riscv" | "xtensa" {
  return XTENSA.has(chip) ? "xtensa" : "riscv";
}

export const RISCV_REGISTERS = [
  "MEPC",
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
] as const;

/** No device has more tasks; a damaged count must not be believed. */
export const MOST_TASKS = 1024;
