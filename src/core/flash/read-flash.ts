import { md5Stream } from "../bytes/digests.ts";
import { toHex } from "../bytes/hex.ts";
import { equalBytes, wordsToBytes } from "../bytes/words.ts";
import { Deadline } from "../clock.ts";
import { type AbortSignalLike, EspError, isEspError, throwIfAborted } from "../errors.ts";
import { isLineError, repeatable, resynchronise } from "../session/resynchronise.ts";
import type { Session } from "../session/session.ts";
import { READ_FLASH, READ_FLASH_SLOW, READ_FLASH_SLOW_LENGTH } from "../wire/commands.ts";
import { attachFlash } from "./attach.ts";
import { configureFlash, reachesBeyond16MiB } from "./configure-flash.ts";
import { findGoodPrefix } from "./flash-digest.ts";
import { flashOperation, stopwatch } from "./operation.ts";
import { type FlashRange, resolveRange } from "./range.ts";

export interface ReadFlashOptions {
  /** A size by name, `keep` or `detect`; default `keep`. */
  readonly flashSize?: string;
  readonly spiConnection?: string;
  readonly signal?: AbortSignalLike;
}

export interface ReadFlashResult {
  readonly data: Uint8Array;
  readonly address: number;
  readonly elapsedMs: number;
}

/**
 * Reads a range of flash. Through a stub each part is checked by its digest and read again when it is not right.
 * Throws `flash.out-of-range`, `flash.unknown-size`, `flash.read-corrupt`, `stub.required` (the ESP8266's ROM cannot
 * read flash), `chip.secure-download`, `link.*`, `port.*`, `operation.aborted`.
 */
export async function readFlash(
  session: Session,
  range: FlashRange,
  options: ReadFlashOptions = {},
): Promise<ReadFlashResult> {
  return await flashOperation(session, options.signal, async () => {
    requireReadable(session);
    await attachFlash(session, options.spiConnection);
    const geometry = await configureFlash(session, options.flashSize ?? "keep");
    const { address, sizeBytes } = resolveRange(range, {
      flashBytes: geometry.detectedBytes ?? geometry.limitBytes,
      reachesBeyond16MiB: reachesBeyond16MiB(session),
    });
    const elapsed = stopwatch(session);
    const data = await readRange(session, address, sizeBytes);
    const elapsedMs = elapsed();
    session.emit({ type: "read.done", address, sizeBytes, elapsedMs });
    return { data, address, elapsedMs };
  });
}

/** The errors of a loader that cannot read flash. */
export function requireReadable({ traits, chip, secureDownload }: Session): void {
  if (traits.canReadFast || traits.canReadSlow) return;
  if (secureDownload) throw new EspError("chip.secure-download", "Flash cannot be read in Secure Download Mode.");
  throw new EspError("stub.required", `The ROM loader of the ${chip.name} cannot read flash.`, {
    hint: "Use the stub.",
  });
}

/** Flash contents, with progress events. The flash is attached already. */
export async function readRange(session: Session, address: number, sizeBytes: number): Promise<Uint8Array> {
  const data = new Uint8Array(sizeBytes);
  const onRead = (done: number): void =>
    session.emit({ type: "progress", phase: "read", done, total: sizeBytes, address: address + done });
  if (session.traits.canReadFast) await readFast(session, address, data, onRead);
  else await readSlow(session, address, data, onRead);
  return data;
}

/** One READ_FLASH asks for so much, less after trouble. */
const PART_BYTES = 256 * 1024;
const SMALLEST_PART_BYTES = 16 * 1024;
const PART_FACTOR = 4;
/** So often reading may be resumed without having got any further. */
const FUTILE_RESUMPTIONS = 4;

async function readFast(
  session: Session,
  address: number,
  data: Uint8Array,
  onRead: (done: number) => void,
): Promise<void> {
  let good = 0;
  let futile = 0;
  let partBytes = PART_BYTES;
  while (good < data.length) {
    const part = data.subarray(good, good + partBytes);
    let received = 0;
    try {
      await readPart(session, address + good, part, (bytes) => {
        received = bytes;
        onRead(good + bytes);
      });
      good += part.length;
      futile = 0;
      partBytes = Math.min(PART_BYTES, partBytes * PART_FACTOR);
    } catch (error) {
      if (!isWorthResuming(error)) throw error;
      const kept = await keptAfterTrouble(session, address + good, part.subarray(0, received));
      futile = kept > 0 ? 0 : futile + 1;
      if (futile > FUTILE_RESUMPTIONS) throw error;
      good += kept;
      partBytes = Math.max(SMALLEST_PART_BYTES, partBytes / PART_FACTOR);
    }
  }
}

