// Shelf: reading, and comparing by the chip's own digests.
// In: a session and a range, or a file and its address.
// Out: bytes that are proved, or where they differ.

import { type Check, optional } from "../../check/check.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { checkBoolean, checkName } from "../../check/values.ts";
import { flashSizeName } from "../../chip/flash-size.ts";
import { type AbortSignalLike, EspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { attachFlash } from "../setup/attach.ts";
import { SPI_OPTIONS } from "../setup/check-options.ts";
import { configureFlash, type FlashGeometry, reachesBeyond16MiB } from "../setup/configure-flash.ts";
import { notePace, waits } from "../setup/flash-memo.ts";
import { makeLineFast } from "../setup/line-rate.ts";
import { checkRange, type FlashRange, resolveRange } from "../setup/range.ts";
import { checkContents, contentsOf, type FlashContents } from "./flash-contents.ts";
import { type PieceReader, pieceReader, type RangeToRead } from "./piece-reader.ts";
import { skippingReader } from "./skipping-reader.ts";

export interface ReadFlashOptions {
  /** A size by name, `keep` or `detect`; default `keep`. */
  readonly flashSize?: string | undefined;
  readonly spiConnection?: string | undefined;
  /**
   * Ask the chip for digests and do not transfer what is blank, or as in `known`; what is read is the same. Questions that
   * save nothing cost 2 % of the time at most. Default true, where the loader has digests.
   */
  readonly skip?: boolean | undefined;
  /**
   * What was read of the same range before, from its start, or what gives it: so that not all of it need be in memory. May be
   * shorter, and need not be right.
   */
  readonly known?: Uint8Array | FlashContents | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface ReadFlashResult {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly address: number;
  readonly elapsedMs: number;
}

export const READ_OPTIONS: Shape<ReadFlashOptions> = {
  ...SPI_OPTIONS,
  flashSize: optional(checkName),
  skip: optional(checkBoolean),
  known: optional(checkContents),
};
export const checkReadOptions: Check<ReadFlashOptions> = shape(READ_OPTIONS);

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
    const { address, sizeBytes } = await prepareReading(live, asked, wanted);
    await makeLineFast(live, sizeBytes);
    const elapsed = stopwatch(live);
    const data = await readAll(rangeReader(live, { address, sizeBytes, doneBytes: 0 }, wanted), sizeBytes);
    const elapsedMs = elapsed();
    live.emit({ type: "read.done", address, sizeBytes, elapsedMs });
    return { data, address, elapsedMs };
  });
}

/** The reader of what is missing of a range, as the options want it. */
export function rangeReader(
  session: LiveSession,
  range: RangeToRead,
  { skip = true, known = new Uint8Array(0) }: ReadFlashOptions,
): PieceReader {
  return skippingReader(session, range, { skip, known: contentsOf(known) });
}

/** The flash attached, and the range as it is on this flash. */
export async function prepareReading(
  session: LiveSession,
  asked: FlashRange,
  { spiConnection, flashSize }: ReadFlashOptions,
): Promise<{ readonly address: number; readonly sizeBytes: number }> {
  requireReadable(session);
  const elapsed = stopwatch(session);
  const before = waits(session);
  await attachFlash(session, spiConnection);
  const geometry = await configureFlash(session, flashSize ?? "keep");
  const range = resolveRange(asked, {
    flashBytes: geometry.detectedBytes ?? geometry.limitBytes,
    reachesBeyond16MiB: reachesBeyond16MiB(session),
  });
  notePace(session, waits(session) - before, elapsed());
  tellEnd(session, asked, geometry);
  return range;
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
  return await readAll(pieceReader(session, { address, sizeBytes, doneBytes: 0 }), sizeBytes);
}

async function readAll(reader: PieceReader, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(sizeBytes);
  for (let piece = await reader.next(); piece !== null; piece = await reader.next()) data.set(piece.data, piece.offset);
  return data;
}
