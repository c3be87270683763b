import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { EspError } from "../../errors.ts";
import { collectRuns, type Run, type RunCollector } from "./runs.ts";

/** What an Intel HEX file holds. */
export interface IntelHex {
  /** By address; none touches another. */
  readonly runs: readonly Run[];
  /** From a start address record, if there is one. */
  readonly entry: number | null;
}

/** Record types of the Intel Hexadecimal Object File Format, revision A (1988). */
const DATA = 0;
const END_OF_FILE = 1;
const EXTENDED_SEGMENT_ADDRESS = 2;
const START_SEGMENT_ADDRESS = 3;
const EXTENDED_LINEAR_ADDRESS = 4;
const START_LINEAR_ADDRESS = 5;

const ADDRESS_SPACE = 0x1_0000_0000;
const RECORD_SPACE = 0x1_0000;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const HASH = 0x23;
const SLASH = 0x2f;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Length, two bytes of address, type and checksum. */
const FRAME_BYTES = 5;
const BYTES_BY_TYPE: Readonly<Record<number, number>> = {
  [END_OF_FILE]: 0,
  [EXTENDED_SEGMENT_ADDRESS]: 2,
  [START_SEGMENT_ADDRESS]: 4,
  [EXTENDED_LINEAR_ADDRESS]: 2,
  [START_LINEAR_ADDRESS]: 4,
};

/** Value of a hexadecimal digit by its character code, else -1. */
const DIGIT_VALUES: Int8Array = Int8Array.from({ length: 256 }, (_, code) => {
  const digit = String.fromCharCode(code);
  return /[0-9A-Fa-f]/.test(digit) ? Number.parseInt(digit, 16) : -1;
});

/** Where reading stands, and what the records so far have set. */
interface Reader {
  readonly bytes: Uint8Array<ArrayBuffer>;
  at: number;
  line: number;
  /** The record being read, without its colon; the longest has 255 bytes of data. */
  readonly record: Uint8Array<ArrayBuffer>;
  base: number;
  /** Addresses wrap inside 64 KB instead of counting on. */
  isSegmented: boolean;
  entry: number | null;
  ended: boolean;
}

/**
 * Reads Intel HEX: records 00 to 05, any line ends, either case of digits, in any order of addresses, comments in front. Throws
 * `image.invalid` with `{ line, offset }` for anything that is not right: a wrong checksum or length, an address given
 * twice, no end record.
 * @example parseIntelHex(bytes).runs // [{ address: 0x1000, data }]
 */
export function parseIntelHex(bytes: ByteSource): IntelHex {
  const file = checkBytes(bytes, "bytes");
  const start = startOfRecords(file);
  const reader: Reader = {
    bytes: file,
    at: start,
    line: lineOf(file, start),
    record: new Uint8Array(FRAME_BYTES + 255),
    base: 0,
    isSegmented: false,
    entry: null,
    ended: false,
  };
  // A byte takes two digits, so this is never too small.
  const collector = collectRuns(file.length >>> 1);
  for (skipBlanks(reader); reader.at < file.length; skipBlanks(reader)) {
    if (reader.ended) throw damaged(reader, "stands behind the end record");
    const offset = reader.at;
    readRecord(reader);
    useRecord(reader, collector, offset);
    finishLine(reader);
  }
  if (!reader.ended) throw damaged(reader, "should be an end record, but the file ends here");
  const runs = collector.finish(({ address, origin }) =>
    damaged({ line: lineOf(file, origin), at: origin }, `gives the byte at 0x${address.toString(16)} once more`),
  );
  return { runs, entry: reader.entry };
}

/**
 * Behind what some programs put in front: a byte order mark, blanks, and lines of comment, which begin with `;`, `#` or
 * `//`.
 */
export function startOfRecords(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN) continue;
    if (byte !== SEMICOLON && byte !== HASH && !(byte === SLASH && bytes[at + 1] === SLASH)) break;
    while (at < bytes.length && bytes[at] !== LINE_FEED && bytes[at] !== CARRIAGE_RETURN) at++;
  }
  return at;
}

function damaged({ line, at }: Pick<Reader, "line" | "at">, what: string): EspError {
  return new EspError("image.invalid", `Line ${line} of the Intel HEX file ${what}.`, {
    hint: "The file is damaged or cut off; build it or fetch it again.",
    details: { line, offset: at },
  });
}

