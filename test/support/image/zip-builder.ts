import { crc32, deflateRawSync } from "node:zlib";
import { concatBytes, writeU16, writeU32 } from "../../../src/core/bytes/words.ts";

/** One file of an archive; what is not said is as it should be. */
export interface ZipFile {
  readonly name: string;
  readonly contents?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly sizeBytes?: number;
  /** Kind and permissions as Unix has them. */
  readonly mode?: number;
  /** Another name in front of the contents than in the directory. */
  readonly localName?: string;
  /** By how much the packed contents are longer in the directory. */
  readonly more?: number;
  /** Where the directory says it is; default: where it is. */
  readonly at?: number;
}

const text = (name: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(name);

/** A ZIP archive by PKWARE's APPNOTE, made apart from the reader: packed by Node's zlib. */
export function zipOf(files: readonly ZipFile[], comment = ""): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const file of files) {
    const { name, contents = new Uint8Array(0), method = 8, flags = 0x800, mode = 0o100644 } = file;
    const packed = new Uint8Array(method === 8 ? deflateRawSync(contents) : contents);
    const { crc = crc32(contents), sizeBytes = contents.length, localName = name } = file;
    const local = new Uint8Array(30);
    writeU32(local, 0, 0x04034b50);
    writeU16(local, 4, 20);
    writeU16(local, 6, flags);
    writeU16(local, 8, method);
    writeU32(local, 14, crc);
    writeU32(local, 18, packed.length);
    writeU32(local, 22, sizeBytes);
    writeU16(local, 26, text(localName).length);
    const central = new Uint8Array(46);
    writeU32(central, 0, 0x02014b50);
    central[5] = 3;
    writeU16(central, 6, 20);
    writeU16(central, 8, flags);
    writeU16(central, 10, method);
    writeU32(central, 16, crc);
    writeU32(central, 20, packed.length + (file.more ?? 0));
    writeU32(central, 24, sizeBytes + (file.more ?? 0));
    writeU16(central, 28, text(name).length);
    writeU32(central, 38, (mode << 16) >>> 0);
    writeU32(central, 42, file.at ?? offset);
    const whole = concatBytes([local, text(localName), packed]);
    parts.push(whole);
    directory.push(central, text(name));
    offset += whole.length;
  }
  const list = concatBytes(directory);
  const end = new Uint8Array(22);
  writeU32(end, 0, 0x06054b50);
  writeU16(end, 8, files.length);
  writeU16(end, 10, files.length);
  writeU32(end, 12, list.length);
  writeU32(end, 16, offset);
  writeU16(end, 20, text(comment).length);
  return concatBytes([...parts, list, end, text(comment)]);
}
