import { FORM } from "./codes.ts";
import { type Cursor, damagedDebugInfo } from "./cursor.ts";
import { readForm } from "./forms.ts";
import { joinPath } from "./paths.ts";
import type { DebugSections } from "./sections.ts";
import { textOf, type Unit } from "./units.ts";

/** What a line program says before its first instruction. */
export interface LineHeader {
  readonly minimumInstructionBytes: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Operands of each standard opcode, so that unknown ones can be skipped. */
  readonly operandCounts: readonly number[];
  /** Paths, by the number that rows use. */
  readonly files: readonly string[];
  /** Where the program begins and ends in `.debug_line`. */
  readonly programOffset: number;
  readonly end: number;
}

/** More than any compiler writes; each is at least a byte of the file. */
const MAXIMUM_FILES = 65_536;
const CONTENT = { path: 1, directoryIndex: 2 } as const;

/** Reads the head of a line program, of version 2 to 5. Throws `debug-info.damaged`. */
export function readLineHeader(sections: DebugSections, unit: Unit, cursor: Cursor): LineHeader {
  const start = cursor.at;
  const length = cursor.u32();
  const end = cursor.at + length;
  if (length === 0xffff_ffff || end > cursor.end) throw damagedDebugInfo(".debug_line", start, "its length is wrong");
  const version = cursor.u16();
  if (version < 2 || version > 5)
    throw damagedDebugInfo(".debug_line", start, `version ${version} of line tables is not known`);
  // The sizes of addresses and of segment selectors.
  if (version >= 5) cursor.skip(2);
  const headerBytes = cursor.u32();
  const programOffset = cursor.at + headerBytes;
  const minimumInstructionBytes = cursor.u8();
  // The most operations an instruction has, which counts for VLIW machines alone.
  if (version >= 4) cursor.skip(1);
  cursor.skip(1);
  const lineBase = (cursor.u8() << 24) >> 24;
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  if (lineRange === 0 || opcodeBase === 0) throw damagedDebugInfo(".debug_line", start, "its opcodes are not declared");
  const operandCounts = [0];
  for (let opcode = 1; opcode < opcodeBase; opcode++) operandCounts.push(cursor.u8());
  const directory = textOf(sections, unit, unit.root.compilationDirectory) ?? "";
  const files = version >= 5 ? listedFiles(sections, unit, cursor, directory) : classicFiles(cursor, directory);
  return { minimumInstructionBytes, lineBase, lineRange, opcodeBase, operandCounts, files, programOffset, end };
}

/** Versions 2 to 4: directories from 1 on, files from 1 on; directory 0 is where the compiler ran. */
function classicFiles(cursor: Cursor, compilationDirectory: string): string[] {
  const directories = [compilationDirectory];
  for (let name = cursor.text(); name !== ""; name = cursor.text()) {
    directories.push(joinPath(compilationDirectory, name));
    refuseEndless(cursor, directories);
  }
  const files = [""];
  for (let name = cursor.text(); name !== ""; name = cursor.text()) {
    files.push(joinPath(directories[cursor.uleb()] ?? compilationDirectory, name));
    // Time and size, which nobody fills in.
    cursor.skipLeb();
    cursor.skipLeb();
    refuseEndless(cursor, files);
  }
  return files;
}

/** Version 5: both lists say of what their rows consist, and count from 0. */
function listedFiles(sections: DebugSections, unit: Unit, cursor: Cursor, compilationDirectory: string): string[] {
  const directories = rows(sections, unit, cursor).map(({ path }) => joinPath(compilationDirectory, path));
  return rows(sections, unit, cursor).map(({ path, directory }) =>
    joinPath(directories[directory] ?? compilationDirectory, path),
  );
}

interface Row {
  path: string;
  directory: number;
}

function rows(sections: DebugSections, unit: Unit, cursor: Cursor): Row[] {
  const format = Array.from({ length: cursor.u8() }, () => ({ content: cursor.uleb(), form: cursor.uleb() }));
  const count = cursor.uleb();
  if (count > MAXIMUM_FILES || (format.length === 0 && count > 0))
    throw damagedDebugInfo(cursor.section, cursor.at, "a list of files is too long");
  return Array.from({ length: count }, () => {
    const row: Row = { path: "", directory: 0 };
    for (const { content, form } of format) {
      const value = readForm(cursor, form, unit);
      if (content === CONTENT.path) row.path = pathOf(sections, unit, cursor, { form, value });
      else if (content === CONTENT.directoryIndex) row.directory = value;
    }
    return row;
  });
}

function pathOf(
  sections: DebugSections,
  unit: Unit,
  cursor: Cursor,
  value: { readonly form: number; readonly value: number },
): string {
  // A text within the line table itself; elsewhere this form means one within .debug_info.
  if (value.form === FORM.string) {
    const after = cursor.at;
    cursor.at = value.value;
    const text = cursor.text();
    cursor.at = after;
    return text;
  }
  return textOf(sections, unit, value) ?? "";
}

function refuseEndless(cursor: Cursor, list: readonly string[]): void {
  if (list.length > MAXIMUM_FILES) throw damagedDebugInfo(cursor.section, cursor.at, "a list of files is too long");
}
