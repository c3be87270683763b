import { readSync } from "node:fs";

/** Memory that files are read into one after the other: what is new to the process costs more than to read it full. */
export interface ReadingRoom {
  /**
   * As much of an open file, from where it was read last, with room for more `before` and `behind`; all of it valid until the
   * next is read. Throws when the file has less.
   */
  read(file: number, sizeBytes: number, around?: { readonly before: number; readonly behind: number }): Buffer;
}

const LEAST_BYTES = 64 * 1024;

export function readingRoom(): ReadingRoom {
  let bytes = Buffer.alloc(0);
  return {
    read(file, sizeBytes, { before, behind } = { before: 0, behind: 0 }) {
      const neededBytes = before + sizeBytes + behind;
      if (bytes.length < neededBytes)
        bytes = Buffer.allocUnsafeSlow(Math.max(LEAST_BYTES, 2 * bytes.length, neededBytes));
      const end = before + sizeBytes;
      for (let at = before; at < end; ) {
        const count = readSync(file, bytes, at, end - at, null);
        if (count === 0) throw new Error("The file is shorter than it was.");
        at += count;
      }
      return bytes.subarray(0, neededBytes);
    },
  };
}
