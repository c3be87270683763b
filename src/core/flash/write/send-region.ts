import { isEspError, throwIfAborted } from "../../errors.ts";
import { Ahead } from "../../link/ahead.ts";
import type { LiveSession } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import {
  type DataRequest,
  FLASH_BEGIN,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  FLASH_DEFL_END,
  FLASH_END,
  type FlashBeginRequest,
} from "../../wire/commands.ts";
import { DAMAGED_REASONS } from "../../wire/status.ts";
import { beginSize } from "../erase/erase-size.ts";
import { eraseTimeMs, writeTimeMs } from "../erase/work-time.ts";
import { asksAhead } from "../setup/ask-both.ts";
import { afterTaken, afterTrouble, answerMs, type BlockPace, mayRepeat, partEnd } from "../setup/block-pace.ts";
import type { EncodedData } from "./encode-blocks.ts";

/** One BEGIN, its blocks, one END. */
export interface Region {
  readonly address: number;
  /** Bytes of flash contents. */
  readonly sizeBytes: number;
  readonly encoded: EncodedData;
  /** The loader encrypts what it writes; only where `traits.canEncryptedWrite`. */
  readonly encrypted: boolean;
}

const STAY = 1;

/** Who sends regions, one after the other, over a line that may be bad. */
export interface Sender {
  /** As the blocks before have shown the line; kept up to date. */
  pace: BlockPace;
  /** Told, before each block, how many bytes of the region the chip has if that block arrives. */
  readonly onSent: (bytes: number) => void;
  /** A block came damaged and was refused. False: it is not to be sent again now. */
  readonly onRefused: () => boolean;
}

/**
 * Sends one region. Nothing whose answer is lost is sent again: what to do then is for the caller, because a stub appends a
 * repeated block instead of recognising it (fact sheet 3.5). A block that a stub refuses as damaged is sent again, in
 * smaller parts: it looks at length and checksum before it does anything with a block (fact sheet stub, section 2).
 */
export async function sendRegion(session: LiveSession, region: Region, sender: Sender): Promise<void> {
  const { link, traits, limits } = session;
  const { encoded } = region;
  // Where there was no trouble, nothing stands half done that a first block without its BEGIN could go into.
  const isAhead = !traits.erasesOnBegin && !sender.pace.hadTrouble && asksAhead(session);
  let ahead: Ahead | null = isAhead ? new Ahead(link) : null;
  if (ahead === null) await begin(session, region);
  else await ahead.ask(...beginning(session, region), () => {});
  const command = encoded.compressed ? FLASH_DEFL_DATA : FLASH_DATA;
  let sequence = 0;
  let sent = 0;
  let previousBytes = 0;
  for (const block of encoded.blocks) {
    sender.onSent(sent + block.uncompressedBytes);
    for (let start = 0; start < block.bytes.length; ) {
      throwIfAborted(link.signal);
      const end = traits.acksBeforeWrite ? partEnd(sender.pace, start, block.bytes.length) : block.bytes.length;
      // A stub acknowledges before it writes, so what it still has to finish is what came before (fact sheet 3.6).
      const uncompressedBytes = traits.acksBeforeWrite && start === 0 ? previousBytes : block.uncompressedBytes;
      const part = { sequence, block: block.bytes.subarray(start, end) };
      const isTaken = await sendBlock(session, sender, {
        ahead,
        command,
        part,
        timeoutMs: writeTimeMs(limits, uncompressedBytes),
        // The rest of this block's work is done after the answer, where it comes first.
        busyAfterMs: traits.acksBeforeWrite ? writeTimeMs(limits, block.uncompressedBytes) : 0,
        // Nothing proves what is encrypted, so a garbled answer must not make it be sent twice.
        repeats: traits.acksBeforeWrite && !region.encrypted,
      });
      ahead = null;
      if (!isTaken) continue;
      start = end;
      sequence++;
    }
    sent += block.uncompressedBytes;
    previousBytes = block.uncompressedBytes;
  }
  if (!traits.needsFinish) return;
  const timeoutMs = answerMs(sender.pace, writeTimeMs(limits, previousBytes));
  await link.exchange(encoded.compressed ? FLASH_DEFL_END : FLASH_END, { stay: STAY }, { timeoutMs });
}

interface Sending {
  /** Of BEGIN, whose answer has not been waited for yet. */
  readonly ahead: Ahead | null;
  readonly command: typeof FLASH_DATA;
  readonly part: DataRequest;
  readonly timeoutMs: number;
  readonly busyAfterMs: number;
  /** A block that is refused as damaged may be sent again. */
  readonly repeats: boolean;
}

/** False when it was refused as damaged, and is to be sent again. */
async function sendBlock(session: LiveSession, sender: Sender, sending: Sending): Promise<boolean> {
  const { link, traits } = session;
  const { ahead, command, part, busyAfterMs, repeats } = sending;
  const elapsed = stopwatch(session);
  // If an answer is lost the chip may be at work on the block all the same, as `exchange` says of its own.
  const mayBeBusy = (): void => {
    if (ahead !== null) link.outstandingMs = sending.timeoutMs + busyAfterMs;
  };
  try {
    await ahead?.ask(command, part, () => {});
    await ahead?.next();
  } catch (error) {
    sender.pace = { ...sender.pace, hadTrouble: true };
    mayBeBusy();
    throw error;
  }
  try {
    if (ahead !== null) await ahead.next();
    else await link.exchange(command, part, { timeoutMs: answerMs(sender.pace, sending.timeoutMs), busyAfterMs });
  } catch (error) {
    sender.pace = afterTrouble(sender.pace);
    mayBeBusy();
    if (!repeats || !isDamagedBlock(error) || !mayRepeat(sender.pace) || !sender.onRefused()) throw error;
    // All that was asked is answered.
    link.suspect = false;
    return false;
  }
  const tookMs = Math.max(0, elapsed() - link.lineMs(part.block.length));
  link.outstandingMs = busyAfterMs;
  sender.pace = afterTaken(sender.pace, traits.flashBlockSize, tookMs);
  return true;
}

/** Length or checksum were wrong: the stub has done nothing with it (fact sheet 3.5). */
function isDamagedBlock(error: unknown): boolean {
  return isEspError(error, "link.status") && DAMAGED_REASONS.has(Number(error.details["status"]));
}

type Beginning = readonly [command: typeof FLASH_BEGIN, request: FlashBeginRequest];

function beginning({ traits }: LiveSession, { address, sizeBytes, encoded, encrypted }: Region): Beginning {
  const { compressed, blocks, blockSize } = encoded;
  const request = {
    sizeBytes: beginSize(traits, { address, sizeBytes, compressed }),
    blocks: blocks.length,
    blockSize,
    address,
    ...(traits.sendsEncryptedWord ? { encrypted: encrypted ? 1 : 0 } : {}),
  };
  return [compressed ? FLASH_DEFL_BEGIN : FLASH_BEGIN, request];
}

async function begin(session: LiveSession, region: Region): Promise<void> {
  const { link, traits, limits, emit } = session;
  const { address, sizeBytes } = region;
  const [command, request] = beginning(session, region);
  if (!traits.erasesOnBegin) {
    await link.exchange(command, request);
    return;
  }
  const elapsed = stopwatch(session);
  // From the true size: the corrected size for the ESP8266 is about half of what is erased.
  const timeoutMs = eraseTimeMs(limits, { address, sizeBytes: Math.max(sizeBytes, request.sizeBytes) });
  emit({ type: "write.erasing", estimatedMs: timeoutMs });
  await link.exchange(command, request, { timeoutMs });
  emit({ type: "write.erased", elapsedMs: elapsed() });
}
