import { checkFunction } from "../../check/values.ts";
import { type AbortSignalLike, abortedError } from "../../errors.ts";
import { host } from "../../host.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { checkRange, type FlashRange } from "../setup/range.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { FlashPiece, PieceReader } from "./piece-reader.ts";
import { checkReadOptions, prepareReading, type ReadFlashOptions, rangeReader } from "./read-flash.ts";

/**
 * Takes flash contents piece by piece. `offset` counts from the start of the range; pieces come in order and without gaps.
 * The next piece is not read before the promise that it returns has settled; what it throws ends the reading.
 */
export type FlashSink = (data: Uint8Array<ArrayBuffer>, offset: number) => unknown;

export interface ReadFlashIntoResult {
  readonly address: number;
  /** How much was handed out: all of the range. */
  readonly sizeBytes: number;
  /** With what the sink took. */
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
  options: ReadFlashOptions = {},
): Promise<ReadFlashIntoResult> {
  const live = checkSession(session, "session");
  const asked = checkRange(range, "range");
  checkFunction(sink, "sink");
  const wanted = checkReadOptions(options, "options");
  const source = new FlashSource(live, asked, wanted);
  while (source.result === null) {
    const piece = await source.next();
    if (piece !== null) await unlessAborted(Promise.resolve(sink(piece.data, piece.offset)), wanted.signal);
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

/** The pieces of a range, each an operation of its own. */
class FlashSource {
  readonly #session: LiveSession;
  readonly #range: FlashRange;
  readonly #options: ReadFlashOptions;
  readonly #elapsed: () => number;
  #started: { readonly reader: PieceReader; readonly address: number; readonly sizeBytes: number } | null = null;
  #result: ReadFlashIntoResult | null = null;

  constructor(session: LiveSession, range: FlashRange, options: ReadFlashOptions) {
    this.#session = session;
    this.#range = range;
    this.#options = options;
    this.#elapsed = stopwatch(session);
  }

  /** Null: there is no more. Who has the last piece does not need the session any more. */
  async next(): Promise<FlashPiece | null> {
    if (this.#result !== null) return null;
    return await operation(this.#session, this.#options.signal, async () => {
      this.#started ??= await this.#start();
      const { reader, address, sizeBytes } = this.#started;
      const piece = await reader.next();
      if (piece === null || piece.offset + piece.data.length === sizeBytes) {
        this.#result = { address, sizeBytes, elapsedMs: this.#elapsed() };
        this.#session.emit({ type: "read.done", ...this.#result });
      }
      return piece;
    });
  }

  /** Of all pieces, or null while there are more. */
  get result(): ReadFlashIntoResult | null {
    return this.#result;
  }

  async #start(): Promise<{ reader: PieceReader; address: number; sizeBytes: number }> {
    const { address, sizeBytes } = await prepareReading(this.#session, this.#range, this.#options);
    return { reader: rangeReader(this.#session, { address, sizeBytes }, this.#options), address, sizeBytes };
  }
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
