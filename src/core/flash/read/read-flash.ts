// Shelf: reading, and comparing by the chip's own digests.
// In: a session and a range, or a file and its address.
// Out: bytes that are proved, or where they differ.

import { md5 } from "../../bytes/digests.ts";
import { toHex } from "../../bytes/hex.ts";
import { equalBytes } from "../../bytes/words.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkName } from "../../check/values.ts";
import { flashSizeName } from "../../chip/flash-size.ts";
import { type AbortSignalLike, EspError, isEspError, throwIfAborted } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { isLineError, repeatable, resynchronise } from "../../session/talk/resynchronise.ts";
import { READ_FLASH, READ_FLASH_SLOW, READ_FLASH_SLOW_LENGTH } from "../../wire/commands.ts";
import { attachFlash } from "../setup/attach.ts";
import { SPI_OPTIONS } from "../setup/check-options.ts";
import { configureFlash, type FlashGeometry, reachesBeyond16MiB } from "../setup/configure-flash.ts";
import { checkRange, type FlashRange, resolveRange } from "../setup/range.ts";
import { findGoodPrefix, flashDigest } from "./flash-digest.ts";
import { receiveFrames } from "./receive-frames.ts";

export interface ReadFlashOptions {
  /** A size by name, `keep` or `detect`; default `keep`. */
  readonly flashSize?: string | undefined;
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface ReadFlashResult {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly address: number;
  readonly elapsedMs: number;
}

const checkReadOptions: Check<ReadFlashOptions> = shape<ReadFlashOptions>({
  ...SPI_OPTIONS,
  flashSize: optional(checkName),
});

/**
 * Reads a range of flash. Each part is checked by its digest and read again when it is not right.
 * Throws `flash.out-of-range`, `flash.unknown-size`, `flash.read-corrupt`, `stub.required` (the ESP8266's ROM cannot
 * read flash), `chip.secure-download`, `link.*`, `port.*`, `operation.aborted`.
 */
export async function readFlash(
  session: Session,
  range: FlashRange,
  options: ReadFlashOptions = {},
): Promise<ReadFlashResult> {
  const live = checkSession(session, "session");
  const asked = checkRange(range, "range");
  const wanted = checkReadOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    requireReadable(live);
    await attachFlash(live, wanted.spiConnection);
    const geometry = await configureFlash(live, wanted.flashSize ?? "keep");
    const { address, sizeBytes } = resolveRange(asked, {
      flashBytes: geometry.detectedBytes ?? geometry.limitBytes,
      reachesBeyond16MiB: reachesBeyond16MiB(live),
    });
    tellEnd(live, asked, geometry);
    const elapsed = stopwatch(live);
    const data = await readRange(live, address, sizeBytes);
    const elapsedMs = elapsed();
    live.emit({ type: "read.done", address, sizeBytes, elapsedMs });
    return { data, address, elapsedMs };
  });
}

/** Whoever reads "all" is told how much that is. */
function tellEnd(session: LiveSession, { sizeBytes }: FlashRange, { detectedBytes }: FlashGeometry): void {
  const name = sizeBytes === "all" && detectedBytes !== null ? flashSizeName(detectedBytes) : null;
  if (name !== null && detectedBytes !== null)
    session.emit({ type: "flash.size-detected", sizeBytes: detectedBytes, name });
}

/** The errors of a loader that cannot read flash. */
export function requireReadable({ traits, chip, secureDownload }: LiveSession): void {
  if (traits.canReadFast || traits.canReadSlow) return;
  if (secureDownload)
    throw new EspError("chip.secure-download", "Flash cannot be read in Secure Download Mode.", {
      hint: "This mode is burned into the chip; flash can only be written and erased.",
    });
  throw new EspError("stub.required", `The ROM loader of the ${chip.name} cannot read flash.`, {
    hint: "Use the stub.",
  });
}

/** Flash contents, with progress events. The flash is attached already. */
export async function readRange(
  session: LiveSession,
  address: number,
  sizeBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
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
  session: LiveSession,
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
async function keptAfterTrouble(session: LiveSession, address: number, data: Uint8Array): Promise<number> {
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

/** One READ_FLASH. */
async function readPart(
  session: LiveSession,
  address: number,
  part: Uint8Array,
  onRead: (done: number) => void,
): Promise<void> {
  const stated = await receiveFrames(session, { command: READ_FLASH, address, part, onRead });
  const computed = md5(part);
  if (equalBytes(stated, computed)) return;
  throw readCorrupt(address, part.length, { stated, computed });
}

interface Digests {
  readonly stated: Uint8Array;
  readonly computed: Uint8Array;
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
async function readSlow(
  session: LiveSession,
  address: number,
  data: Uint8Array,
  onRead: (done: number) => void,
): Promise<void> {
  for (let start = 0; start < data.length; start += SLOW_PART_BYTES) {
    const part = data.subarray(start, start + SLOW_PART_BYTES);
    for (let attempt = 1; ; attempt++) {
      await readSlowPart(session, address + start, part, (done) => onRead(start + done));
      if (session.traits.md5Reply === null) break;
      const stated = await flashDigest(session, address + start, part.length);
      const computed = md5(part);
      if (equalBytes(stated, computed)) break;
      if (attempt === SLOW_PART_ATTEMPTS) throw readCorrupt(address + start, part.length, { stated, computed });
    }
  }
}

async function readSlowPart(
  session: LiveSession,
  address: number,
  part: Uint8Array,
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
