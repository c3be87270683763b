import pako from "pako";

/**
 * The one file that knows the compression library. pako 2 is classic zlib in JavaScript: on the firmware at hand it
 * gives fewer bytes than Node's own zlib (a speed-tuned fork) and it runs in browsers. See ARCHITECTURE.md.
 */
const LEVEL = 9;

/** Zlib stream (with header and Adler-32) of the whole input. */
export function deflate(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return pako.deflate(bytes, { level: LEVEL });
}

/** A zlib stream decoder fed in pieces; used by the virtual chips. */
export interface InflateStream {
  /** Feeds a piece and returns what it decoded to. Throws Error on a broken stream. */
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /** The stream's end (with a correct Adler-32) was seen. */
  readonly ended: boolean;
}

/** This file for those to whom it is handed: the library is large, and loaded for what is compressed. */
export interface Compressor {
  readonly deflate: (bytes: Uint8Array) => Uint8Array<ArrayBuffer>;
  readonly inflateStream: () => InflateStream;
}

/** For one write: a small file is compressed to tell what asking for it may cost, and would be again to be sent. */
export function compressor(): Compressor {
  let last: { readonly of: Uint8Array; readonly stream: Uint8Array<ArrayBuffer> } | null = null;
  const deflateOnce = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    if (last === null || !isSameMemory(last.of, bytes)) last = { of: bytes, stream: deflate(bytes) };
    return last.stream;
  };
  return { deflate: deflateOnce, inflateStream };
}

function isSameMemory(one: Uint8Array, other: Uint8Array): boolean {
  return one.buffer === other.buffer && one.byteOffset === other.byteOffset && one.length === other.length;
}

export function inflateStream(): InflateStream {
  const inflator = new pako.Inflate();
  const pieces: Uint8Array[] = [];
  let ended = false;
  // pako notes a failure only in the `onEnd` it comes with, which ours replaces.
  let failure = 0;
  inflator.onData = (piece) => {
    pieces.push(piece as Uint8Array);
  };
  inflator.onEnd = (status) => {
    if ((status as number) === 0) ended = true;
    else failure = status as number;
  };
  return {
    get ended() {
      return ended;
    },
    push(bytes) {
      // Z_SYNC_FLUSH (2) makes pako hand out what it has decoded so far.
      inflator.push(bytes, 2);
      if (failure !== 0) throw new Error(`inflate error ${failure}`);
      const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
      const joined = new Uint8Array(total);
      let at = 0;
      for (const piece of pieces.splice(0)) {
        joined.set(piece, at);
        at += piece.length;
      }
      return joined;
    },
  };
}

/** Thrown out of the library, which has no other way to be stopped. */
class Overflow extends Error {}

/**
 * The contents of raw deflate data (no header) that say how long they are: null where the data are damaged, cut off, or are
 * more or less than that. What would be more is never unpacked.
 */
export function inflateRaw(bytes: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> | null {
  return inflateBounded(bytes, sizeBytes, { raw: true });
}

/** As `inflateRaw`, of a gzip file (RFC 1952) of one member, whose checksum has to be right. */
export function gunzip(bytes: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> | null {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? inflateBounded(bytes, sizeBytes, {}) : null;
}

/** A gzip file; the same bytes for the same contents, because no time is in it. */
export function gzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return pako.gzip(bytes, { level: LEVEL });
}

function inflateBounded(
  bytes: Uint8Array,
  sizeBytes: number,
  options: { readonly raw?: boolean },
): Uint8Array<ArrayBuffer> | null {
  const unpacked = new Uint8Array(sizeBytes);
  let at = 0;
  let status = -1;
  const inflator = new pako.Inflate(options);
  inflator.onData = (data) => {
    const piece = data as Uint8Array;
    if (piece.length > sizeBytes - at) throw new Overflow("more than it says");
    unpacked.set(piece, at);
    at += piece.length;
  };
  inflator.onEnd = (end) => {
    status = end as number;
  };
  try {
    inflator.push(bytes, true);
  } catch (error) {
    if (error instanceof Overflow) return null;
    throw error;
  }
  return status === 0 && at === sizeBytes ? unpacked : null;
}
