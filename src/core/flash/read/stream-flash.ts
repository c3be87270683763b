import { toHex } from "../../bytes/hex.ts";
import { type Md5Stream, md5Stream } from "../../bytes/md5.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkFunction } from "../../check/values.ts";
import { formatMac } from "../../chip/format-mac.ts";
import { type AbortSignalLike, abortedError } from "../../errors.ts";
import { host } from "../../host.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { makeLineFast } from "../setup/line-rate.ts";
import { checkRange, type FlashRange } from "../setup/range.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { FlashPiece, PieceReader } from "./piece-reader.ts";
import { checkReadOptions, prepareReading, READ_OPTIONS, type ReadFlashOptions, rangeReader } from "./read-flash.ts";
import { checkResumeFrom, type ReadCheckpoint, type ResumeFrom, whatIsResumed } from "./resume-reading.ts";

/**
 * Takes flash contents piece by piece. `offset` counts from the start of the range; pieces come in order and without gaps.
 * The next piece is not read before the promise that it returns has settled; what it throws ends the reading.
 * `checkpoint`: to be kept when the piece is, by whoever wants to go on from there another time (`resumeFrom`).
 */
export type FlashSink = (data: Uint8Array<ArrayBuffer>, offset: number, checkpoint: ReadCheckpoint) => unknown;

export interface ReadFlashIntoOptions extends ReadFlashOptions {
  /**
   * An earlier read of the same range, which was broken off. The first piece is the one behind what was kept of it, when it
   * is of this chip and the chip's own digests say that flash holds the same still; else it is the first of the range
   * (`offset` is 0), and the event `read.restarted` says why.
   */
  readonly resumeFrom?: ResumeFrom | undefined;
}

const checkIntoOptions: Check<ReadFlashIntoOptions> = shape<ReadFlashIntoOptions>({
  ...READ_OPTIONS,
  resumeFrom: optional(checkResumeFrom),
});

export interface ReadFlashIntoResult {
  readonly address: number;
  /** Of the range. */
  readonly sizeBytes: number;
  /** How much of it was not handed out, because the caller has it from before. */
  readonly resumedBytes: number;
  /** With what the sink took, without preparing. */
  readonly elapsedMs: number;
}

/**
 * Reads a range of flash into a sink, in memory for one piece only, however large the range is.
 *
 * A piece (up to 256 KiB with the stub, 4 KiB without it) is handed out when the chip's own digest has proved it. What
 * follows is not known by then: the reading may still fail, and what was handed out is right all the same.
 *
 * Each piece is an operation of its own. Between two of them the session is free, for the sink, too, and after a pause the
 * chip is asked whether it is still the same one. Whoever changes the flash meanwhile gets pieces from before and after.
 *
 * Throws what `readFlash` throws, and whatever the sink throws, as it is.
 *
 * @example
 * const file = await open("flash.bin", "w");
 * await readFlashInto(session, { address: 0, sizeBytes: "all" }, (data) => file.writeFile(data));
 */
export async function readFlashInto(
  session: Session,
  range: FlashRange,
  sink: FlashSink,
  options: ReadFlashIntoOptions = {},
): Promise<ReadFlashIntoResult> {
  const live = checkSession(session, "session");
  const asked = checkRange(range, "range");
  checkFunction(sink, "sink");
  const wanted = checkIntoOptions(options, "options");
  const source = new FlashSource(live, asked, wanted);
  while (source.result === null) {
    const piece = await source.next();
    if (piece === null) continue;
    const { data, offset, checkpoint } = piece;
    await unlessAborted(Promise.resolve(sink(data, offset, checkpoint)), wanted.signal);
  }
  return source.result;
}

/**
 * Flash contents as a `ReadableStream`, read as they are asked for: one piece at a time, each proved, as `readFlashInto`
 * hands them out. Nothing is read before the first is asked for. `cancel` stops the reading; the stream fails with what
 * `readFlash` would throw.
 *
 * @example
 * await streamFlash(session, { address: 0, sizeBytes: "all" }).pipeTo(await handle.createWritable());
 */
