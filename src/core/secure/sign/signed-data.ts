import { equalBytes } from "@noble/curves/utils.js";
import { sha256 } from "../../bytes/sha256.ts";
import { sha384 } from "../../bytes/sha512.ts";
import { EspError } from "../../errors.ts";
import { decodeSignatureBlock, type FoundBlock, type SignatureBlock } from "../../image/signature/signature-block.ts";
import { SIGNATURE_SECTOR_BYTES, signatureBlockPlaces } from "../../image/signature/signature-marks.ts";

/** Data and the three places of the signature sector behind it. */
export interface SignedData {
  readonly data: Uint8Array<ArrayBuffer>;
  /** Three. */
  readonly blocks: readonly FoundBlock[];
}

export interface SectorOptions {
  /** The data was signed without being padded to whole sectors. */
  readonly skipPadding?: boolean | undefined;
}

/** The file's last sector taken as a signature sector, or null when the file cannot have one. */
export function splitSignedData(
  bytes: Uint8Array<ArrayBuffer>,
  { skipPadding = false }: SectorOptions = {},
): SignedData | null {
  const { length } = bytes;
  if (length < SIGNATURE_SECTOR_BYTES) return null;
  if (!skipPadding && length % SIGNATURE_SECTOR_BYTES !== 0) return null;
  const at = length - SIGNATURE_SECTOR_BYTES;
  const blocks = signatureBlockPlaces(bytes.subarray(at)).map(decodeSignatureBlock);
  return { data: bytes.subarray(0, at), blocks };
}

/** As `splitSignedData`. Errors: `secure.not-signed` when the file cannot have a signature sector. */
export function requireSignedData(bytes: Uint8Array<ArrayBuffer>, options: SectorOptions): SignedData {
  const signed = splitSignedData(bytes, options);
  // Signatures over nothing prove nothing.
  if (signed !== null && signed.data.length > 0) return signed;
  const isShort = bytes.length <= SIGNATURE_SECTOR_BYTES;
  throw new EspError(
    "secure.not-signed",
    isShort
      ? `A file of ${bytes.length} bytes is too small for data and a signature sector of ${SIGNATURE_SECTOR_BYTES}.`
      : `A file of ${bytes.length} bytes ends with no signature sector: it is no multiple of ${SIGNATURE_SECTOR_BYTES}.`,
    {
      hint: isShort
        ? "Give the whole signed file."
        : "Give the whole signed file; if it was signed without padding, say so (skip-padding).",
      details: { sizeBytes: bytes.length, sectorBytes: SIGNATURE_SECTOR_BYTES },
    },
  );
}

/** Tells whether the digest in a block is that of the data; the data is digested once. */
export function digestChecker(data: Uint8Array<ArrayBuffer>): (block: SignatureBlock) => boolean {
  const known = new Map<number, Uint8Array>();
  return ({ digest }) => {
    const actual = known.get(digest.length) ?? (digest.length === 48 ? sha384(data) : sha256(data));
    known.set(digest.length, actual);
    return equalBytes(actual, digest);
  };
}
