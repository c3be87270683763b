import { toHex } from "../../bytes/hex.ts";
import { md5 } from "../../bytes/md5.ts";
import { equalBytes } from "../../bytes/words.ts";
import { EspError, isEspError, throwIfAborted } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { progressTeller } from "../../session/talk/progress.ts";
import { isLineError, repeatable, resynchronise } from "../../session/talk/resynchronise.ts";
import { READ_FLASH, READ_FLASH_SLOW, READ_FLASH_SLOW_LENGTH } from "../../wire/commands.ts";
import { findGoodPrefix, flashDigest } from "../flash-digest.ts";
import { flashMemo } from "../setup/flash-memo.ts";
import { judgeLine, settleRate } from "../setup/line-rate.ts";
import { receiveFrames } from "./receive-frames.ts";

/** A piece of flash that was proved: its bytes are those of the chip, by the chip's own digest. */
export interface FlashPiece {
  readonly data: Uint8Array<ArrayBuffer>;
  /** From the start of the range. */
  readonly offset: number;
}

/** A range of flash, read piece by piece: no more than one piece is held, and each is proved before it is given. */
export interface PieceReader {
  /** Null: all of the range was given. After an error there is nothing more to be had. */
  next(): Promise<FlashPiece | null>;
}

/** What is to be read. */
export interface RangeToRead {
  readonly address: number;
  readonly sizeBytes: number;
  /** So much from its start is there already, and is not read. */
  readonly doneBytes: number;
}

/** The flash is attached already. Tells progress, unless somebody else wants to know it. */
export function pieceReader(session: LiveSession, range: RangeToRead, told?: (done: number) => void): PieceReader {
  const target = { session, ...range, onRead: told ?? readTeller(session, range) };
  return session.traits.canReadFast ? new FastReader(target) : new SlowReader(target);
}

/** Takes how much of the range is done, from its start. */
export function readTeller(session: LiveSession, { address, sizeBytes }: RangeToRead): (done: number) => void {
  const tell = progressTeller(session, { phase: "read", total: sizeBytes });
  return (done) => tell(done, address + done);
}

interface ReadTarget extends RangeToRead {
  readonly session: LiveSession;
  readonly onRead: (done: number) => void;
}

/** One READ_FLASH asks for so much, less after trouble. */
const PART_BYTES = 256 * 1024;
const SMALLEST_PART_BYTES = 16 * 1024;
const PART_FACTOR = 4;
/** So often reading may be resumed without having got any further. */
const FUTILE_RESUMPTIONS = 4;

class FastReader implements PieceReader {
  readonly #target: ReadTarget;
  #good: number;
  #futile = 0;
  #partBytes = PART_BYTES;

  constructor(target: ReadTarget) {
    this.#target = target;
    this.#good = target.doneBytes;
  }

  async next(): Promise<FlashPiece | null> {
    const { sizeBytes } = this.#target;
    while (this.#good < sizeBytes) {
      const data = await this.#attempt(new Uint8Array(Math.min(this.#partBytes, sizeBytes - this.#good)));
      if (data.length === 0) continue;
      const offset = this.#good;
      this.#good += data.length;
      return { data, offset };
    }
    return null;
  }

