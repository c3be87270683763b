import type { DebugInfo } from "../../debug-info/debug-info.ts";
import { frameRules } from "../../debug-info/frame-rules.ts";
import type { FrameRules } from "../../debug-info/unwind/run-frame-program.ts";
import { isCode, programAt } from "./programs.ts";
import type { StackMemory } from "./stack-memory.ts";

/** One function of a stack. */
export interface UnwoundFrame {
  readonly pc: number;
  /** Where to look the function up: a return address stands behind its call. */
  readonly lookUpAddress: number;
}

/** Why the stack ends where it does. */
export type StackEnd =
  /** At its outermost function. */
  | "outermost"
  /** What the device has sent of the stack ends here. */
  | "memory-ends"
  /** The program does not say how to go on from here. */
  | "no-rules"
  /** What is on the stack makes no sense. */
  | "damaged"
  /** More functions than are shown. */
  | "too-deep";

export interface UnwoundStack {
  readonly frames: readonly UnwoundFrame[];
  readonly end: StackEnd;
  /** The stack pointer of the last frame's caller, from which guessing could go on; null where it is not known. */
  readonly stackPointer: number | null;
}

/** How registers of a machine are numbered in DWARF, and how far behind a call its return address is looked up. */
export interface Machine {
  readonly stackPointer: number;
  readonly returnAddress: number;
  readonly stepBack: number;
}

/** Deeper stacks are recursion; a dump of stack memory ends before. */
const MOST_FRAMES = 128;

export interface UnwindStart {
  readonly programs: readonly DebugInfo[];
  readonly machine: Machine;
  readonly pc: number;
  /** By DWARF's numbers. */
  readonly registers: ReadonlyMap<number, number>;
  readonly memory: StackMemory;
}

/**
 * Follows a stack by the rules that the compiler wrote (call frame information). Nothing is invented: it ends where memory
 * or rules end. Fact sheet of crashes, section 7.
 */
export function unwindByRules(start: UnwindStart): UnwoundStack {
  const { programs, machine, memory } = start;
  const frames: UnwoundFrame[] = [{ pc: start.pc, lookUpAddress: start.pc }];
  let registers = start.registers;
  let pc = start.pc;
  for (;;) {
    const isFirst = frames.length === 1;
    const lookUpAddress = frames.at(-1)?.lookUpAddress ?? pc;
    const program = programAt(programs, lookUpAddress);
    const rules = program === null ? null : frameRules(program, lookUpAddress);
    const caller =
      rules === null
        ? isFirst
          ? callerOfNowhere(registers, machine)
          : null
        : callerBy(rules, registers, memory, machine);
    const stop = (end: StackEnd): UnwoundStack => ({
      frames,
      end,
      stackPointer: registers.get(machine.stackPointer) ?? null,
    });
    if (caller === null) return stop("no-rules");
    if (typeof caller === "string") return stop(caller);
    const before = registers.get(machine.stackPointer);
    const after = caller.registers.get(machine.stackPointer);
    registers = caller.registers;
    if (caller.pc === 0) return stop("outermost");
    const isStuck = before !== undefined && after !== undefined && after <= before && caller.pc === pc;
    if (isStuck || (after ?? 0) % 4 !== 0) return stop(isStuck ? "outermost" : "damaged");
    pc = caller.pc;
    if (frames.length >= MOST_FRAMES) return stop("too-deep");
    frames.push({ pc, lookUpAddress: rules?.isSignalFrame === true ? pc : pc - machine.stepBack });
    if (!isCode(programs, pc - machine.stepBack)) return stop("no-rules");
  }
}

interface Caller {
  readonly pc: number;
  readonly registers: ReadonlyMap<number, number>;
}

/** The program counter leads to no code: somebody jumped there, and the return address is that of the one who did. */
function callerOfNowhere(registers: ReadonlyMap<number, number>, { returnAddress }: Machine): Caller | null {
  const word = registers.get(returnAddress);
  return word === undefined ? null : { pc: word, registers };
}

function callerBy(
  rules: FrameRules,
  registers: ReadonlyMap<number, number>,
  memory: StackMemory,
  { stackPointer }: Machine,
): Caller | StackEnd {
  if (rules.frameAddress === null) return "no-rules";
  const base = registers.get(rules.frameAddress.register);
  if (base === undefined) return "memory-ends";
  const frameAddress = (base + rules.frameAddress.offset) >>> 0;
  const next = new Map(registers);
  for (const [register, rule] of rules.registers) {
    const value =
      rule.kind === "saved"
        ? memory.wordAt((frameAddress + rule.offset) >>> 0)
        : rule.kind === "offset"
          ? (frameAddress + rule.offset) >>> 0
          : rule.kind === "register"
            ? (registers.get(rule.register) ?? null)
            : null;
    if (value === null) next.delete(register);
    else next.set(register, value);
  }
  next.set(stackPointer, frameAddress);
  const word = next.get(rules.returnAddressRegister);
  if (word !== undefined) return { pc: word, registers: next };
  return rules.registers.get(rules.returnAddressRegister)?.kind === "lost" ? "outermost" : "memory-ends";
}
