import type { DebugInfo } from "../debug-info/debug-info.ts";
import type { CodeLocation } from "../debug-info/look-up.ts";
import { lookUpAmong, type Program } from "../debug-info/look-up-among.ts";
import { appsOf, infosOf } from "./programs.ts";

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
  /** Null where none of the programs has code there or knows a name of it. */
  readonly location: CodeLocation | null;
}

/** Finds what the programs have at addresses. */
export interface Decoder {
  /** Those with code. */
  readonly programs: readonly DebugInfo[];
  /** Whether one of them can be what the device runs. */
  readonly hasApps: boolean;
  certain(from: string, address: number, lookUpAddress: number): CrashFrame;
  guessed(from: string, address: number, lookUpAddress: number): CrashFrame;
}

/** The first program that knows an address tells. */
export function decoderFor(programs: readonly Program[]): Decoder {
  const frame = (certainty: CrashFrame["certainty"]) => (from: string, address: number, lookUpAddress: number) => {
    const location = lookUpAmong(programs, lookUpAddress)?.location ?? null;
    return { from, address, lookUpAddress, certainty, location };
  };
  return {
    programs: infosOf(programs),
    hasApps: appsOf(programs).length > 0,
    certain: frame("certain"),
    guessed: frame("guessed"),
  };
}