function isWorthResuming(error: unknown): boolean {
  return isLineError(error) || isEspError(error, "flash.read-corrupt");
}

/** How much of what was received is as in flash: the loader's digests of whole sectors tell. */
async function keptAfterTrouble(session: Session, address: number, data: Uint8Array): Promise<number> {
  try {
    // The stub may still wait for an acknowledgement; it takes the first SYNC for a wrong one, which ends the read.
    await resynchronise(session);
    if (session.traits.md5Reply === null) return 0;
    return await findGoodPrefix(session, { address, data }, { knownGood: 0, reached: data.length });
  } catch (error) {
    if (!isLineError(error)) throw error;
    return 0;
  }
}

/** Largest frame a stub reads at once (fact sheet 3.5). */
const FRAME_BYTES = 4096;
/** Stubs keep one frame in flight whatever they are asked for; this is what the reference asks for (3.12). */
const FRAMES_IN_FLIGHT = 64;
const MD5_BYTES = 16;

/** One READ_FLASH: frames of data, each acknowledged with the total so far, then their MD5 (fact sheet 3.12). */
async function readPart(
  session: Session,
  address: number,
  part: Uint8Array,
  onRead: (done: number) => void,
): Promise<void> {
  const { link } = session;
  const sizeBytes = part.length;
  await link.exchange(READ_FLASH, {
    address,
    sizeBytes,
    blockSize: FRAME_BYTES,
    maximumInFlight: FRAMES_IN_FLIGHT,
  });
  const digest = md5Stream();
  let received = 0;
  while (received < sizeBytes) {
    throwIfAborted(link.signal);
    const frame = await nextFrame(session, address + received);
    const expected = Math.min(FRAME_BYTES, sizeBytes - received);
    if (frame.length !== expected) throw brokenFrame(session, address + received, frame.length, expected);
    part.set(frame, received);
    digest.update(frame);
    received += frame.length;
    await link.sendFrame(wordsToBytes([received]));
    onRead(received);
  }
  const stated = await nextFrame(session, address + received);
  if (stated.length !== MD5_BYTES) throw brokenFrame(session, address + received, stated.length, MD5_BYTES);
  const computed = digest.digest();
  if (!equalBytes(stated, computed))
    throw new EspError("flash.read-corrupt", "What was read from flash was damaged on the way.", {
      hint: "Try a lower baud rate or another cable.",
      details: { address, sizeBytes, chipMd5: toHex(stated), dataMd5: toHex(computed) },
    });
}

async function nextFrame({ link, limits }: Session, address: number): Promise<Uint8Array> {
  const frame = await link.receiveFrame(new Deadline(link.clock, limits.defaultMs));
  if (frame !== null) return frame;
  link.suspect = true;
  throw new EspError("link.timeout", "The chip stopped sending flash contents.", {
    hint: "Try a lower baud rate or another cable.",
    details: { command: READ_FLASH.name, address },
  });
}

function brokenFrame({ link }: Session, address: number, length: number, expected: number): EspError {
  link.suspect = true;
  return new EspError("link.garbled", `A piece of flash contents has ${length} bytes instead of ${expected}.`, {
    hint: "Bytes were lost on the line; try a lower baud rate or another cable.",
    details: { address, length, expected },
  });
}

async function readSlow(
  session: Session,
  address: number,
  data: Uint8Array,
  onRead: (done: number) => void,
): Promise<void> {
  for (let done = 0; done < data.length; done += READ_FLASH_SLOW_LENGTH) {
    throwIfAborted(session.link.signal);
    const sizeBytes = Math.min(READ_FLASH_SLOW_LENGTH, data.length - done);
    const bytes = await repeatable(session, () =>
      session.link.exchange(READ_FLASH_SLOW, { address: address + done, sizeBytes }),
    );
    data.set(bytes.subarray(0, sizeBytes), done);
    onRead(done + sizeBytes);
  }
}
