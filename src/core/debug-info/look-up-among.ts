import { type Check, invalidArgument } from "../check/check.ts";
import { checkWord } from "../check/numbers.ts";
import { listOf } from "../check/values.ts";
import { checkDebugInfo, type DebugInfo } from "./debug-info.ts";
import { type CodeLocation, lookUp } from "./look-up.ts";
import { type RomNames, romListOf } from "./rom/rom-names.ts";

/** What knows of addresses: a program, or a list of what is in ROM. */
export type Program = DebugInfo | RomNames;

/** An address with who knows it. */
export interface ProgramLocation {
  readonly program: Program;
  readonly location: CodeLocation;
}

/** A program as its user holds it. Throws `argument.invalid`. */
export const checkProgram: Check<Program> = (value, argument) => {
  if (isRomNames(value)) return value;
  try {
    checkDebugInfo(value, argument);
  } catch {
    throw invalidArgument(
      argument,
      value,
      "a program, as debugInfo or romNames gives it",
      "Give the object itself that debugInfo or romNames gave, not a copy of it.",
    );
  }
  return value as DebugInfo;
};

export function isRomNames(value: unknown): value is RomNames {
  return romListOf(value) !== undefined;
}

/**
 * What the first of several programs that knows an address says of it; null where none does. Code of a program counts before a name in
 * ROM, and of names in ROM the one that is nearest.
 *
 * @example lookUpAmong([debugInfo(app), debugInfo(bootloader), romNames(script)], 0x4000c2f4)?.location.frames
 */
export function lookUpAmong(programs: readonly Program[], address: number): ProgramLocation | null {
  checkWord(address, "address");
  let nameless: ProgramLocation | null = null;
  let inRom: ProgramLocation | null = null;
  for (const program of listOf(checkProgram)(programs, "programs")) {
    const location = lookUp(program, address);
    if (location === null) continue;
    const found = { program, location };
    if (location.isInRom) inRom = nearer(inRom, found);
    else if (tellsSomething(location)) return found;
    else nameless ??= found;
  }
  return nameless ?? inRom;
}

function tellsSomething({ frames }: CodeLocation): boolean {
  return frames.some(({ functionName, file }) => functionName !== null || file !== null);
}

function nearer(one: ProgramLocation | null, other: ProgramLocation): ProgramLocation {
  return one !== null && behind(one) <= behind(other) ? one : other;
}

/** How far behind the name it is: a name without code around it is as far as can be. */
function behind({ location }: ProgramLocation): number {
  const [frame] = location.frames;
  return frame?.functionName === null ? Number.POSITIVE_INFINITY : (frame?.symbolOffset ?? 0);
}
