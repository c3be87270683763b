import { EspError, isEspError } from "../../errors.ts";
import { classifyMismatch, type Mismatch } from "./classify-mismatch.ts";

/**
 * What this part may ask the chip, as `questionsOf` gives it. The part itself is loaded after a proof has failed, and has
 * little in common with what is there by then: what is shared by two parts of a page is a file more for each of its users.
 */
export interface FlashQuestions {
  /** At most a sector. */
  readonly read: (address: number, sizeBytes: number) => Promise<Uint8Array<ArrayBuffer>>;
  readonly holds: (address: number, data: Uint8Array<ArrayBuffer>) => Promise<boolean>;
  readonly jedecId: () => Promise<number | null>;
  /** The first two status bytes. */
  readonly status: () => Promise<number | null>;
}

/** What the chip was asked after a failed proof. What could not be asked is null. */
export interface MismatchFacts {
  readonly mismatch: Mismatch | null;
  /** The flash shows the same contents again after so many bytes: that is how large it is. */
  readonly mirroredAtBytes: number | null;
  readonly jedecId: number | null;
  /** The first two status bytes. */
  readonly status: number | null;
}

const MEGABYTE = 1024 * 1024;
const SMALLEST_FLASH_BYTES = 256 * 1024;
const LARGEST_FLASH_BYTES = 64 * MEGABYTE;
/** Block protection of the first status byte (BP0 to BP2 at least, on all makes). */
const PROTECTION_BITS = 0x1c;

/** What is known of a failed proof. */
export interface FailedProof {
  /** Of the error. */
  readonly details: {
    readonly file: string;
    readonly address: number;
    readonly sizeBytes: number;
    readonly expectedMd5: string;
    readonly flashMd5: string;
    readonly firstBadAddress: number;
  };
  /** The first bad address, as it is shown. */
  readonly place: string;
  /** What should be there, at most a sector. */
  readonly sector: Uint8Array<ArrayBuffer>;
  /** All of the file's place in flash is erased. */
  readonly isErased: boolean;
}

/** The error of it, with what the chip says about why. */
export async function explainedError(ask: FlashQuestions, proof: FailedProof): Promise<EspError> {
  const { details, place, sector, isErased } = proof;
  const facts = await examineMismatch(ask, details.firstBadAddress, sector);
  const { cause, hint } = wordMismatch(facts);
  if (isErased)
    return new EspError("flash.write-empty", `Write failed, the flash region of '${details.file}' is empty.`, {
      hint,
      remedies: ["read-flash-status"],
      details: { ...details, ...facts },
    });
  return new EspError(
    "flash.verify-failed",
    `'${details.file}' is not in flash as it should be; the first bad sector is at ${place}: ${cause}.`,
    { hint, details: { ...details, ...facts } },
  );
}

/** Looks at a sector that is not right. A question that fails is left out: the proof has failed already. */
async function examineMismatch(
  ask: FlashQuestions,
  address: number,
  sector: Uint8Array<ArrayBuffer>,
): Promise<MismatchFacts> {
  const actual = await attempt(() => ask.read(address, sector.length));
  return {
    mismatch: actual === null ? null : classifyMismatch(sector, actual),
    mirroredAtBytes: actual === null ? null : await attempt(() => mirrorOf(ask, address, actual)),
    jedecId: await attempt(ask.jedecId),
    status: await attempt(ask.status),
  };
}

/** Null for what the loader cannot do or the line did not carry; an aborted or lost connection is told. */
async function attempt<T>(question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof EspError) || isEspError(error, "operation.aborted") || isEspError(error, "port.lost"))
      throw error;
    return null;
  }
}

/**
 * A flash chip ignores the address bits that it has no use for, so what is behind its end is its beginning once more. Contents that
 * are everywhere the same show nothing.
 */
async function mirrorOf(
  { holds }: FlashQuestions,
  address: number,
  actual: Uint8Array<ArrayBuffer>,
): Promise<number | null> {
  if (actual.every((byte) => byte === actual[0])) return null;
  for (let size = SMALLEST_FLASH_BYTES; size <= LARGEST_FLASH_BYTES && size <= address; size *= 2)
    if (await holds(address - size, actual)) return size;
  return null;
}

/** What the facts mean and what to do, for people. Pure. */
function wordMismatch(facts: MismatchFacts): { readonly cause: string; readonly hint: string } {
  const { mismatch, mirroredAtBytes, status } = facts;
  if (mirroredAtBytes !== null)
    return {
      cause: `the flash has ${sizeName(mirroredAtBytes)}, and what is behind that lands at its beginning again`,
      hint: "Build the program for that size of flash, or give the size that the chip really has.",
    };
  if (status !== null && (status & PROTECTION_BITS) !== 0 && mismatch?.kind !== "single-bits")
    return {
      cause: `the flash is write-protected (status 0x${status.toString(16).padStart(4, "0")})`,
      hint: "Clear the protection bits of the flash chip's status, then write again.",
    };
  return WORDS[mismatch?.kind ?? "other"];
}

/** Of the sizes that were tried, in the words of flash sizes. */
function sizeName(sizeBytes: number): string {
  return sizeBytes < MEGABYTE ? `${sizeBytes / 1024}KB` : `${sizeBytes / MEGABYTE}MB`;
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
