import { hexAddress } from "../bytes/hex.ts";
import type { CrashDump } from "./crash-dump.ts";

/** EXCCAUSE of Xtensa that programs meet. Xtensa ISA, "Exception Causes". */
const XTENSA_CAUSES: Readonly<Record<number, string>> = {
  0: "The processor met an instruction that it does not have: the program jumped into data, or its code was overwritten",
  2: "An instruction could not be fetched: the program jumped to an address without code",
  3: "Memory that can only be read by words was read or written by bytes",
  6: "A number was divided by zero",
  9: "Memory was read or written at an address that is not aligned to its size",
  20: "The program jumped to an address that holds no code: a bad function pointer, or a stack that was overwritten",
  28: "Memory was read at an address that cannot be read",
  29: "Memory was written at an address that cannot be written",
};
/** MCAUSE. RISC-V privileged specification, table of exception codes. */
const RISCV_CAUSES: Readonly<Record<number, string>> = {
  0: "The program jumped to an address that is not aligned: a bad function pointer",
  1: "The program jumped to an address that holds no code: a bad function pointer, or a stack that was overwritten",
  2: "The processor met an instruction that it does not have: the program jumped into data, or its code was overwritten",
  3: "The program met a breakpoint",
  4: "Memory was read at an address that is not aligned to its size",
  5: "Memory was read at an address that cannot be read",
  6: "Memory was written at an address that is not aligned to its size",
  7: "Memory was written at an address that cannot be written",
};
/** Addresses that say more. */
const MARKS: ReadonlyMap<number, string> = new Map([
  [0xa5a5_a5a5, "the pattern that fills unused stack"],
  [0xbaad_5678, "the mark behind a block of the heap"],
  [0xabba_1234, "the mark before a block of the heap"],
  [0xfefe_fefe, "what the heap writes over memory that was freed"],
  [0xcece_cece, "what the heap writes over memory that was not yet used"],
]);
const ACCESSES: ReadonlySet<number> = new Set([5, 7, 28, 29]);

/** What the crash means, in one sentence; null where nothing more can be said than the device did. */
export function explainCrash(dump: CrashDump): string | null {
  switch (dump.reason) {
    case "abort":
      return "The program ended itself by calling abort(): see who called it.";
    case "assert":
      return "A condition that the program relies on did not hold.";
    case "error-check":
      return `A call that must succeed failed with ${dump.reasonText ?? "an error"}.`;
    case "stack-smashing":
      return "A function wrote behind the end of a variable on its stack.";
    case "stack-overflow":
      return `${dump.task === null ? "A task" : `Task ${dump.task}`} used more stack than it has: give it more, or use less in it.`;
    case "heap-corruption":
      return "Something wrote outside of its block of the heap, or used it after freeing it: the place told is where it was noticed.";
    case "undefined-behavior":
      return "The program did what its language leaves undefined.";
    case "interrupt-watchdog":
      return "Interrupts were held off for too long: an interrupt handler or a critical section did not end.";
    case "task-watchdog":
      return "Tasks did not report in time: something keeps the processor busy without letting others run.";
    case "watchdog":
      return "The program did not let the system run for too long.";
    case "cache-error":
      return "Code or data in flash was needed while flash was being written: such code belongs into IRAM.";
    case "brownout":
      return "The supply voltage dropped too low: the supply, the cable or the regulator gives too little current.";
    default:
      return explainCause(dump);
  }
}

function explainCause({ machine, cause, faultAddress }: CrashDump): string | null {
  if (cause === null || machine === null) return null;
  const what = (machine === "xtensa" ? XTENSA_CAUSES : RISCV_CAUSES)[cause];
  if (what === undefined) return null;
  if (faultAddress === null || !ACCESSES.has(cause)) return `${what}.`;
  if (faultAddress < 0x100)
    return `${what}: ${hexAddress(faultAddress)}, a null pointer${faultAddress === 0 ? "" : " plus the offset of a member or index"}.`;
  const mark = MARKS.get(faultAddress);
  return `${what}: ${hexAddress(faultAddress)}${mark === undefined ? "" : `, ${mark}`}.`;
}
