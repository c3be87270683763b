import { strictUtf8 } from "../../bytes/text.ts";

interface Encoding {
  readonly mark: readonly number[];
  /** Bytes of a unit. */
  readonly width: 2 | 4;
  readonly isLittle: boolean;
}

/** Byte order marks, the longer before those they begin with. */
const ENCODINGS: readonly Encoding[] = [
  { mark: [0xff, 0xfe, 0, 0], width: 4, isLittle: true },
  { mark: [0, 0, 0xfe, 0xff], width: 4, isLittle: false },
  { mark: [0xff, 0xfe], width: 2, isLittle: true },
  { mark: [0xfe, 0xff], width: 2, isLittle: false },
];

/** The text of a CSV file by its byte order mark, else UTF-8. Null: it is no text. */
export function csvText(bytes: Uint8Array): string | null {
  const found = ENCODINGS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  // A mark of UTF-8 is taken off by the decoder.
  if (found === undefined) return strictUtf8(bytes);
  const { mark, width, isLittle } = found;
  const body = bytes.subarray(mark.length);
  if (body.length % width !== 0) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const units: string[] = [];
  for (let at = 0; at < body.length; at += width) {
    const unit = width === 2 ? view.getUint16(at, isLittle) : view.getUint32(at, isLittle);
    if (unit > 0x10ffff) return null;
    units.push(width === 2 ? String.fromCharCode(unit) : String.fromCodePoint(unit));
  }
  return units.join("");
}
