// Shelf: core dumps: the memory of all tasks, as ESP-IDF saves it when a program crashes.
// In: a dump from flash or from the console.
// Out: its tasks with registers and memory, and whether it is whole.

import type { ElfMachine } from "../../elf/elf.ts";
import { RISCV_NAMES } from "../unwind/machines.ts";

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
  readonly machine: ElfMachine;
  readonly tasks: readonly DumpedTask[];
  readonly memory: readonly MemoryPiece[];
  readonly elfSha256: string | null;
  readonly panicDetails: string | null;
  readonly crashedControlBlock: number | null;
  readonly isInInterrupt: boolean | null;
  /** Registers of the exception: EXCCAUSE, EXCVADDR, EPC1. */
  readonly exceptionRegisters: Readonly<Record<string, number>>;
}

/** No device has more tasks; a damaged count must not be believed. */
export const MOST_TASKS = 1024;

/** The 32 words of a RISC-V task: where the register that is always zero would be there is the program counter. */
export const RISCV_REGISTERS: readonly string[] = ["MEPC", ...RISCV_NAMES.slice(1)];
