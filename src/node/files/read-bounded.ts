import { type BigIntStats, close, constants, fstat, open, read } from "node:fs";
import { Socket } from "node:net";
import { isatty, ReadStream } from "node:tty";
import { promisify } from "node:util";
import { sleep, systemClock } from "../../core/clock.ts";
import { type AbortSignalLike, abortedError, EspError, throwIfAborted } from "../../core/errors.ts";
import { INPUT_BOUNDS, type InputBound, type InputKind, sizeText } from "./input-bounds.ts";
import { requireRegularFile } from "./regular-file.ts";

export interface ReadOptions {
  /** What the input is for, which says how large it may be. Default "firmware". */
  readonly kind?: InputKind | undefined;
  readonly signal?: AbortSignalLike | undefined;
  /** Refuse pipes, sockets and devices: what lies in a folder was not named by anybody as one. */
  readonly onlyFile?: boolean | undefined;
}

/**
 * The whole content of a file, a pipe or a device. Nothing of it can hold up the program: a named pipe is not waited for
 * by the system but by us, and what never ends is given up at its bound.
 *
 * Throws `file.too-large`, `operation.aborted`, with `onlyFile` `file.unreadable`, and the system's errors as they are.
 */
export async function readBounded(
  path: string,
  { kind = "firmware", signal, onlyFile = false }: ReadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  throwIfAborted(signal);
  if (onlyFile) await requireRegularFile(path);
  const input: Input = { path, bound: INPUT_BOUNDS[kind], signal };
  const fd = await openWithoutWaiting(path);
  let stream: Socket | ReadStream | null = null;
  try {
    const stats = await statOf(fd, { bigint: true });
    if (stats.isDirectory()) throw systemError("EISDIR", path);
    if (stats.isFile()) return await readFile(fd, input, stats);
    stream = streamOf(fd, stats);
    return await (stream === null ? readDevice(fd, input) : readStream(stream, input));
  } finally {
    // A stream closes what it was given.
    if (stream === null) await closeFile(fd);
    else stream.destroy();
  }
}

interface Input {
  readonly path: string;
  readonly bound: InputBound;
  readonly signal: AbortSignalLike | undefined;
}

const openFile = promisify(open);
const closeFile = promisify(close);
const statOf: (fd: number, options: { bigint: true }) => Promise<BigIntStats> = promisify(fstat);

/** Without the flag a pipe that nobody writes to would keep a thread of the process for ever, and with it its end. */
async function openWithoutWaiting(path: string): Promise<number> {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 }: Partial<typeof constants> & { O_RDONLY: number } = constants;
  return await openFile(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

/** What tells by itself when there is something to read. Null: it is asked. */
function streamOf(fd: number, stats: BigIntStats): Socket | ReadStream | null {
  if (isatty(fd)) return new ReadStream(fd);
  return stats.isFIFO() ? new Socket({ fd, readable: true, writable: false }) : null;
}

async function readFile(fd: number, input: Input, { size }: BigIntStats): Promise<Uint8Array<ArrayBuffer>> {
  const { bound } = input;
  if (size > BigInt(bound.fileBytes)) throw tooLarge(input, Number(size));
  // One byte more than there should be: whether it has grown is seen without another piece. Some files of the system
  // have no size and a content all the same.
  const pieces = new Pieces(input, bound.fileBytes);
  let sizeBytes = Number(size) + 1;
  while (await takePiece(fd, pieces, sizeBytes)) sizeBytes = PIECE_BYTES;
  return pieces.joined();
}

async function readDevice(fd: number, input: Input): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = new Pieces(input, input.bound.streamBytes);
  while (await takePiece(fd, pieces, PIECE_BYTES));
  return pieces.joined();
}

const PIECE_BYTES = 0x1_0000;
/** How often a device that has nothing to say is asked again. */
const POLL_MS = 20;

/** False at the end. */
async function takePiece(fd: number, pieces: Pieces, sizeBytes: number): Promise<boolean> {
  const { signal } = pieces.input;
  throwIfAborted(signal);
  const piece = new Uint8Array(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const count = await readSome(fd, piece, filled);
    throwIfAborted(signal);
    if (count === 0) break;
    if (count === null) await sleep(systemClock, POLL_MS, signal);
    else filled += count;
  }
  pieces.add(piece.subarray(0, filled));
  return filled === sizeBytes;
}

/** At most so much at once, so that an abort is heard in between. */
const READ_BYTES = 0x80_0000;

/** Null: nothing now, perhaps later. */
function readSome(fd: number, buffer: Uint8Array, offset: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, offset, Math.min(READ_BYTES, buffer.length - offset), null, (error, count) => {
      if (error?.code === "EAGAIN") resolve(null);
      else if (error === null) resolve(count);
      else reject(error);
    });
  });
}

function readStream(stream: Socket | ReadStream, input: Input): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, bound } = input;
  return new Promise((resolve, reject) => {
    const pieces = new Pieces(input, bound.streamBytes);
    const onAbort = (): void => {
      if (signal !== undefined) settle(() => reject(abortedError(signal)));
    };
    const settle = (how: () => void): void => {
      signal?.removeEventListener("abort", onAbort);
      how();
    };
    // It may have fired while the input was opened.
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener("abort", onAbort);
    stream.on("error", (error) => settle(() => reject(error)));
    stream.on("end", () => settle(() => resolve(pieces.joined())));
    stream.on("data", (chunk: Uint8Array) => {
      try {
        pieces.add(chunk);
      } catch (error) {
        stream.pause();
        settle(() => reject(error));
      }
    });
  });
}

/** What comes bit by bit and has no file of its own, such as standard input; `add` throws `file.too-large`. */
export function boundedContent(path: string, kind: InputKind): Pick<Pieces, "add" | "joined"> {
  const bound = INPUT_BOUNDS[kind];
  return new Pieces({ path, bound, signal: undefined }, bound.streamBytes);
}

/** What has come of an input so far. */
class Pieces {
  readonly input: Input;
  readonly #mostBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(input: Input, mostBytes: number) {
    this.input = input;
    this.#mostBytes = mostBytes;
  }

  /** Throws `file.too-large`. */
  add(piece: Uint8Array): void {
    this.#sizeBytes += piece.length;
    if (this.#sizeBytes > this.#mostBytes) throw tooLarge(this.input, null);
    if (piece.length > 0) this.#pieces.push(piece);
  }

  joined(): Uint8Array<ArrayBuffer> {
    const [first = new Uint8Array(0)] = this.#pieces;
    if (this.#pieces.length < 2) return new Uint8Array(first.buffer as ArrayBuffer, first.byteOffset, first.length);
    const all = new Uint8Array(this.#sizeBytes);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}

function tooLarge({ path, bound }: Input, sizeBytes: number | null): EspError {
  const mostBytes = sizeBytes === null ? bound.streamBytes : bound.fileBytes;
  const most = sizeText(mostBytes);
  const message =
    sizeBytes === null
      ? `'${path}' goes on after ${most}, which is more than ${bound.what} can have.`
      : `The file '${path}' is too large: it has ${sizeText(sizeBytes)}, and ${bound.what} has ${most} at most.`;
  return new EspError("file.too-large", message, {
    hint: "Check that this is the file you mean.",
    details: { file: path, ...(sizeBytes !== null && { sizeBytes }), mostBytes },
  });
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
