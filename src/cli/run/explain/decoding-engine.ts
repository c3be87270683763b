// Shelf: which program runs on a device, and what its crashes mean by it.
// In: what a device printed; ELF files of the line, of the build in this folder, and of earlier runs.
// Out: reports with functions, files and lines.

import type {
  BootReport,
  BootStart,
  CodeLocation,
  CoreDump,
  CrashDump,
  CrashReport,
  DebugInfo,
} from "../../../crash.ts";

/** A program that is ready to be looked up in. */
export interface OpenedProgram {
  readonly id: number;
  readonly machine: "xtensa" | "riscv";
  readonly elfSha256: string;
  readonly hasLines: boolean;
  /** What of it cannot be read, as sentences. */
  readonly problems: readonly string[];
}

/** Opens programs and decodes with them: in this thread, or in one of its own. Answers come in the order of the questions. */
export interface DecodingEngine {
  /** Throws `image.invalid` and `image.truncated` for what is no program. */
  open(bytes: Uint8Array<ArrayBuffer>): Promise<OpenedProgram>;
  crash(dump: CrashDump, programs: readonly number[]): Promise<CrashReport>;
  boot(start: BootStart, programs: readonly number[]): Promise<BootReport>;
  coreDump(bytes: Uint8Array<ArrayBuffer>, programs: readonly number[]): Promise<CoreDump>;
  /** The first program that knows the address tells; null where none does. */
  lookUp(address: number, programs: readonly number[]): Promise<FoundLocation | null>;
  close(): void;
}

export interface FoundLocation {
  readonly program: number;
  readonly location: CodeLocation;
}

/** An engine that works where it is called. */
export async function localEngine(): Promise<DecodingEngine> {
  const [crash, { zstdDecompressor }] = await Promise.all([import("../../../crash.ts"), import("../../../node.ts")]);
  const zstd = zstdDecompressor();
  const opened: DebugInfo[] = [];
  const programsOf = (ids: readonly number[]): DebugInfo[] => ids.flatMap((id) => opened[id] ?? []);
  return {
    open: async (bytes) => {
      const info = crash.debugInfo(bytes, { zstd });
      const { machine, elfSha256, hasLines, problems } = info;
      const id = opened.push(info) - 1;
      return { id, machine, elfSha256, hasLines, problems: problems.map(({ message }) => message) };
    },
    crash: async (dump, ids) => crash.decodeCrash(dump, programsOf(ids)),
    boot: async (start, ids) => crash.decodeBoot(start, programsOf(ids)),
    coreDump: async (bytes, ids) => crash.readCoreDump(bytes, programsOf(ids)),
    lookUp: async (address, ids) => {
      for (const program of ids) {
        const info = opened[program];
        const location = info === undefined ? null : crash.lookUp(info, address);
        if (location !== null) return { program, location };
      }
      return null;
    },
    close: () => {},
  };
}
