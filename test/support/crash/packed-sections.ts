import { readU32, wordsToBytes, writeU32 } from "../../../src/core/bytes/words.ts";

const SECTION_BYTES = 40;
const COMPRESSED = 0x800;

/** The ELF file with its debug sections compressed by `pack`, as a linker does it: `kind` is written before each. */
export function packedSections(
  elf: Uint8Array,
  kind: number,
  pack: (bytes: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const table = readU32(elf, 32);
  const view = new DataView(elf.buffer, elf.byteOffset, elf.length);
  const count = view.getUint16(48, true);
  const names = readU32(elf, table + SECTION_BYTES * view.getUint16(50, true) + 16);
  const nameOf = (row: number): string => {
    const at = names + readU32(elf, row);
    return Buffer.from(elf.subarray(at, elf.indexOf(0, at))).toString();
  };
  const rows = Uint8Array.from(elf.subarray(table, table + SECTION_BYTES * count));
  const parts: Uint8Array[] = [];
  let length = 52;
  const place = (bytes: Uint8Array): number => {
    parts.push(bytes);
    length += bytes.length;
    return length - bytes.length;
  };
  for (let index = 0; index < count; index++) {
    const at = SECTION_BYTES * index;
    const [type, offset, size] = [readU32(rows, at + 4), readU32(rows, at + 16), readU32(rows, at + 20)];
    // Without contents: the first row, and memory that is cleared.
    if (type === 0 || type === 8) continue;
    const contents = elf.subarray(offset, offset + size);
    const isPacked = nameOf(table + at).startsWith(".debug_");
    const stored = isPacked ? Buffer.concat([wordsToBytes([kind, size, 1]), pack(contents)]) : contents;
    writeU32(rows, at + 16, place(stored));
    writeU32(rows, at + 20, stored.length);
    if (isPacked) writeU32(rows, at + 8, readU32(rows, at + 8) | COMPRESSED);
  }
  const packed = Uint8Array.from(Buffer.concat([elf.subarray(0, 52), ...parts, rows]));
  writeU32(packed, 32, length);
  return packed;
}
