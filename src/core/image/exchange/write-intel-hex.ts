import { concatBytes } from "../../bytes/words.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import type { Run } from "./runs.ts";
import { checkRuns, type RunInput } from "./runs.ts";

/** Record types; see the reader. */
const DATA = 0;
const END_OF_FILE = 1;
const EXTENDED_LINEAR_ADDRESS = 4;

const ADDRESS_SPACE = 0x1_0000_0000;
const RECORD_SPACE = 0x1_0000;
const COLON = 0x3a;
/** Length, two bytes of address, type and checksum. */
const FRAME_BYTES = 5;

export interface WriteHexOptions {
  /** Default: line feed. */
  readonly lineEnd?: "\n" | "\r\n" | undefined;
}

const RECORD_DATA_BYTES = 16;
const UPPER_DIGITS: Uint8Array = Uint8Array.from("0123456789ABCDEF", (digit) => digit.charCodeAt(0));

const checkHexOptions: Check<WriteHexOptions> = shape<WriteHexOptions>({
  lineEnd: optional(oneOf<"\n" | "\r\n">(["\n", "\r\n"])),
});

/**
 * Writes Intel HEX the way the reference does (fact sheet 5.8): sixteen bytes a record, a record of type 04 only where
 * the upper half of the address changes, none when everything lies below 64 KB. Throws `argument.invalid` for runs that
 * overlap or do not fit into 32 bits of address.
 */
export function writeIntelHex(runs: readonly RunInput[], options: WriteHexOptions = {}): Uint8Array<ArrayBuffer> {
  const pieces = checkRuns(runs, "runs");
  const wanted = checkHexOptions(options, "options");
  const joined = joinTouching(pieces);
  const lineEnd: Uint8Array<ArrayBuffer> = Uint8Array.from(wanted.lineEnd ?? "\n", (character) =>
    character.charCodeAt(0),
  );
  const last = joined.at(-1);
  const needsUpper = last !== undefined && last.address + last.data.length > RECORD_SPACE;
  const writer: HexWriter = { text: new Uint8Array(textBytes(joined, lineEnd.length)), at: 0, lineEnd };
  let upper = needsUpper ? -1 : 0;
  for (const { address, data } of joined) {
    for (let done = 0; done < data.length; ) {
      const at = address + done;
      if (Math.floor(at / RECORD_SPACE) !== upper) {
        upper = Math.floor(at / RECORD_SPACE);
        writeRecord(writer, { type: EXTENDED_LINEAR_ADDRESS, address: 0, data: Uint8Array.of(upper >>> 8, upper) });
      }
      const count = Math.min(RECORD_DATA_BYTES, data.length - done, RECORD_SPACE - (at % RECORD_SPACE));
      writeRecord(writer, { type: DATA, address: at, data: data.subarray(done, done + count) });
      done += count;
    }
  }
  writeRecord(writer, { type: END_OF_FILE, address: 0, data: new Uint8Array(0) });
  return writer.text.subarray(0, writer.at);
}

/** Sorted; runs that touch are made one, for a record may hold the end of one and the start of the next. */
function joinTouching(runs: readonly Run[]): Run[] {
  const sorted = runs.filter(({ data }) => data.length > 0).sort((left, right) => left.address - right.address);
  const joined: Run[] = [];
  let group: Run[] = [];
  let end = -1;
  const close = (): void => {
    const [first] = group;
    if (first === undefined) return;
    joined.push(group.length === 1 ? first : { address: first.address, data: concatBytes(group.map((r) => r.data)) });
    group = [];
  };
  for (const run of sorted) {
    checkRun(run, end);
    if (run.address !== end) close();
    group.push(run);
    end = run.address + run.data.length;
  }
  close();
  return joined;
}

function checkRun({ address, data }: Run, previousEnd: number): void {
  const fits = Number.isInteger(address) && address >= 0 && address + data.length <= ADDRESS_SPACE;
  if (fits && address >= previousEnd) return;
  throw new EspError(
    "argument.invalid",
    fits ? "The data to write as Intel HEX overlaps." : "The data does not fit into 32 bits of address.",
    { details: { address, sizeBytes: data.length } },
  );
}

/** Room for all records: never too small, too large only by the records that a 64 KB boundary might cost. */
function textBytes(runs: readonly Run[], lineEndBytes: number): number {
  const frame = 1 + 2 * FRAME_BYTES + lineEndBytes;
  let total = frame;
  for (const { data } of runs) {
    const boundaries = Math.ceil(data.length / RECORD_SPACE) + 1;
    total += 2 * data.length + (Math.ceil(data.length / RECORD_DATA_BYTES) + boundaries) * frame;
    total += boundaries * (frame + 4);
  }
  return total;
}

interface HexWriter {
  readonly text: Uint8Array<ArrayBuffer>;
  at: number;
  readonly lineEnd: Uint8Array<ArrayBuffer>;
}

function writeRecord(writer: HexWriter, record: { type: number; address: number; data: Uint8Array }): void {
  const { type, address, data } = record;
  const { text, lineEnd } = writer;
  text[writer.at++] = COLON;
  const low = address & 0xff;
  const high = (address >>> 8) & 0xff;
  writeByte(writer, data.length);
  writeByte(writer, high);
  writeByte(writer, low);
  writeByte(writer, type);
  let sum = data.length + high + low + type;
  for (let index = 0; index < data.length; index++) {
    const byte = data[index] as number;
    sum += byte;
    writeByte(writer, byte);
  }
  writeByte(writer, -sum & 0xff);
  text.set(lineEnd, writer.at);
  writer.at += lineEnd.length;
}

function writeByte(writer: HexWriter, byte: number): void {
  writer.text[writer.at++] = UPPER_DIGITS[byte >>> 4] as number;
  writer.text[writer.at++] = UPPER_DIGITS[byte & 15] as number;
}
