import { readU32 } from "../../bytes/words.ts";
import { type CoreDumpBody, type DumpedTask, type MemoryPiece, MOST_TASKS, RISCV_REGISTERS } from "./core-dump-body.ts";

/** Words of the frame that an exception leaves on an Xtensa stack, and of one that a task leaves when it waits. */
const XTENSA_EXCEPTION_FRAME = [
  null,
  "PC",
  "PS",
  "A0",
  "A1",
  "A2",
  "A3",
  "A4",
  "A5",
  "A6",
  "A7",
  "A8",
  "A9",
  "A10",
  "A11",
  "A12",
  "A13",
  "A14",
  "A15",
  "SAR",
  "EXCCAUSE",
  "EXCVADDR",
  "LBEG",
  "LEND",
  "LCOUNT",
] as const;
const XTENSA_WAITING_FRAME = [null, "PC", "PS", null, "A0", "A1", "A2", "A3"] as const;
const EXCEPTION_MODE = 0x10;

export interface BinaryHeader {
  readonly taskCount: number;
  readonly controlBlockBytes: number;
  readonly segmentCount: number;
}

/**
 * Reads the body of versions 0: tasks with their control blocks and stacks, then pieces of memory. Where it is cut off it gives what
 * stands before.
 */
export function readBinaryBody(bytes: Uint8Array, header: BinaryHeader, machine: "riscv" | "xtensa"): CoreDumpBody {
  const memory: MemoryPiece[] = [];
  const tasks: DumpedTask[] = [];
  let at = 0;
  /** Null where they are not all there. */
  const words = (count: number): number[] | null => {
    if (at + 4 * count > bytes.length) return null;
    at += 4 * count;
    return Array.from({ length: count }, (_, index) => readU32(bytes, at - 4 * (count - index)));
  };
  /** As much of it as is there. */
  const piece = (address: number, sizeBytes: number): MemoryPiece => {
    const found = { address, data: bytes.subarray(at, at + sizeBytes) };
    at += Math.ceil(sizeBytes / 4) * 4;
    if (found.data.length > 0) memory.push(found);
    return found;
  };
  for (let index = 0; index < Math.min(header.taskCount, MOST_TASKS); index++) {
    const [controlBlock, top, end] = words(3) ?? [];
    if (controlBlock === undefined || top === undefined || end === undefined) break;
    piece(controlBlock, header.controlBlockBytes);
    const stack = piece(Math.min(top, end), Math.abs(end - top));
    tasks.push({ controlBlock, registers: registersOf(stack, machine), stack: { top, end } });
  }
  for (let index = 0; index < header.segmentCount; index++) {
    const [address, sizeBytes] = words(2) ?? [];
    if (address === undefined || sizeBytes === undefined) break;
    piece(address, sizeBytes);
  }
  return {
    machine,
    tasks,
    memory,
    elfSha256: null,
    panicDetails: null,
    crashedControlBlock: tasks[0]?.controlBlock ?? null,
    isInInterrupt: null,
    exceptionRegisters: {},
  };
}

/** A task that does not run has saved its registers at the top of its stack. */
function registersOf({ address, data }: MemoryPiece, machine: "riscv" | "xtensa"): Record<string, number> {
  const word = (index: number): number | null => (4 * index + 4 <= data.length ? readU32(data, 4 * index) : null);
  const isWaiting = machine === "xtensa" && word(0) === 0;
  const names: readonly (string | null)[] =
    machine === "riscv" ? RISCV_REGISTERS : isWaiting ? XTENSA_WAITING_FRAME : XTENSA_EXCEPTION_FRAME;
  const registers: Record<string, number> = {};
  names.forEach((name, index) => {
    const value = word(index);
    if (name !== null && value !== null) registers[name] = value;
  });
  // The exception itself has set a bit (EXCM) that the interrupted program did not have.
  if (machine === "xtensa" && registers["PS"] !== undefined) registers["PS"] &= ~EXCEPTION_MODE;
  // Nothing is known without the frame.
  return data.length >= 4 * names.length && address !== 0 ? registers : {};
}
