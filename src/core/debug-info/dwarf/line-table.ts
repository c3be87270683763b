import { lastAtOrBelow } from "../../bytes/search-sorted.ts";
import { Cursor, damagedDebugInfo } from "./cursor.ts";
import { type LineHeader, readLineHeader } from "./line-header.ts";
import type { DebugSections } from "./sections.ts";
import type { Unit } from "./units.ts";

/** Contiguous code, in ascending addresses. */
interface Sequence {
  readonly low: number;
  /** The first address behind it. */
  readonly high: number;
  /** Its first row, and the first behind it. */
  readonly start: number;
  readonly end: number;
}

/** Which line each instruction of a unit comes from. */
export interface LineTable {
  readonly files: readonly string[];
  /** By their low address, ascending. */
  readonly sequences: readonly Sequence[];
  readonly addresses: Uint32Array;
  readonly fileNumbers: Uint16Array;
  readonly lines: Uint32Array;
}

export interface LinePlace {
  /** Null where the table names none. */
  readonly file: string | null;
  /** Null for code that belongs to no line. */
  readonly line: number | null;
  /** Where the contiguous code begins that the place is in. */
  readonly sequenceLow: number;
}

/** Each row is at least a byte of the program. */
const STANDARD = {
  copy: 1,
  advanceAddress: 2,
  advanceLine: 3,
  setFile: 4,
  constantAddAddress: 8,
  fixedAdvanceAddress: 9,
} as const;
const EXTENDED = { endSequence: 1, setAddress: 2 } as const;

/**
 * Runs the line program at an offset of `.debug_line`. Sequences that `isCode` knows nothing of are left out: the linker
 * removed that code. Throws `debug-info.damaged`.
 */
export function readLineTable(
  sections: DebugSections,
  unit: Unit,
  offset: number,
  isCode: (address: number) => boolean,
): LineTable {
  const cursor = new Cursor(".debug_line", sections.line, offset);
  const header = readLineHeader(sections, unit, cursor);
  sections.budget.lineBytes -= header.end - offset;
  if (sections.budget.lineBytes < 0)
    throw damagedDebugInfo(".debug_line", offset, "too many units refer to long line programs");
  const program = new Cursor(".debug_line", sections.line, header.programOffset, header.end);
  const rows = new LineRows(isCode);
  runProgram(header, program, rows);
  return { files: header.files, ...rows.table() };
}

function runProgram(header: LineHeader, program: Cursor, rows: LineRows): void {
  const { minimumInstructionBytes, lineBase, lineRange, opcodeBase, operandCounts } = header;
  const constantAdvance = Math.floor((255 - opcodeBase) / lineRange) * minimumInstructionBytes;
  while (program.at < program.end) {
    const opcode = program.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      rows.address += Math.floor(adjusted / lineRange) * minimumInstructionBytes;
      rows.line += lineBase + (adjusted % lineRange);
      rows.add();
    } else if (opcode === 0) runExtended(program, rows);
    else if (opcode === STANDARD.copy) rows.add();
    else if (opcode === STANDARD.advanceAddress) rows.address += program.uleb() * minimumInstructionBytes;
    else if (opcode === STANDARD.advanceLine) rows.line += program.sleb();
    else if (opcode === STANDARD.setFile) rows.file = program.uleb();
    else if (opcode === STANDARD.constantAddAddress) rows.address += constantAdvance;
    else if (opcode === STANDARD.fixedAdvanceAddress) rows.address += program.u16();
    else for (let operand = operandCounts[opcode] ?? 0; operand > 0; operand--) program.skipLeb();
  }
}

function runExtended(program: Cursor, rows: LineRows): void {
  const length = program.uleb();
  if (length === 0) return;
  const next = program.at + length;
  if (next > program.end) throw damagedDebugInfo(program.section, program.at, "an instruction is too long");
  const opcode = program.u8();
  if (opcode === EXTENDED.endSequence) rows.endSequence();
  else if (opcode === EXTENDED.setAddress) rows.address = program.unsigned(length - 1);
  program.at = next;
}

/** The registers of the program, and the rows it has made so far. */
class LineRows {
  address = 0;
  file = 1;
  line = 1;
  readonly #isCode: (address: number) => boolean;
  readonly #addresses: number[] = [];
  readonly #files: number[] = [];
  readonly #lines: number[] = [];
  readonly #sequences: Sequence[] = [];
  #start = 0;
  #isAscending = true;

  constructor(isCode: (address: number) => boolean) {
    this.#isCode = isCode;
  }

  add(): void {
    const count = this.#addresses.length;
    if (count > this.#start && (this.#addresses[count - 1] ?? 0) > this.address) this.#isAscending = false;
    this.#addresses.push(this.address);
    this.#files.push(this.file);
    this.#lines.push(Math.max(this.line, 0));
  }

  endSequence(): void {
    const low = this.#addresses[this.#start] ?? 0;
    const end = this.#addresses.length;
    if (end > this.#start && this.#isAscending && this.address > low && this.#isCode(low))
      this.#sequences.push({ low, high: this.address, start: this.#start, end });
    else for (const rows of [this.#addresses, this.#files, this.#lines]) rows.length = this.#start;
    this.#start = this.#addresses.length;
    this.#isAscending = true;
    this.address = 0;
    this.file = 1;
    this.line = 1;
  }

  table(): Omit<LineTable, "files"> {
    return {
      sequences: this.#sequences.toSorted((one, other) => one.low - other.low),
      addresses: Uint32Array.from(this.#addresses),
      fileNumbers: Uint16Array.from(this.#files),
      lines: Uint32Array.from(this.#lines),
    };
  }
}

/** The line of an address; null where no sequence holds it. Of several the one that begins last. */
export function lineAt(table: LineTable, address: number): LinePlace | null {
  const sequence = table.sequences.findLast(({ low, high }) => low <= address && address < high);
  if (sequence === undefined) return null;
  const row = lastAtOrBelow((index) => table.addresses[index] ?? 0, address, sequence.start, sequence.end);
  const line = table.lines[row] ?? 0;
  return {
    file: fileNamed(table, table.fileNumbers[row] ?? 0),
    line: line === 0 ? null : line,
    sequenceLow: sequence.low,
  };
}

/** The path of a file by its number; null where the table has none of that number. */
export function fileNamed({ files }: LineTable, number: number): string | null {
  const file = files[number];
  return file === undefined || file === "" ? null : file;
}
