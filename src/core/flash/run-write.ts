import { EspError, isEspError, toEspError } from "../errors.ts";
import { isLineError, resynchronise } from "../session/resynchronise.ts";
import type { Session } from "../session/session.ts";
import { type EncodedData, encodeBlocks } from "./encode-blocks.ts";
import { findGoodPrefix } from "./flash-digest.ts";
import { SECTOR_BYTES, sectorStart } from "./sectors.ts";
import { sendRegion } from "./send-region.ts";

/** One contiguous piece of flash that shall hold `data`. */
export interface WriteJob {
  readonly address: number;
  readonly data: Uint8Array;
  /** All of `data`, encoded. */
  readonly encoded: EncodedData;
  /** For events. */
  readonly name: string;
}

/** So often a write may be resumed without having got any further. */
const FUTILE_RESUMPTIONS = 4;
/**
 * After the first trouble the rest goes in regions of this size: on a bad line less is lost each time, and encoding
 * the rest anew each time does not add up to quadratic work.
 */
const CAUTIOUS_REGION_BYTES = 1024 * 1024;
/** Trouble makes blocks smaller by this factor, a region without trouble larger again. */
const BLOCK_FACTOR = 4;
/** What ROM loaders take; a line that does not let this through is beyond help. */
const SMALLEST_BLOCK = 0x400;

/**
 * Writes one piece of flash. When an answer is lost, nothing is sent twice: stubs acknowledge before they write and do
 * not recognise a repeated block. Instead both sides synchronise, the loader's own digests tell how much is in flash,
 * and a new write begins there.
 *
 * Returns when the loader has acknowledged everything; whether flash holds it is for the caller to verify.
 * Throws `flash.write-failed`, `link.desynchronised`, `port.*`, `operation.aborted`.
 */
export async function runWrite(session: Session, job: WriteJob): Promise<void> {
  const { data, address } = job;
  const total = data.length;
  const largestBlock = session.traits.flashBlockSize;
  let blockSize = largestBlock;
  let good = 0;
  let futile = 0;
  let cautious = false;
  while (good < total) {
    const region = cautious ? nextRegion(job, good, blockSize) : { end: total, encoded: job.encoded };
    const sent = { acknowledged: good, reached: good };
    try {
      await sendRegion(
        session,
        { address: address + good, sizeBytes: region.end - good, encoded: region.encoded },
        (bytes) => {
          sent.acknowledged = sent.reached;
          sent.reached = good + bytes;
          report(session, job, sent.acknowledged);
        },
      );
      good = region.end;
      futile = 0;
      blockSize = Math.min(largestBlock, blockSize * BLOCK_FACTOR);
    } catch (error) {
      if (!isRecoverable(error)) throw error;
      const found = await goodAfterTrouble(session, job, { knownGood: good, ...sent });
      futile = found > good ? 0 : futile + 1;
      if (futile > FUTILE_RESUMPTIONS) throw writeFailed(job, found, error);
      good = found;
      cautious = true;
      blockSize = Math.max(SMALLEST_BLOCK, blockSize / BLOCK_FACTOR);
      const reason = toEspError(error).message;
      session.emit({ type: "write.resumed", address: address + good, goodBytes: good, reason });
    }
  }
  report(session, job, total);
}

function report(session: Session, { address, data, name }: WriteJob, done: number): void {
  session.emit({
    type: "progress",
    phase: "write",
    done,
    total: data.length,
    address: address + done,
    file: name,
  });
}

/** The next part of a write that had trouble: it ends with a sector, so that the one after it destroys nothing. */
function nextRegion(
  { address, data, encoded }: WriteJob,
  start: number,
  blockSize: number,
): { readonly end: number; readonly encoded: EncodedData } {
  const end = Math.min(data.length, start + CAUTIOUS_REGION_BYTES - ((address + start) % SECTOR_BYTES));
  return {
    end,
    encoded: encodeBlocks(data.subarray(start, end), { compress: encoded.compressed, blockSize }),
  };
}

interface Sent {
  readonly knownGood: number;
  /** Bytes in the blocks that were answered. */
  readonly acknowledged: number;
  /** The same with the block whose answer is missing. */
  readonly reached: number;
}

/**
 * How much is in flash. The loader's digests tell; on a very bad line even asking may fail, and what was known before
 * still holds. A loader without digests is taken at its word where an answer means that the block is in flash.
 */
async function goodAfterTrouble(session: Session, job: WriteJob, sent: Sent): Promise<number> {
  const { traits } = session;
  try {
    await resynchronise(session);
    if (traits.md5Reply !== null) return await findGoodPrefix(session, job, sent);
    return traits.acksBeforeWrite ? sent.knownGood : Math.max(sent.knownGood, wholeSectors(job, sent.acknowledged));
  } catch (error) {
    if (!isRecoverable(error)) throw error;
    return sent.knownGood;
  }
}

function wholeSectors({ address }: WriteJob, bytes: number): number {
  return Math.max(0, sectorStart(address + bytes) - address);
}

/**
 * Lost and garbled answers, and every refusal: a stub reports the failure of a block in its answer to the next
 * command, and a request may be garbled into one that is not allowed.
 */
function isRecoverable(error: unknown): boolean {
  return isLineError(error) || isEspError(error, "link.status") || isEspError(error, "link.unsupported-command");
}

function writeFailed({ address, name }: WriteJob, goodBytes: number, cause: unknown): EspError {
  return new EspError("flash.write-failed", `Writing '${name}' failed: ${toEspError(cause).message}`, {
    hint: "Check cable and power supply, try a lower baud rate; a write-protected or broken flash also shows like this.",
    details: { file: name, address: address + goodBytes, goodBytes },
    cause,
  });
}