export function streamFlash(session: Session, range: FlashRange, options: ReadFlashOptions = {}): ByteStream {
  const live = checkSession(session, "session");
  const asked = checkRange(range, "range");
  const wanted = checkReadOptions(options, "options");
  const stop = new host.AbortController();
  const { signal } = wanted;
  const onAbort = (): void => stop.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort);
  const letGo = (): void => signal?.removeEventListener("abort", onAbort);

  // Who takes a stream cannot be told where its first byte belongs, so it always begins at the start.
  const source = new FlashSource(live, asked, { ...wanted, signal: stop.signal });
  let pulling: Promise<unknown> = Promise.resolve();
  return new host.ReadableStream(
    {
      async pull(controller) {
        const piece = source.next();
        pulling = piece.catch(() => {});
        try {
          const found = await piece;
          if (found !== null) controller.enqueue(found.data);
          if (source.result === null) return;
          letGo();
          controller.close();
        } catch (error) {
          letGo();
          throw error;
        }
      },
      async cancel(reason) {
        letGo();
        stop.abort(reason);
        // The session is free again when this is over.
        await pulling;
      },
    },
    // Nothing ahead of what is asked for: a piece is large enough.
    { highWaterMark: 0 },
  ) as ByteStream;
}

/** A piece, and how far the reading has come with it. */
interface CountedPiece extends FlashPiece {
  readonly checkpoint: ReadCheckpoint;
}

/** A reading that has begun. */
interface Reading {
  readonly reader: PieceReader;
  readonly address: number;
  readonly sizeBytes: number;
  /** So much from the start was read before. */
  readonly resumedBytes: number;
  /** Of all that was read, from the start. */
  readonly digest: Md5Stream;
  readonly elapsed: () => number;
}

/** The pieces of a range, each an operation of its own. */
class FlashSource {
  readonly #session: LiveSession;
  readonly #range: FlashRange;
  readonly #options: ReadFlashIntoOptions;
  #reading: Reading | null = null;
  #result: ReadFlashIntoResult | null = null;

  constructor(session: LiveSession, range: FlashRange, options: ReadFlashIntoOptions) {
    this.#session = session;
    this.#range = range;
    this.#options = options;
  }

  /** Null: there is no more. Who has the last piece does not need the session any more. */
  async next(): Promise<CountedPiece | null> {
    if (this.#result !== null) return null;
    return await operation(this.#session, this.#options.signal, async () => {
      this.#reading ??= await beginReading(this.#session, this.#range, this.#options);
      const piece = await this.#reading.reader.next();
      if (piece === null || piece.offset + piece.data.length === this.#reading.sizeBytes) this.#finish(this.#reading);
      return piece === null ? null : { ...piece, checkpoint: this.#count(piece, this.#reading) };
    });
  }

  /** Of all pieces, or null while there are more. */
  get result(): ReadFlashIntoResult | null {
    return this.#result;
  }

  #count({ data, offset }: FlashPiece, { address, sizeBytes, digest }: Reading): ReadCheckpoint {
    const mac = macOf(this.#session);
    digest.update(data);
    return { mac, address, sizeBytes, doneBytes: offset + data.length, md5: toHex(digest.clone().digest()) };
  }

  #finish({ address, sizeBytes, resumedBytes, elapsed }: Reading): void {
    const elapsedMs = elapsed();
    this.#result = { address, sizeBytes, resumedBytes, elapsedMs };
    this.#session.emit({ type: "read.done", address, sizeBytes, elapsedMs });
  }
}

async function beginReading(session: LiveSession, asked: FlashRange, options: ReadFlashIntoOptions): Promise<Reading> {
  const range = await prepareReading(session, asked, options);
  const { doneBytes, digest } = await resumed(session, range, options.resumeFrom);
  await makeLineFast(session, range.sizeBytes - doneBytes);
  const reader = rangeReader(session, { ...range, doneBytes }, options);
  return { reader, ...range, resumedBytes: doneBytes, digest, elapsed: stopwatch(session) };
}

/** How much need not be read, and its MD5. */
async function resumed(
  session: LiveSession,
  range: { readonly address: number; readonly sizeBytes: number },
  from: ResumeFrom | undefined,
): Promise<{ readonly doneBytes: number; readonly digest: Md5Stream }> {
  const nothing = { doneBytes: 0, digest: md5Stream() };
  if (from === undefined || from.checkpoint.doneBytes === 0) return nothing;
  const found = await whatIsResumed(session, { mac: macOf(session), ...range }, from);
  if (typeof found === "string") {
    session.emit({ type: "read.restarted", reason: found });
    return nothing;
  }
  const { doneBytes } = from.checkpoint;
  session.emit({ type: "read.resumed", ...range, doneBytes });
  return { doneBytes, digest: found };
}

function macOf({ mac }: LiveSession): string | null {
  return mac === null ? null : formatMac(mac.base);
}

/** Waits for what is not ours, but no longer than it is wanted. */
async function unlessAborted(promise: Promise<unknown>, signal: AbortSignalLike | undefined): Promise<void> {
  if (signal === undefined) {
    await promise;
    return;
  }
  let onAbort: () => void = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortedError(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