function skipBlanks(reader: Reader): void {
  for (; reader.at < reader.bytes.length; reader.at++) {
    const byte = reader.bytes[reader.at];
    if (byte === LINE_FEED) reader.line++;
    else if (byte === CARRIAGE_RETURN) {
      if (reader.bytes[reader.at + 1] !== LINE_FEED) reader.line++;
    } else if (byte !== SPACE && byte !== TAB) return;
  }
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at++) {
    if (bytes[at] === LINE_FEED || (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] !== LINE_FEED)) line++;
  }
  return line;
}

/** Reads one record into `reader.record` and moves behind it. */
function readRecord(reader: Reader): void {
  if (reader.bytes[reader.at] !== COLON) throw damaged(reader, "does not start with ':'");
  reader.at++;
  const { record } = reader;
  let sum = readByte(reader);
  record[0] = sum;
  const recordBytes = sum + FRAME_BYTES;
  for (let index = 1; index < recordBytes; index++) {
    const byte = readByte(reader);
    record[index] = byte;
    sum += byte;
  }
  if ((sum & 0xff) !== 0) throw damaged(reader, "has a wrong checksum");
}

function readByte(reader: Reader): number {
  const { bytes, at } = reader;
  const high = DIGIT_VALUES[bytes[at] ?? LINE_FEED] as number;
  const low = DIGIT_VALUES[bytes[at + 1] ?? LINE_FEED] as number;
  if (high < 0 || low < 0) throw notDigits(reader, high < 0 ? at : at + 1);
  reader.at = at + 2;
  return (high << 4) | low;
}

function notDigits({ bytes, line }: Reader, at: number): EspError {
  const byte = bytes[at];
  const isShort = byte === undefined || byte === LINE_FEED || byte === CARRIAGE_RETURN;
  return damaged({ line, at }, isShort ? "is shorter than it says" : "has a character that is no hexadecimal digit");
}

/** Nothing but blanks may follow a record on its line. */
function finishLine(reader: Reader): void {
  const { bytes } = reader;
  while (bytes[reader.at] === SPACE || bytes[reader.at] === TAB) reader.at++;
  const byte = bytes[reader.at];
  if (byte !== undefined && byte !== LINE_FEED && byte !== CARRIAGE_RETURN)
    throw damaged(reader, "goes on behind its checksum");
}

function useRecord(reader: Reader, collector: RunCollector, offset: number): void {
  const { record, line } = reader;
  const length = record[0] as number;
  const type = record[3] as number;
  const place = { line, at: offset };
  if (type === DATA) {
    addData(reader, collector, offset);
    return;
  }
  const expected = BYTES_BY_TYPE[type];
  if (expected === undefined) throw damaged(place, `has the unknown record type ${type}`);
  if (length !== expected) throw damaged(place, `has ${length} bytes of data where its type has ${expected}`);
  const high = recordU16(record, 4);
  switch (type) {
    case END_OF_FILE:
      reader.ended = true;
      break;
    case EXTENDED_SEGMENT_ADDRESS:
      reader.base = high * 16;
      reader.isSegmented = true;
      break;
    case EXTENDED_LINEAR_ADDRESS:
      reader.base = high * RECORD_SPACE;
      reader.isSegmented = false;
      break;
    case START_SEGMENT_ADDRESS:
      reader.entry = high * 16 + recordU16(record, 6);
      break;
    case START_LINEAR_ADDRESS:
      reader.entry = high * RECORD_SPACE + recordU16(record, 6);
      break;
  }
}

/** HEX is big-endian. */
function recordU16(record: Uint8Array, offset: number): number {
  return ((record[offset] as number) << 8) | (record[offset + 1] as number);
}

function addData({ record, base, isSegmented, line }: Reader, collector: RunCollector, offset: number): void {
  const length = record[0] as number;
  const start = recordU16(record, 1);
  // The format lets a segment wrap around; no tool writes that, and those that read it disagree.
  if (isSegmented && start + length > RECORD_SPACE) throw damaged({ line, at: offset }, "goes beyond its segment");
  if (base + start + length > ADDRESS_SPACE) throw damaged({ line, at: offset }, "goes beyond 32 bits of address");
  collector.add(base + start, record, { from: 4, to: 4 + length, origin: offset });
}
