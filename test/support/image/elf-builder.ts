import { concatBytes, writeU16, writeU32 } from "../../../src/core/bytes/words.ts";

export interface SectionSpec {
  readonly name: string;
  readonly address: number;
  /** Bytes, or how many of the value 0xA5. */
  readonly data: Uint8Array<ArrayBuffer> | number;
  /** Default 1, PROGBITS. */
  readonly type?: number;
  readonly alignment?: number;
  /** Default 2, allocated. */
  readonly flags?: number;
}

export interface ElfSpec {
  /** Default 243, RISC-V. */
  readonly machine?: number;
  readonly entry?: number;
  readonly sections: readonly SectionSpec[];
  /** Make a PT_LOAD program header for each section, too. */
  readonly programHeaders?: boolean;
}

const HEADER_BYTES = 52;
const SECTION_BYTES = 40;
const PROGRAM_BYTES = 32;

/** An ELF file: header, program headers, contents, section names, section headers (a null one first). */
export function buildElf({
  machine = 243,
  entry = 0x40380000,
  sections,
  programHeaders = false,
}: ElfSpec): Uint8Array<ArrayBuffer> {
  const contents = sections.map(({ data }) => (typeof data === "number" ? new Uint8Array(data).fill(0xa5) : data));
  const names = concatBytes([
    Uint8Array.of(0),
    ...[...sections.map(({ name }) => name), ".shstrtab"].map((name) => Buffer.from(`${name}\0`)),
  ]);
  const programCount = programHeaders ? sections.length : 0;
  const firstContent = HEADER_BYTES + programCount * PROGRAM_BYTES;
  const offsets: number[] = [];
  let at = firstContent;
  for (const content of contents) {
    offsets.push(at);
    at += content.length;
  }
  const namesAt = at;
  const sectionsAt = namesAt + names.length;
  const header = elfHeader({ machine, entry, programCount, sectionsAt, sectionCount: sections.length + 2 });
  const programs = Array.from({ length: programCount }, (_, index) =>
    words([
      1,
      offsets[index]!,
      sections[index]!.address,
      sections[index]!.address,
      contents[index]!.length,
      contents[index]!.length,
      5,
      4,
    ]),
  );
  let nameAt = 1;
  const rows = sections.map(({ name, address, type = 1, alignment = 4, flags = 2 }, index) => {
    const row = words([nameAt, type, flags, address, offsets[index]!, contents[index]!.length, 0, 0, alignment, 0]);
    nameAt += name.length + 1;
    return row;
  });
  const namesRow = words([nameAt, 3, 0, 0, namesAt, names.length, 0, 0, 1, 0]);
  return concatBytes([header, ...programs, ...contents, names, new Uint8Array(SECTION_BYTES), ...rows, namesRow]);
}

interface HeaderSpec {
  readonly machine: number;
  readonly entry: number;
  readonly programCount: number;
  readonly sectionsAt: number;
  readonly sectionCount: number;
}

function elfHeader({ machine, entry, programCount, sectionsAt, sectionCount }: HeaderSpec): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER_BYTES);
  header.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  writeU16(header, 16, 2);
  writeU16(header, 18, machine);
  writeU32(header, 20, 1);
  writeU32(header, 24, entry);
  writeU32(header, 28, programCount === 0 ? 0 : HEADER_BYTES);
  writeU32(header, 32, sectionsAt);
  writeU16(header, 40, HEADER_BYTES);
  writeU16(header, 42, programCount === 0 ? 0 : PROGRAM_BYTES);
  writeU16(header, 44, programCount);
  writeU16(header, 46, SECTION_BYTES);
  writeU16(header, 48, sectionCount);
  writeU16(header, 50, sectionCount - 1);
  return header;
}

function words(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  values.forEach((value, index) => {
    writeU32(bytes, index * 4, value);
  });
  return bytes;
}

/** An application descriptor of 256 bytes with room for the ELF file's digest. */
export function applicationDescriptor(mmuPageLog2 = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(256);
  writeU32(bytes, 0, 0xabcd5432);
  bytes.set(Buffer.from("1.2.3"), 16);
  bytes.set(Buffer.from("hello"), 48);
  bytes.set(Buffer.from("19:46:07"), 80);
  bytes.set(Buffer.from("Sep 13 2022"), 96);
  bytes.set(Buffer.from("v5.5"), 112);
  writeU16(bytes, 176, 102);
  writeU16(bytes, 178, 399);
  bytes[180] = mmuPageLog2;
  return bytes;
}

/** A boot loader descriptor of 80 bytes. */
export function bootloaderDescriptor(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(80);
  bytes[0] = 0x50;
  writeU32(bytes, 4, 7);
  bytes.set(Buffer.from("v5.5-dev"), 8);
  bytes.set(Buffer.from("Apr 25 2023 00:13:32"), 40);
  return bytes;
}
