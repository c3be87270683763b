import type { Compressor } from "../../bytes/deflate.ts";
import { EspError, isEspError, toEspError } from "../../errors.ts";
import type { RateVerdict } from "../../session/climb/judge-trouble.ts";
import type { LiveSession } from "../../session/session.ts";
import type { ProgressTeller } from "../../session/talk/progress.ts";
import { isLineError, resynchronise } from "../../session/talk/resynchronise.ts";
import { findGoodPrefix } from "../flash-digest.ts";
import { SECTOR_BYTES, sectorStart } from "../sectors.ts";
import { newPace } from "../setup/block-pace.ts";
import { judgeLine, settleRate } from "../setup/line-rate.ts";
import { type EncodedData, encodeBlocks } from "./encode-blocks.ts";
import { type Sender, sendRegion } from "./send-region.ts";

/** One contiguous piece of flash that shall hold `data`. */
export interface WriteJob {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** All of `data`, encoded. */
  readonly encoded: EncodedData;
  /** For the rest of it, after trouble. */
  readonly compressor: Compressor | null;
  /** For errors. */
  readonly name: string;
  /** The loader encrypts it. */
  readonly encrypted: boolean;
  readonly tell: ProgressTeller;
}

/**
 * What is known of a write while it runs, in bytes from its start. Whoever keeps it can have a write go on that was broken
 * off by the loss of the port.
 */
export interface WriteProgress {
  /** In flash. */
  good: number;
  /** In the blocks that were answered. */
  acknowledged: number;
  /** The same with the block whose answer is missing. */
  reached: number;
}

export function newProgress(): WriteProgress {
  return { good: 0, acknowledged: 0, reached: 0 };
}

/** So often a write may be resumed without having got any further. */
const FUTILE_RESUMPTIONS = 6;
/** What the flash chip refuses counts so many times: the line was clean then, and nothing else will be different. */
const FUTILE_ON_FLASH = 4;
/**
 * After the first trouble the rest goes in regions of this size, smaller after each further trouble, larger after each that
 * went well: on a bad line less is lost each time, and encoding the rest anew each time does not add up to quadratic work.
 * The smallest counts: a stub writes what it inflates in pieces of 32 KB, or when a region ends (fact sheet stub, section
 * 3), so on a line that seldom carries as much without a fault nothing larger would ever get into flash.
 */
const CAUTIOUS_REGION = { first: 0x1_0000, smallest: SECTOR_BYTES, largest: 0x10_0000, shrinks: 4, grows: 2 } as const;

/**
 * Writes one piece of flash. When an answer is lost, nothing is sent twice: stubs acknowledge before they write and do
 * not recognise a repeated block. Instead both sides synchronise, the loader's own digests tell how much is in flash,
 * and a new write begins there. Only a block that a stub refuses as damaged is sent again at once.
 *
 * Returns when the loader has acknowledged everything; whether flash holds it is for the caller to verify.
 * Throws `flash.write-failed`, `link.desynchronised`, `port.*`, `operation.aborted`.
 */
export async function runWrite(
  session: LiveSession,
  job: WriteJob,
  progress: WriteProgress = newProgress(),
): Promise<void> {
  const { data, address, encrypted } = job;
  const total = data.length;
  let verdict: RateVerdict | null = null;
  const sender: Sender = {
    pace: newPace(session.traits.flashBlockSize),
    onSent: (bytes) => {
      progress.acknowledged = progress.reached;
      progress.reached = progress.good + bytes;
      job.tell(progress.acknowledged, address + progress.acknowledged);
    },
    // To change the rate, both sides have to be in step.
    onRefused: () => {
      const found = judgeLine(session, false);
      if (found !== "stay") verdict = found;
      else repeats++;
      return found === "stay";
    },
  };
  let repeats = 0;
  let futile = 0;
  let regionBytes: number = CAUTIOUS_REGION.first;
  let cautious = progress.reached > progress.good;
  if (cautious) await resume(session, job, progress, "the connection was lost.");
  while (progress.good < total) {
    const { good } = progress;
    const region = cautious
      ? nextRegion(job, good, { blockSize: sender.pace.bytes, regionBytes })
      : { end: total, encoded: job.encoded };
    const part = { address: address + good, sizeBytes: region.end - good, encoded: region.encoded, encrypted };
    Object.assign(progress, { acknowledged: good, reached: good });
    verdict = null;
    try {
      await sendRegion(session, part, sender);
      progress.good = region.end;
      futile = 0;
      regionBytes = Math.min(CAUTIOUS_REGION.largest, regionBytes * CAUTIOUS_REGION.grows);
    } catch (error) {
      if (!isRecoverable(error)) throw error;
      await resume(session, job, progress, toEspError(error).message);
      futile = progress.good > good ? 0 : futile + (isOfTheFlash(error) ? FUTILE_ON_FLASH : 1);
      if (futile > FUTILE_RESUMPTIONS) throw writeFailed(job, progress.good, error);
      // Where less at a time may get through yet, the rate is not to blame again.
      const mayShrink = cautious && regionBytes > CAUTIOUS_REGION.smallest;
      if (!isOfTheFlash(error)) await settleRate(session, verdict ?? judgeLine(session, !mayShrink && futile > 1));
      if (cautious) regionBytes = Math.max(CAUTIOUS_REGION.smallest, regionBytes / CAUTIOUS_REGION.shrinks);
      cautious = true;
    }
  }
  job.tell(total, address + total);
  if (repeats > 0) tellRepeats(session, job, repeats);
}

