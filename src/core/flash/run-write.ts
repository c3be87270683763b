import { EspError, isEspError, toEspError } from "../errors.ts";
import { isLineError, resynchronise } from "../session/resynchronise.ts";
import type { Session } from "../session/session.ts";
import { type EncodedData, encodeBlocks } from "./encode-blocks.ts";
import { findGoodPrefix } from "./flash-digest.ts";
import { SECTOR_BYTES } from "./sectors.ts";
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

/**
 * Writes one piece of flash. When an answer is lost, nothing is sent twice: stubs acknowledge before they write and do
 * not recognise a repeated block. Instead both sides synchronise, the loader's own digests tell how much is in flash,
 * and a new write begins there.
 *
 * Returns when the loader has acknowledged everything; whether flash holds it is for the caller to verify.
 * Throws `flash.write-failed`, `link.desynchronised`, `port.*`, `operation.aborted`.
 */
export async function runWrite(session: Session, job: WriteJob): Promise<void> {
  const { address, data, name } = job;
  const total = data.length;
  let good = 0;
  let futile = 0;
  let cautious = false;
  while (good < total) {
    const end = cautious ? Math.min(total, good + CAUTIOUS_REGION_BYTES - ((address + good) % SECTOR_BYTES)) : total;
    const encoded = cautious ? encodeAgain(session, job, good, end) : job.encoded;
    let reached = good;
    const onSent = (bytes: number): void => {
      session.emit({ type: "progress", phase: "write", done: reached, total, address: address + reached, file: name });
      reached = good + bytes;
    };
    try {
      await sendRegion(session, { address: address + good, sizeBytes: end - good, encoded }, onSent);
      good = end;
      futile = 0;
    } catch (error) {
      if (!isRecoverable(error)) throw error;
      const found = await goodAfterTrouble(session, job, { knownGood: good, reached });
      futile = found > good ? 0 : futile + 1;
      if (futile > FUTILE_RESUMPTIONS) throw writeFailed(job, found, error);
      good = found;
      cautious = true;
      const reason = toEspError(error).message;
      session.emit({ type: "write.resumed", address: address + good, goodBytes: good, reason });
    }
  }
  session.emit({ type: "progress", phase: "write", done: total, total, address: address + total, file: name });
}

function encodeAgain(session: Session, job: WriteJob, from: number, to: number): EncodedData {
  return encodeBlocks(job.data.subarray(from, to), {
    compress: job.encoded.compressed,
    blockSize: session.traits.flashBlockSize,
  });
}

/**
 * How much is in flash, as far as can be found out now: a loader without digests cannot say, and on a very bad line
 * even asking may fail. What was known before still holds then.
 */
async function goodAfterTrouble(
  session: Session,
  job: WriteJob,
  progress: { readonly knownGood: number; readonly reached: number },
): Promise<number> {
  try {
    await resynchronise(session);
    return session.traits.md5Reply === null ? progress.knownGood : await findGoodPrefix(session, job, progress);
  } catch (error) {
    if (!isRecoverable(error)) throw error;
    return progress.knownGood;
  }
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
