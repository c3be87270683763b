import { md5 } from "../../bytes/digests.ts";
import { hexAddress } from "../../bytes/hex.ts";
import { equalBytes } from "../../bytes/words.ts";
import { flashSizeName } from "../../chip/flash-size.ts";
import { EspError, isEspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { flashDigest } from "../flash-digest.ts";
import { pieceReader } from "../read/piece-reader.ts";
import { SECTOR_BYTES } from "../sectors.ts";
import { readJedecWord } from "../setup/jedec-id.ts";
import { readStatus } from "../setup/status.ts";
import { classifyMismatch, type Mismatch } from "./classify-mismatch.ts";

/** What the chip was asked after a failed proof. What could not be asked is null. */
export interface MismatchFacts {
  readonly mismatch: Mismatch | null;
  /** The flash shows the same contents again after so many bytes: that is how large it is. */
  readonly mirroredAtBytes: number | null;
  readonly jedecId: number | null;
  /** The first two status bytes. */
  readonly status: number | null;
}

const SMALLEST_FLASH_BYTES = 256 * 1024;
const LARGEST_FLASH_BYTES = 64 * 1024 * 1024;
/** Block protection of the first status byte (BP0 to BP2 at least, on all makes). */
const PROTECTION_BITS = 0x1c;

/** Looks at the first sector that is not right. A question that fails is left out: the proof has failed already. */
export async function examineMismatch(
  session: LiveSession,
  address: number,
  expected: Uint8Array,
): Promise<MismatchFacts> {
  const sector = expected.subarray(0, SECTOR_BYTES);
  const actual = await attempt(() => readPiece(session, address, sector.length));
  const canAskChip = session.traits.canReadRegisters;
  return {
    mismatch: actual === null ? null : classifyMismatch(sector, actual),
    mirroredAtBytes: actual === null ? null : await attempt(() => mirrorOf(session, address, actual)),
    jedecId: canAskChip ? await attempt(() => readJedecWord(session, true)) : null,
    status: canAskChip ? await attempt(() => readStatus(session, 2)) : null,
  };
}

/** Null for what the loader cannot do or the line did not carry; an aborted or lost connection is told. */
async function attempt<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof EspError) || isEspError(error, "operation.aborted") || isEspError(error, "port.lost"))
      throw error;
    return null;
  }
}

async function readPiece(session: LiveSession, address: number, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  const reader = pieceReader(session, address, sizeBytes);
  for (let piece = await reader.next(); piece !== null; piece = await reader.next())
    bytes.set(piece.data, piece.offset);
  return bytes;
}

/**
 * A flash chip ignores the address bits that it has no use for, so what is behind its end is its beginning once more. Contents that
 * are everywhere the same show nothing.
 */
async function mirrorOf(session: LiveSession, address: number, actual: Uint8Array): Promise<number | null> {
  if (actual.every((byte) => byte === actual[0])) return null;
  const here = md5(actual);
  for (let size = SMALLEST_FLASH_BYTES; size <= LARGEST_FLASH_BYTES && size <= address; size *= 2)
    if (equalBytes(here, await flashDigest(session, address - size, actual.length))) return size;
  return null;
}

/** What the facts mean and what to do, for people. Pure. */
export function wordMismatch(facts: MismatchFacts): { readonly cause: string; readonly hint: string } {
  const { mismatch, mirroredAtBytes, status } = facts;
  if (mirroredAtBytes !== null)
    return {
      cause: `the flash has ${flashSizeName(mirroredAtBytes) ?? `${mirroredAtBytes} bytes`}, and what is behind that lands at its beginning again`,
      hint: "Build the program for that size of flash, or give the size that the chip really has.",
    };
  if (status !== null && (status & PROTECTION_BITS) !== 0 && mismatch?.kind !== "single-bits")
    return {
      cause: `the flash is write-protected (status ${hexAddress(status, 4)})`,
      hint: "Clear the protection bits of the flash chip's status, then write again.",
    };
  return WORDS[mismatch?.kind ?? "other"];
}

const WORDS: Readonly<Record<Mismatch["kind"], { readonly cause: string; readonly hint: string }>> = {
  erased: {
    cause: "it is erased and was not programmed",
    hint: "Check the supply of the flash chip: programming needs more current than reading. A write-protected chip shows like this, too.",
  },
  "not-erased": {
    cause: "old contents were not erased before it was programmed",
    hint: "Erase the region and write again; a flash chip that does not erase is worn or protected.",
  },
  "single-bits": {
    cause: "single bits are wrong",
    hint: "Check the supply and the wiring of the flash, try a lower flash frequency; a worn flash chip shows like this, too.",
  },
  shifted: {
    cause: "the data are there, but not at their place: bytes were lost on the way",
    hint: "Write again at a lower baud rate.",
  },
  other: {
    cause: "something else is there",
    hint: "Check the power supply and the wiring of the flash; a worn or wrong flash chip shows like this.",
  },
};