/** It went well, and the user could have it faster. */
function tellRepeats({ emit }: LiveSession, { name }: WriteJob, blocks: number): void {
  emit({
    type: "note",
    code: "write.sent-again",
    message: `The line damaged blocks of '${name}', which were sent again (${blocks} times); another cable may be better.`,
    details: { file: name, blocks },
  });
}

/** Finds out where to go on after trouble. */
async function resume(session: LiveSession, job: WriteJob, progress: WriteProgress, reason: string): Promise<void> {
  progress.good = await goodAfterTrouble(session, job, progress);
  session.emit({ type: "write.resumed", address: job.address + progress.good, goodBytes: progress.good, reason });
}

/** The next part of a write that had trouble: it ends with a sector, so that the one after it destroys nothing. */
function nextRegion(
  { address, data, encoded, compressor }: WriteJob,
  start: number,
  { blockSize, regionBytes }: { readonly blockSize: number; readonly regionBytes: number },
): { readonly end: number; readonly encoded: EncodedData } {
  const end = Math.min(data.length, start + regionBytes - ((address + start) % SECTOR_BYTES));
  return {
    end,
    encoded: encodeBlocks(data.subarray(start, end), {
      compressor: encoded.compressed ? compressor : null,
      blockSize,
    }),
  };
}

/**
 * How much is in flash. The loader's digests tell; on a very bad line even asking may fail, and what was known before
 * still holds. A loader without digests is taken at its word where an answer means that the block is in flash.
 */
async function goodAfterTrouble(session: LiveSession, job: WriteJob, progress: WriteProgress): Promise<number> {
  const { traits } = session;
  const { good, acknowledged, reached } = progress;
  try {
    await resynchronise(session);
    // Nobody can tell how much of encrypted data is in flash: back to the start, or to the end of the last region that
    // the loader finished, erasing what is behind it.
    if (job.encrypted) return good;
    if (traits.md5Reply !== null) return await findGoodPrefix(session, job, { knownGood: good, reached });
    return traits.acksBeforeWrite ? good : Math.max(good, wholeSectors(job, acknowledged));
  } catch (error) {
    if (!isRecoverable(error)) throw error;
    return good;
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

/** Loaders say so of a block that the flash chip did not take (fact sheet 3.2): no rate of the line mends that. */
const STATUS_OF_THE_FLASH: readonly number[] = [0x0108, 0xc400, 0xc500];

function isOfTheFlash(error: unknown): boolean {
  return isEspError(error, "link.status") && STATUS_OF_THE_FLASH.includes(error.details.status);
}

function writeFailed({ address, name }: WriteJob, goodBytes: number, cause: unknown): EspError {
  const why = isOfTheFlash(cause)
    ? {
        hint: "Look at the status of the flash chip, which may be write-protected, and at its supply; a worn one shows like this, too.",
        remedies: ["read-flash-status"] as const,
      }
    : {
        hint: "Check cable and power supply, try a lower baud rate; a write-protected or broken flash also shows like this.",
      };
  return new EspError("flash.write-failed", `Writing '${name}' failed: ${toEspError(cause).message}`, {
    ...why,
    details: { file: name, address: address + goodBytes, goodBytes },
    cause,
  });
}
