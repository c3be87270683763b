import type { Check } from "../check/check.ts";
import { hasParts } from "../check/shapes.ts";
import { checkObject, checkText, listOf } from "../check/values.ts";
import { checkProgram, type Program } from "../debug-info/look-up-among.ts";
import type { CoreState, CrashDump } from "./crash-dump.ts";
import { type CrashFrame, type Decoder, decoderFor } from "./decoder.ts";
import { explainCrash } from "./explain-crash.ts";
import { appsOf, fittingPrograms, matchOf, orderedPrograms, type ProgramMatch } from "./programs.ts";
import { guessCallers } from "./unwind/guess-callers.ts";
import { RISCV, riscvRegisters, windowedAddress } from "./unwind/machines.ts";
import { isCode } from "./unwind/programs.ts";
import { memoryOfRows } from "./unwind/stack-memory.ts";
import { type StackEnd, unwindByRules } from "./unwind/unwind-by-rules.ts";

/** The functions that were being run, innermost first. */
export interface CrashThread {
  readonly core: number | null;
  readonly task: string | null;
  readonly frames: readonly CrashFrame[];
  /** Why it ends; null where the device made the list and says nothing. */
  readonly end: StackEnd | null;
}

export interface CrashReport {
  /** What the device printed. */
  readonly dump: CrashDump;
  /** What it means, in one sentence; null where nothing more can be said than the device did. */
  readonly explanation: string | null;
  /** Addresses beside the stacks: where it failed, who called abort. */
  readonly addresses: readonly CrashFrame[];
  /** One a core. */
  readonly threads: readonly CrashThread[];
  /** Whether the device runs one of the programs, by the digest that it prints; `unknown` where it prints none. */
  readonly match: ProgramMatch;
  /** Whether there were programs to decode with; without any, addresses are numbers. */
  readonly hasPrograms: boolean;
  /** A sentence where the programs are not what the device runs: everything decoded is doubtful then. */
  readonly doubt: string | null;
}

const checkDump: Check<CrashDump> = hasParts<CrashDump>("a dump, as a crash report has it", {
  cores: listOf(checkObject),
  addresses: listOf(checkObject),
  reason: checkText,
});

/**
 * What a device printed of a crash, with functions, files and lines from the programs. Of several the one whose digest the device prints
 * tells, then the one in which most of its addresses are, and of equal ones the first; `romNames` among them tell of what is in ROM. For
 * programs that are found when the crash is there: `dump` of a report decodes again.
 */
export function decodeCrash(dump: CrashDump, programs: readonly Program[]): CrashReport {
  checkDump(dump, "dump");
  listOf(checkProgram)(programs, "programs");
  const match = matchOf(dump, programs);
  const decoder = decoderFor(orderedPrograms(dump, codeAddressesOf(dump), programs));
  const threads = dump.cores.map((core) => threadOf(dump, core, decoder)).filter(({ frames }) => frames.length > 0);
  const named = dump.addresses.map(({ name, address }) => decoder.certain(name, address, address));
  const registers = dump.cores.flatMap((core) => registerFrames(dump, core, decoder));
  return {
    dump,
    explanation: explainCrash(dump),
    addresses: [...named, ...registers],
    threads,
    match,
    hasPrograms: decoder.hasApps,
    doubt: match === "refuted" ? doubtOf(dump, programs) : null,
  };
}

/** What the device says it was doing, as far as it is sure: words of the stack are not. */
function codeAddressesOf({ cores, addresses }: CrashDump): number[] {
  return [
    ...addresses.map(({ address }) => address),
    ...cores.flatMap(({ registers, backtrace }) => [
      ...PLACES.flatMap((name) => registers[name] ?? []),
      ...backtrace.map(({ pc }) => pc),
    ]),
  ];
}

const PLACES = ["PC", "MEPC", "RA", "EPC1"];

function doubtOf({ elfSha256, machine }: CrashDump, programs: readonly Program[]): string {
  const apps = appsOf(programs);
  if (fittingPrograms(machine, apps).length === 0)
    return `The program given is for another processor (${apps[0]?.machine}) than the device has (${machine}): it is not used.`;
  return `The device runs another program (ELF file SHA256 ${elfSha256}...) than the one given: what is decoded here is doubtful.`;
}

