// Shelf: which program runs on a device, and what its crashes mean by it.
// In: what a device printed; ELF files of the line, of the build in this folder, and of earlier runs.
// Out: reports with functions, files and lines.

import type { BootReport, BootStart, CodeLocation, CoreDump, CrashDump, CrashReport, Program } from "../../../crash.ts";
import { openProgram } from "./open-program.ts";

/** A program, or a list of names in ROM, that is ready to be looked up in. */
export interface OpenedProgram {
  readonly id: number;
  /** Null of a list of names. */
  readonly machine: "xtensa" | "riscv" | null;
  readonly elfSha256: string | null;
  readonly hasLines: boolean;
  /** It tells of the chip's ROM, not of what runs on it. */
  readonly isRom: boolean;
  /** What of it cannot be read, as sentences. */
  readonly problems: readonly string[];
}

/** Opens programs and decodes with them: in this thread, or in one of its own. Answers come in the order of the questions. */
export interface DecodingEngine {
  /** An ELF file, or a linker script with names of the ROM. Throws `image.invalid` and `image.truncated` for all else. */
  open(bytes: Uint8Array<ArrayBuffer>): Promise<OpenedProgram>;
  crash(dump: CrashDump, programs: readonly number[]): Promise<CrashReport>;
  boot(start: BootStart, programs: readonly number[]): Promise<BootReport>;
  coreDump(bytes: Uint8Array<ArrayBuffer>, programs: readonly number[]): Promise<CoreDump>;
  /** The program that knows the address best; null where none does. */
  lookUp(address: number, programs: readonly number[]): Promise<FoundLocation | null>;
  close(): void;
}

export interface FoundLocation {
  readonly program: number;
  readonly location: CodeLocation;
}

/** An engine that works where it is called. */
export async function localEngine(): Promise<DecodingEngine> {
  const crash = await import("../../../crash.ts");
  const opened: Program[] = [];
  const programsOf = (ids: readonly number[]): Program[] => ids.flatMap((id) => opened[id] ?? []);
  return {
    open: async (bytes) => {
      const program = await openProgram(bytes);
      const id = opened.push(program) - 1;
      if (!("machine" in program))
        return { id, machine: null, elfSha256: null, hasLines: false, isRom: true, problems: [] };
      const { machine, elfSha256, hasLines, isRom, problems } = program;
      return { id, machine, elfSha256, hasLines, isRom, problems: problems.map(({ message }) => message) };
    },
    crash: async (dump, ids) => crash.decodeCrash(dump, programsOf(ids)),
    boot: async (start, ids) => crash.decodeBoot(start, programsOf(ids)),
    coreDump: async (bytes, ids) => crash.readCoreDump(bytes, programsOf(ids)),
    lookUp: async (address, ids) => {
      const found = crash.lookUpAmong(programsOf(ids), address);
      return found === null ? null : { program: opened.indexOf(found.program), location: found.location };
    },
    close: () => {},
  };
}
