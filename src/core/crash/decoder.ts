import type { DebugInfo } from "../debug-info/debug-info.ts";
import { type CodeLocation, lookUp } from "../debug-info/look-up.ts";
import { programAt } from "./unwind/programs.ts";

/** One address of a crash with what the program has there. */
export interface CrashFrame {
  /** Where it is from: `PC`, `A0`, `Backtrace`, `stack`, `unwound`, `abort PC`. */
  readonly from: string;
  /** As the device has it. */
  readonly address: number;
  /** Where the function was looked up: before a return address, and without what a register window adds. */
  readonly lookUpAddress: number;
  /** A guessed one may be left over from earlier calls. */
  readonly certainty: "certain" | "guessed";
  /** Null where none of the programs has code there, as in ROM. */
  readonly location: CodeLocation | null;
}

/** Finds what the programs have at addresses. */
export interface Decoder {
  readonly programs: readonly DebugInfo[];
  certain(from: string, address: number, lookUpAddress: number): CrashFrame;
  guessed(from: string, address: number, lookUpAddress: number): CrashFrame;
}

/** The first program that has code at an address tells. */
export function decoderFor(programs: readonly DebugInfo[]): Decoder {
  const frame = (certainty: CrashFrame["certainty"]) => (from: string, address: number, lookUpAddress: number) => {
    const program = programAt(programs, lookUpAddress);
    const location = program === null ? null : lookUp(program, lookUpAddress);
    return { from, address, lookUpAddress, certainty, location };
  };
  return { programs, certain: frame("certain"), guessed: frame("guessed") };
}
