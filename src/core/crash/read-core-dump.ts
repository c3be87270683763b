import { unshared } from "../bytes/unshared.ts";
import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { listOf } from "../check/values.ts";
import type { ChipId } from "../chip/types.ts";
import type { DebugInfo } from "../debug-info/debug-info.ts";
import { checkProgram, type Program } from "../debug-info/look-up-among.ts";
import { structureMembers } from "../debug-info/structure-members.ts";
import type { ElfMachine } from "../elf/elf.ts";
import type { DumpedTask } from "./core-dump/core-dump-body.ts";
import { readCoreDumpFile } from "./core-dump/core-dump-file.ts";
import { type CrashFrame, type Decoder, decoderFor } from "./decoder.ts";
import { matchOf, orderedPrograms, type ProgramMatch } from "./programs.ts";
import { RISCV, riscvRegisters } from "./unwind/machines.ts";
import { memoryOfPieces, type StackMemory } from "./unwind/stack-memory.ts";
import { type StackEnd, unwindByRules } from "./unwind/unwind-by-rules.ts";
import { unwindWindows } from "./unwind/unwind-windows.ts";

/** One task of a core dump. */
export interface CoreDumpTask {
  /** Address of its control block. */
  readonly controlBlock: number;
  /** Null where it cannot be found in the control block. */
  readonly name: string | null;
  readonly isCrashed: boolean;
  /** Null where the programs do not tell where they are kept. */
  readonly priority: number | null;
  readonly basePriority: number | null;
  /** In bytes. */
  readonly stackUsedBytes: number | null;
  readonly stackFreeBytes: number | null;
  /** By name, as the panic handler writes them. */
  readonly registers: Readonly<Record<string, number>>;
  /** Innermost first. */
  readonly frames: readonly CrashFrame[];
  readonly end: StackEnd | null;
}

export interface CoreDump {
  /** `1.2`; null for an ELF file made of a core dump. */
  readonly version: string | null;
  readonly chip: ChipId | null;
  readonly machine: ElfMachine;
  /**
   * Whether the dump is as it was written; `missing` where it is cut off before its checksum, `none` for an ELF file, which has none.
   */
  readonly checksum: "right" | "wrong" | "missing" | "none";
  /** How much of the dump is not there: it was cut off, or bytes were lost on the way. What is there is told. */
  readonly missingBytes: number;
  readonly panicDetails: string | null;
  readonly isInInterrupt: boolean | null;
  /** EXCCAUSE and the like, of Xtensa. */
  readonly exceptionRegisters: Readonly<Record<string, number>>;
  /** The crashed task first. */
  readonly tasks: readonly CoreDumpTask[];
  readonly elfSha256: string | null;
  readonly match: ProgramMatch;
  /** Whether there were programs to decode with; without any, addresses are numbers. */
  readonly hasPrograms: boolean;
  /** For GDB; null for dumps of versions 0, which are no ELF files. */
  readonly elf: Uint8Array<ArrayBuffer> | null;
}

/**
 * Reads a core dump: the contents of its partition, what came over the console (`coreDumpInLog`), or an ELF file made of one. Throws
 * `file.empty` where there is none, `image.invalid`, and `image.truncated` where too little is there to know anything; what is cut off behind
 * that, and a wrong checksum, are told, not thrown.
 */
export function readCoreDump(bytes: ByteSource, programs: readonly Program[] = []): CoreDump {
  const file = readCoreDumpFile(checkBytes(bytes, "bytes"));
  const given = listOf(checkProgram)(programs, "programs");
  const { body, chip } = file;
  const decoder = decoderFor(orderedPrograms(body, [], given));
  const members = controlBlockMembers(decoder.programs);
  const memory = memoryOfPieces(body.memory);
  const crashed = body.crashedControlBlock ?? body.tasks[0]?.controlBlock ?? null;
  return {
    version: file.version,
    chip,
    machine: body.machine,
    checksum: file.checksum,
    missingBytes: file.missingBytes,
    panicDetails: body.panicDetails,
    isInInterrupt: body.isInInterrupt,
    exceptionRegisters: body.exceptionRegisters,
    tasks: body.tasks
      .map((task) => ({
        ...describeTask(task, memory, members),
        isCrashed: task.controlBlock === crashed,
        registers: task.registers,
        ...stackOf(task, body.machine, memory, decoder),
      }))
      .sort((one, other) => Number(other.isCrashed) - Number(one.isCrashed)),
    elfSha256: body.elfSha256,
    match: matchOf(body, given),
    hasPrograms: decoder.hasApps,
    elf: file.elf === null ? null : unshared(file.elf),
  };
}

function stackOf(
  { registers }: DumpedTask,
  machine: "riscv" | "xtensa",
  memory: StackMemory,
  decoder: Decoder,
): Pick<CoreDumpTask, "frames" | "end"> {
  const pc = registers[machine === "riscv" ? "MEPC" : "PC"];
  if (pc === undefined) return { frames: [], end: null };
  const { frames, end } =
    machine === "riscv"
      ? unwindByRules({ programs: decoder.programs, machine: RISCV, pc, registers: riscvRegisters(registers), memory })
      : unwindWindows({ pc, a0: registers["A0"] ?? 0, a1: registers["A1"] ?? 0, memory });
  return { frames: frames.map((frame) => decoder.certain("unwound", frame.pc, frame.lookUpAddress)), end };
}

/** Where FreeRTOS keeps what in a task's control block, by the program's own word. */
function controlBlockMembers(programs: readonly DebugInfo[]): ReadonlyMap<string, number> | null {
  for (const program of programs) {
    const members = structureMembers(program, "tskTaskControlBlock");
    if (members !== null) return members;
  }
  return null;
}

/** Where the name is in the programs that were looked at; used where the program does not tell. */
const USUAL_NAME_OFFSET = 0x34;
const NAME_BYTES = 16;

type Description = Omit<CoreDumpTask, "isCrashed" | "registers" | "frames" | "end">;

function describeTask(
  { controlBlock, stack }: DumpedTask,
  memory: StackMemory,
  members: ReadonlyMap<string, number> | null,
): Description {
  const member = (name: string): number | null => {
    const offset = members?.get(name);
    return offset === undefined ? null : memory.wordAt(controlBlock + offset);
  };
  const top = stack?.top ?? member("pxTopOfStack");
  const end = stack?.end ?? member("pxEndOfStack");
  const base = member("pxStack");
  return {
    controlBlock,
    name: nameAt(memory, controlBlock + (members?.get("pcTaskName") ?? USUAL_NAME_OFFSET)),
    priority: member("uxPriority"),
    basePriority: member("uxBasePriority"),
    stackUsedBytes: top === null || end === null ? null : Math.abs(end - top),
    stackFreeBytes: top === null || base === null ? null : Math.abs(base - top),
  };
}

function nameAt(memory: StackMemory, address: number): string | null {
  let name = "";
  for (let index = 0; index < NAME_BYTES; index++) {
    const word = memory.wordAt(address + (index & ~3));
    const code = word === null ? 0 : (word >>> (8 * (index & 3))) & 0xff;
    if (code === 0) break;
    if (code < 0x20 || code > 0x7e) return null;
    name += String.fromCharCode(code);
  }
  return name === "" ? null : name;
}
