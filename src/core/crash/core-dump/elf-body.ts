import { readU16, readU32 } from "../../bytes/words.ts";
import { type ElfFile, parseElf, readAscii } from "../../elf/elf.ts";
import { type CoreDumpBody, type DumpedTask, type MemoryPiece, MOST_TASKS, RISCV_REGISTERS } from "./core-dump-body.ts";

const SEGMENT = { load: 1, note: 4 } as const;
const NOTE_HEADER_BYTES = 12;
const NOTE = { status: 1, extra: 677, panicDetails: 679, info: 8266 } as const;
/** Where a task's status note has its control block and its registers. */
const CONTROL_BLOCK_AT = 24;
const REGISTERS_AT = 72;
/** Words of an Xtensa status: which register each of the first ones is, and where the windowed ones begin. */
const XTENSA_REGISTERS = ["PC", "PS", "LBEG", "LEND", "LCOUNT", "SAR"] as const;
const XTENSA_WINDOW_AT = 64;
/** Registers of an Xtensa exception, by their numbers. */
const SPECIAL_REGISTERS: Readonly<Record<number, string>> = {
  232: "EXCCAUSE",
  238: "EXCVADDR",
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((level) => [176 + level, `EPC${level}`])),
  ...Object.fromEntries([2, 3, 4, 5, 6, 7].map((level) => [192 + level, `EPS${level}`])),
};
const SKIPPED = 0xdead_beef;

interface Note {
  readonly type: number;
  readonly name: string;
  readonly data: Uint8Array;
}

/**
 * Reads the body of versions 1: an ELF file without sections. What is cut off or damaged behind its tables costs the tasks and the
 * memory that it holds. Throws `image.invalid` and `image.truncated`.
 */
export function readElfBody(bytes: Uint8Array): CoreDumpBody {
  const elf = parseElf(bytes);
  const notes = elf.programHeaders
    .filter(({ type }) => type === SEGMENT.note)
    .flatMap((header) => notesOf(elf, header.fileOffset, header.fileBytes));
  const memory: MemoryPiece[] = elf.programHeaders
    .filter(({ type, fileBytes }) => type === SEGMENT.load && fileBytes > 0)
    .map(({ virtualAddress, fileOffset, fileBytes }) => ({
      address: virtualAddress,
      data: partOf(elf, fileOffset, fileBytes),
    }));
  const find = (type: number): Uint8Array | undefined => notes.find((note) => note.type === type)?.data;
  const isXtensa = elf.machine === "xtensa";
  const tasks = notes
    .filter(({ type, name }) => type === NOTE.status && name === "CORE")
    .slice(0, MOST_TASKS)
    .map(({ data }) => taskOf(data, isXtensa));
  const info = find(NOTE.info);
  const details = find(NOTE.panicDetails);
  return {
    machine: elf.machine,
    tasks: tasks.filter((task) => task !== null),
    memory,
    elfSha256:
      info === undefined ? null : (/^[0-9a-f]{8,64}/i.exec(textOf(info.subarray(4)))?.[0]?.toLowerCase() ?? null),
    panicDetails: details === undefined ? null : textOf(details),
    ...extraOf(find(NOTE.extra), isXtensa),
  };
}

/** As much of it as the file has. */
function partOf({ bytes }: ElfFile, offset: number, sizeBytes: number): Uint8Array {
  return bytes.subarray(offset, offset + sizeBytes);
}

function notesOf(elf: ElfFile, offset: number, sizeBytes: number): Note[] {
  const bytes = partOf(elf, offset, sizeBytes);
  const notes: Note[] = [];
  let at = 0;
  while (at + NOTE_HEADER_BYTES <= bytes.length) {
    const nameBytes = readU32(bytes, at);
    const dataBytes = readU32(bytes, at + 4);
    const type = readU32(bytes, at + 8);
    const nameAt = at + NOTE_HEADER_BYTES;
    const dataAt = nameAt + aligned(nameBytes);
    const next = dataAt + aligned(dataBytes);
    if (dataAt + dataBytes > bytes.length) return notes;
    const name = textOf(bytes.subarray(nameAt, nameAt + nameBytes));
    notes.push({ type, name, data: bytes.subarray(dataAt, dataAt + dataBytes) });
    at = next;
  }
  return notes;
}

const aligned = (size: number): number => Math.ceil(size / 4) * 4;

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 4096));
  return readAscii(text, 0, text.length);
}

function taskOf(data: Uint8Array, isXtensa: boolean): DumpedTask | null {
  const count = Math.floor((data.length - REGISTERS_AT) / 4);
  const word = (index: number): number => readU32(data, REGISTERS_AT + 4 * index);
  const registers: Record<string, number> = {};
  if (isXtensa) {
    if (count < XTENSA_WINDOW_AT + 16) return null;
    XTENSA_REGISTERS.forEach((name, index) => {
      registers[name] = word(index);
    });
    for (let index = 0; index < 16; index++) registers[`A${index}`] = word(XTENSA_WINDOW_AT + index);
  } else {
    if (count < RISCV_REGISTERS.length) return null;
    RISCV_REGISTERS.forEach((name, index) => {
      registers[name] = word(index);
    });
  }
  return { controlBlock: readU32(data, CONTROL_BLOCK_AT), registers, stack: null };
}

type Extra = Pick<CoreDumpBody, "crashedControlBlock" | "isInInterrupt" | "exceptionRegisters">;

function extraOf(data: Uint8Array | undefined, isXtensa: boolean): Extra {
  if (data === undefined || data.length < 4)
    return { crashedControlBlock: null, isInInterrupt: null, exceptionRegisters: {} };
  const count = Math.floor(data.length / 4);
  const word = (index: number): number | null => (index < count ? readU32(data, 4 * index) : null);
  const first = word(0);
  const flag = word(isXtensa ? 37 : 1);
  const registers: Record<string, number> = {};
  if (isXtensa)
    for (let index = 1; index + 1 < Math.min(count, 37); index += 2) {
      const name = SPECIAL_REGISTERS[word(index) ?? 0];
      if (name !== undefined) registers[name] = word(index + 1) ?? 0;
    }
  return {
    crashedControlBlock: first === SKIPPED ? null : first,
    isInInterrupt: flag === null ? null : flag !== 0,
    exceptionRegisters: registers,
  };
}

/** Whether the bytes are an ELF core dump by themselves: one that was saved for a debugger. */
export function isElfCore(bytes: Uint8Array): boolean {
  return bytes.length > 20 && readU32(bytes, 0) === 0x464c_457f && readU16(bytes, 16) === 4;
}
