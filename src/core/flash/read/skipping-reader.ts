import type { LiveSession } from "../../session/session.ts";
import { READ_FLASH_SLOW_LENGTH } from "../../wire/commands.ts";
import { ASSUMED_EXCHANGE_MS, flashMemo } from "../setup/flash-memo.ts";
import { askFlash } from "../skip/ask-flash.ts";
import { type Pace, READING } from "../skip/costs.ts";
import { type FlashContents, takeContents } from "./flash-contents.ts";
import { type FlashPiece, type PieceReader, pieceReader, type RangeToRead, readTeller } from "./piece-reader.ts";
import { planReading, type ReadStep } from "./plan-reading.ts";

/** So much is asked about at a time: what is read may be large, and its first piece is wanted soon. */
const WINDOW_BYTES = 0x100000;
/** Of the time that reading everything takes, so much may be lost by asking. */
const ALLOWED_SHARE = 0.02;
/** Of a chip's own USB, which has no baud rate (full speed). */
const USB_MS_PER_BYTE = 1 / 700;

interface Target extends RangeToRead {
  readonly session: LiveSession;
  /** What the range held before. */
  readonly known: FlashContents;
}

/** What is being handed out: the bytes that are expected, and what of them has to be read. */
interface Window {
  readonly expected: Uint8Array;
  readonly steps: ReadStep[];
}

/**
 * A range of flash, of which the chip is asked what need not be transferred: what is blank, and what is as it was before.
 * Nothing is believed but equal digests, so a garbled answer costs a transfer and leaves nothing wrong.
 */
export function skippingReader(
  session: LiveSession,
  range: RangeToRead,
  { skip, known }: { readonly skip: boolean; readonly known: FlashContents },
): PieceReader {
  if (!skip || session.traits.md5Reply === null) return pieceReader(session, range);
  return new SkippingReader({ session, ...range, known });
}

class SkippingReader implements PieceReader {
  readonly #target: Target;
  readonly #onRead: (done: number) => void;
  #window: Window = { expected: new Uint8Array(0), steps: [] };
  #reader: PieceReader | null = null;
  #done: number;
  #blankBytes = 0;
  #knownBytes = 0;
  #questions = 0;

  constructor(target: Target) {
    this.#target = target;
    this.#done = target.doneBytes;
    this.#onRead = readTeller(target.session, target);
  }

  async next(): Promise<FlashPiece | null> {
    while (this.#done < this.#target.sizeBytes) {
      const piece = (await this.#reader?.next()) ?? null;
      if (piece !== null) return this.#give(piece.data);
      this.#reader = null;
      const step = this.#window.steps.shift();
      if (step === undefined) this.#window = await this.#ask();
      else if (step.do === "read") this.#read(step.sizeBytes);
      else return this.#skip(step);
    }
    return null;
  }

  #give(data: Uint8Array<ArrayBuffer>): FlashPiece {
    const offset = this.#done;
    this.#done += data.length;
    if (this.#done === this.#target.sizeBytes) this.#tell();
    return { data, offset };
  }

  #tell(): void {
    const { emit } = this.#target.session;
    const [blankBytes, knownBytes, questions] = [this.#blankBytes, this.#knownBytes, this.#questions];
    if (questions > 0) emit({ type: "read.skipped", blankBytes, knownBytes, questions });
  }

  #read(sizeBytes: number): void {
    const { session, address } = this.#target;
    const start = this.#done;
    const part = { address: address + start, sizeBytes, doneBytes: 0 };
    this.#reader = pieceReader(session, part, (done) => this.#onRead(start + done));
  }

  #skip({ offset, sizeBytes }: ReadStep): FlashPiece {
    const data = new Uint8Array(this.#window.expected.subarray(offset, offset + sizeBytes));
    if (data.every((byte) => byte === 0xff)) this.#blankBytes += sizeBytes;
    else this.#knownBytes += sizeBytes;
    this.#onRead(this.#done + sizeBytes);
    return this.#give(data);
  }

  /** What the chip's digests say of the next part of the range. */
  async #ask(): Promise<Window> {
    const { session, address, known } = this.#target;
    const offset = this.#done;
    const start = address + offset;
    const end = Math.min(address + this.#target.sizeBytes, (Math.floor(start / WINDOW_BYTES) + 1) * WINDOW_BYTES);
    const expected = new Uint8Array(end - start).fill(0xff);
    expected.set(await takeContents(known, offset, expected.length));
    const pace = readingPace(session);
    const allowanceMs = ALLOWED_SHARE * pace.lineMsPerByte * expected.length;
    const found = await askFlash(session, { address: start, data: expected }, { ...pace, allowanceMs });
    this.#questions += found.questions;
    for (const part of found.erased) expected.fill(0xff, part.offset, part.offset + part.sizeBytes);
    return { expected, steps: planReading(expected.length, found.parts) };
  }
}

function readingPace(session: LiveSession): Pace {
  const { link, usbMode, traits } = session;
  const exchangeMs = flashMemo(session).exchangeMs ?? ASSUMED_EXCHANGE_MS;
  const lineMs = usbMode === "uart" ? link.lineMs(1) : USB_MS_PER_BYTE;
  // The ROM gives a few bytes in each exchange.
  const slowMs = traits.canReadFast ? 0 : exchangeMs / READ_FLASH_SLOW_LENGTH;
  return { exchangeMs, lineMsPerByte: lineMs + slowMs, work: READING };
}