/** Registers that hold addresses of code, where no stack was unwound from them. */
function registerFrames(dump: CrashDump, { registers, stack, backtrace }: CoreState, decoder: Decoder): CrashFrame[] {
  const frames: CrashFrame[] = [];
  const add = (name: string, lookUpAddress: (word: number) => number): void => {
    const word = registers[name];
    if (word !== undefined) frames.push(decoder.certain(name, word, lookUpAddress(word)));
  };
  const asItIs = (word: number): number => word;
  if (dump.machine === "riscv") {
    if (stack.length > 0 || (backtrace.length > 0 && dump.system === "esp-idf")) return [];
    add("MEPC", asItIs);
    add("RA", (word) => word - 1);
    return frames;
  }
  for (const name of ["PC", "EPC1", "EPC2", "EPC3", "EPC4"]) if (registers[name] !== 0) add(name, asItIs);
  if (dump.system !== "esp8266") add("A0", (word) => windowedAddress(word) - 3);
  return frames;
}

function threadOf(dump: CrashDump, core: CoreState, decoder: Decoder): CrashThread {
  const place = { core: core.core, task: dump.task };
  if (dump.machine === "riscv" && core.stack.length > 0) return { ...place, ...unwoundThread(core, decoder) };
  if (core.backtrace.length > 0) return { ...place, frames: printedFrames(dump, core, decoder), end: null };
  if (core.stack.length === 0) return { ...place, frames: [], end: null };
  const words = wordsOf(core);
  const callers = guessCallers(decoder.programs, words, MOST_STACK_WORDS);
  // A stack on which no word follows a call is damaged, or the program is another build: any code on it is better than nothing.
  const guesses =
    callers.length > 0 ? callers : words.filter((word) => isCode(decoder.programs, word)).slice(0, MOST_STACK_WORDS);
  return { ...place, frames: guesses.map((word) => decoder.guessed("stack", word, word)), end: "no-rules" };
}

/** A whole stack of an ESP8266 is 4 KB. */
const MOST_STACK_WORDS = 64;

function wordsOf({ stack }: CoreState): number[] {
  return stack.flatMap(({ words }) => words);
}

/** A stack dump of RISC-V: unwound as far as rules and memory go, and guessed from there. */
function unwoundThread({ registers, stack }: CoreState, decoder: Decoder): Pick<CrashThread, "frames" | "end"> {
  const { programs } = decoder;
  const memory = memoryOfRows(stack);
  const pc = registers["MEPC"];
  if (pc === undefined) return { frames: [], end: "damaged" };
  const unwound = unwindByRules({ programs, machine: RISCV, pc, registers: riscvRegisters(registers), memory });
  const frames = unwound.frames.map((frame) => decoder.certain("unwound", frame.pc, frame.lookUpAddress));
  if (unwound.end !== "no-rules" || unwound.stackPointer === null) return { frames, end: unwound.end };
  const rest: number[] = [];
  for (let at = unwound.stackPointer; at < memory.end; at += 4) rest.push(memory.wordAt(at) ?? 0);
  const guesses = guessCallers(programs, rest).map((word) => decoder.guessed("stack", word, word - RISCV.stepBack));
  return { frames: [...frames, ...guesses], end: unwound.end };
}

/**
 * A backtrace that the device made. Xtensa prints addresses that are those of calls already; RISC-V prints where it failed, and
 * return addresses behind it; esp-backtrace steps back by itself on both.
 */
function printedFrames(dump: CrashDump, { backtrace, core }: CoreState, decoder: Decoder): CrashFrame[] {
  const isRaw = dump.machine === "riscv" && dump.system !== "rust";
  const name = dump.system === "zephyr" ? "call trace" : core === null ? "Backtrace" : `Backtrace CPU ${core}`;
  return backtrace.map(({ pc }, index) => {
    // Zephyr's list begins with the first caller.
    const isReturn = isRaw && (index > 0 || dump.system === "zephyr");
    return decoder.certain(name, pc, isReturn ? pc - 1 : pc);
  });
}
