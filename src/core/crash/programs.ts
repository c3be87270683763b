import type { DebugInfo } from "../debug-info/debug-info.ts";
import { isRomNames, type Program } from "../debug-info/look-up-among.ts";
import type { ElfMachine } from "../elf/elf.ts";
import { isCode } from "./unwind/programs.ts";

/** What a device tells of its program. */
export interface Identity {
  /** The beginning of its digest. */
  readonly elfSha256: string | null;
  readonly machine: ElfMachine | null;
}

/** Whether the device runs one of the programs. */
export type ProgramMatch = "proved" | "refuted" | "unknown";

/** Programs with debug information, of the ROM as well: what names alone tell is no program. */
export function infosOf(programs: readonly Program[]): DebugInfo[] {
  return programs.filter((program): program is DebugInfo => !isRomNames(program));
}

/** Those that may be what the device runs: its ROM is nobody's build. */
export function appsOf(programs: readonly Program[]): DebugInfo[] {
  return infosOf(programs).filter(({ isRom }) => !isRom);
}

/** Code of another processor has nothing to say of this one's addresses. */
export function fittingPrograms(machine: ElfMachine | null, programs: readonly Program[]): Program[] {
  return programs.filter((program) => isRomNames(program) || machine === null || program.machine === machine);
}

/** A digest of zeros is that of a program that was changed after linking, and says nothing. */
export function matchOf({ elfSha256, machine }: Identity, programs: readonly Program[]): ProgramMatch {
  const apps = appsOf(programs);
  if (apps.length === 0) return "unknown";
  const fitting = appsOf(fittingPrograms(machine, apps));
  if (fitting.length === 0) return "refuted";
  if (!isTelling(elfSha256)) return "unknown";
  return fitting.some((program) => program.elfSha256.startsWith(elfSha256)) ? "proved" : "refuted";
}

const isTelling = (digest: string | null): digest is string => digest !== null && !/^0+$/.test(digest);

/**
 * In the order in which they are to be asked: the one that the device names by its digest, then the one in whose code most of the
 * addresses are. Memory of the boot loader is used again by the application, so an address may be code of both.
 */
export function orderedPrograms(
  { elfSha256, machine }: Identity,
  addresses: readonly number[],
  programs: readonly Program[],
): Program[] {
  const fitting = fittingPrograms(machine, programs);
  if (fitting.length < 2) return fitting;
  const rank = new Map(
    infosOf(fitting).map((program) => {
      const isNamed = isTelling(elfSha256) && program.elfSha256.startsWith(elfSha256);
      const hits = addresses.filter((address) => isCode([program], address)).length;
      return [program, isNamed ? Number.POSITIVE_INFINITY : hits] as [Program, number];
    }),
  );
  const rankOf = (program: Program): number => rank.get(program) ?? 0;
  // Of equal ones the order in which they were given counts; Infinity less Infinity is no number.
  return fitting.toSorted((one, other) => (rankOf(one) === rankOf(other) ? 0 : rankOf(other) - rankOf(one)));
}
