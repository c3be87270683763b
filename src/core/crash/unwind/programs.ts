import { checkDebugInfo, type DebugInfo } from "../../debug-info/debug-info.ts";
import { programBytes } from "../../elf/code.ts";

/** Whether one of the programs has code at the address. */
export function isCode(programs: readonly DebugInfo[], address: number): boolean {
  return programs.some((program) => checkDebugInfo(program, "programs").isCode(address));
}

export function programAt(programs: readonly DebugInfo[], address: number): DebugInfo | null {
  return programs.find((program) => checkDebugInfo(program, "programs").isCode(address)) ?? null;
}

/** Whether what stands right before the address is a call, so that the address can be one to return to. */
export function followsCall(programs: readonly DebugInfo[], address: number): boolean {
  const program = programAt(programs, address - 2);
  if (program === null) return false;
  const { elf } = checkDebugInfo(program, "programs");
  const before = (size: number): number | null => {
    const bytes = programBytes(elf, address - size, size);
    return bytes === null ? null : bytes.reduceRight((word, byte) => word * 256 + byte, 0);
  };
  return program.machine === "riscv" ? isRiscvCall(before(4), before(2)) : isXtensaCall(before(3));
}

// RISC-V unprivileged specification: JAL and JALR that link to x1; C.JALR and, of 32 bits, C.JAL.
function isRiscvCall(long: number | null, short: number | null): boolean {
  if (long !== null && ((long & 0xfff) === 0x0ef || (long & 0x7fff) === 0x00e7 || (long & 0xfff) === 0x0e7))
    return true;
  if (short === null) return false;
  return (short & 0xe003) === 0x2001 || ((short & 0xf07f) === 0x9002 && (short & 0x0f80) !== 0);
}

// Xtensa ISA: CALL0, 4, 8, 12 have 0101 in their lowest four bits; CALLX0, 4, 8, 12 are 00 00 .. 11nn 0000.
function isXtensaCall(long: number | null): boolean {
  if (long === null) return false;
  return (long & 0x0f) === 0x05 || ((long & 0xff_f00f) === 0 && (long & 0xc0) === 0xc0);
}