  /** What of the part is known to be right; nothing is, when there was trouble and it is worth another attempt. */
  async #attempt(part: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const { session, address, onRead } = this.#target;
    const start = address + this.#good;
    let received = 0;
    try {
      await readPart(session, start, part, (bytes) => {
        received = bytes;
        onRead(this.#good + bytes);
      });
      this.#futile = 0;
      this.#partBytes = Math.min(PART_BYTES, this.#partBytes * PART_FACTOR);
      return part;
    } catch (error) {
      if (!isWorthResuming(error)) throw error;
      acknowledgeLate(session, error);
      const kept = await keptAfterTrouble(session, start, part.subarray(0, received));
      this.#futile = kept > 0 ? 0 : this.#futile + 1;
      if (this.#futile > FUTILE_RESUMPTIONS) throw error;
      await settleRate(session, judgeLine(session, this.#futile > 1));
      this.#partBytes = Math.max(SMALLEST_PART_BYTES, this.#partBytes / PART_FACTOR);
      return part.slice(0, kept);
    }
  }
}

function isWorthResuming(error: unknown): error is EspError {
  return isLineError(error) || isEspError(error, "flash.read-corrupt");
}

/** How much of what was received is as in flash: the loader's digests of whole sectors tell. */
async function keptAfterTrouble(session: LiveSession, address: number, data: Uint8Array<ArrayBuffer>): Promise<number> {
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

/**
 * The stub is one that was uploaded here, of which it is known that it counts an acknowledgement whenever it comes while
 * the frame is open. One that ran already may be any other.
 */
function countsAcknowledgements(session: LiveSession): boolean {
  return session.loader === "stub" && session.plugins !== undefined;
}

/** From the first trouble on each frame is acknowledged when it is there. */
function acknowledgeLate(session: LiveSession, { code }: EspError): void {
  const memo = flashMemo(session);
  if (memo.acknowledgesLate || !countsAcknowledgements(session)) return;
  memo.acknowledgesLate = true;
  session.emit({ type: "read.slower", reason: code });
}

/** One READ_FLASH. */
async function readPart(
  session: LiveSession,
  address: number,
  part: Uint8Array<ArrayBuffer>,
  onRead: (done: number) => void,
): Promise<void> {
  const acknowledge = countsAcknowledgements(session) && !flashMemo(session).acknowledgesLate ? "early" : "late";
  const stated = await receiveFrames(session, { command: READ_FLASH, address, part, onRead, acknowledge });
  const computed = md5(part);
  if (equalBytes(stated, computed)) return;
  throw readCorrupt(address, part.length, { stated, computed });
}

interface Digests {
  readonly stated: Uint8Array<ArrayBuffer>;
  readonly computed: Uint8Array<ArrayBuffer>;
}

function readCorrupt(address: number, sizeBytes: number, { stated, computed }: Digests): EspError {
  return new EspError("flash.read-corrupt", "What was read from flash was damaged on the way.", {
    hint: "Try a lower baud rate or another cable.",
    details: { address, sizeBytes, chipMd5: toHex(stated), dataMd5: toHex(computed) },
  });
}

/** One digest for so many bytes: next to the 64 exchanges that read them it costs nothing. */
const SLOW_PART_BYTES = 4096;
const SLOW_PART_ATTEMPTS = 4;

/** The ROM's answers carry no checksum, so each part is compared with its digest, and read again where they differ. */
class SlowReader implements PieceReader {
  readonly #target: ReadTarget;
  #done: number;

  constructor(target: ReadTarget) {
    this.#target = target;
    this.#done = target.doneBytes;
  }

  async next(): Promise<FlashPiece | null> {
    const { session, address, sizeBytes, onRead } = this.#target;
    const offset = this.#done;
    if (offset >= sizeBytes) return null;
    const data = new Uint8Array(Math.min(SLOW_PART_BYTES, sizeBytes - offset));
    for (let attempt = 1; ; attempt++) {
      await readSlowPart(session, address + offset, data, (done) => onRead(offset + done));
      if (session.traits.md5Reply === null) break;
      const stated = await flashDigest(session, address + offset, data.length);
      const computed = md5(data);
      if (equalBytes(stated, computed)) break;
      if (attempt === SLOW_PART_ATTEMPTS) throw readCorrupt(address + offset, data.length, { stated, computed });
    }
    this.#done += data.length;
    return { data, offset };
  }
}

async function readSlowPart(
  session: LiveSession,
  address: number,
  part: Uint8Array<ArrayBuffer>,
  onRead: (done: number) => void,
): Promise<void> {
  for (let done = 0; done < part.length; done += READ_FLASH_SLOW_LENGTH) {
    throwIfAborted(session.link.signal);
    const sizeBytes = Math.min(READ_FLASH_SLOW_LENGTH, part.length - done);
    const bytes = await repeatable(session, () =>
      session.link.exchange(READ_FLASH_SLOW, { address: address + done, sizeBytes }),
    );
    part.set(bytes.subarray(0, sizeBytes), done);
    onRead(done + sizeBytes);
  }
}
