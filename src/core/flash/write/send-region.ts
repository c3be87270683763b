import { throwIfAborted } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import {
  FLASH_BEGIN,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  FLASH_DEFL_END,
  FLASH_END,
} from "../../wire/commands.ts";
import { beginSize } from "../erase/erase-size.ts";
import { eraseTimeMs, writeTimeMs } from "../erase/work-time.ts";
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

/**
 * Sends one region, every command exactly once: what to do about a lost answer is for the caller, because a stub
 * appends a repeated block instead of recognising it (fact sheet 3.5). `onSent` is told, before each block, how many
 * bytes of the region the chip has if that block arrives.
 */
export async function sendRegion(session: LiveSession, region: Region, onSent: (bytes: number) => void): Promise<void> {
  const { link, traits, limits } = session;
  const { encoded } = region;
  await begin(session, region);
  const data = encoded.compressed ? FLASH_DEFL_DATA : FLASH_DATA;
  let sent = 0;
  let previousBytes = 0;
  for (const [sequence, block] of encoded.blocks.entries()) {
    throwIfAborted(link.signal);
    onSent(sent + block.uncompressedBytes);
    // A stub acknowledges before it writes, so what it still has to finish is the block before (fact sheet 3.6).
    const uncompressedBytes = traits.acksBeforeWrite ? previousBytes : block.uncompressedBytes;
    // The rest of this block's work is done after the answer, where it comes first.
    await link.exchange(
      data,
      { sequence, block: block.bytes },
      {
        timeoutMs: writeTimeMs(limits, uncompressedBytes),
        busyAfterMs: traits.acksBeforeWrite ? writeTimeMs(limits, block.uncompressedBytes) : 0,
      },
    );
    sent += block.uncompressedBytes;
    previousBytes = block.uncompressedBytes;
  }
  if (!traits.needsFinish) return;
  const timeoutMs = writeTimeMs(limits, previousBytes);
  await link.exchange(encoded.compressed ? FLASH_DEFL_END : FLASH_END, { stay: STAY }, { timeoutMs });
}

async function begin(session: LiveSession, { address, sizeBytes, encoded, encrypted }: Region): Promise<void> {
  const { link, traits, limits, emit } = session;
  const { compressed, blocks, blockSize } = encoded;
  const request = {
    sizeBytes: beginSize(traits, { address, sizeBytes, compressed }),
    blocks: blocks.length,
    blockSize,
    address,
    ...(traits.sendsEncryptedWord ? { encrypted: encrypted ? 1 : 0 } : {}),
  };
  const command = compressed ? FLASH_DEFL_BEGIN : FLASH_BEGIN;
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
