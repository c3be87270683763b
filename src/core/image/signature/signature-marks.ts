// Shelf: signatures for secure boot: how they are found, and what stands in them.
// In: a file and where the image in it ends; a signature's numbers.
// Out: what is there, whole or damaged; the bytes of a block. Whether a signature is right is for `core/secure` to say.

/**
 * By what signatures are known behind an image. Has no imports, because a page loads it with what changes headers, apart from
 * all else: checksums are computed by who calls.
 */
export const SIGNATURE_SECTOR_BYTES = 4096;
export const SIGNATURE_BLOCK_BYTES = 1216;
export const MAXIMUM_SIGNATURE_BLOCKS = 3;

export type SignatureScheme = "rsa" | "ecdsa";

export const MAGIC = 0xe7;
export const VERSIONS: Readonly<Record<SignatureScheme, number>> = { rsa: 2, ecdsa: 3 };
export const HASHES = { sha256: 0, sha384: 1 } as const;
export const HEADER_BYTES = 4;
export const CRC_AT = 1196;

/** The standard CRC-32, unsigned. */
export type Checksum = (bytes: Uint8Array<ArrayBuffer>) => number;

/** What a block's place begins with and whether its checksum is right; what its fields say is another matter. */
export type BlockMark =
  | { readonly state: "absent" }
  | { readonly state: "crc-invalid"; readonly scheme: SignatureScheme }
  | { readonly state: "intact"; readonly scheme: SignatureScheme };

/** Of the 1216 bytes; fewer are no block. */
export function markOf(bytes: Uint8Array<ArrayBuffer>, checksum: Checksum): BlockMark {
  if (bytes.length !== SIGNATURE_BLOCK_BYTES || bytes[0] !== MAGIC) return { state: "absent" };
  const scheme = bytes[1] === VERSIONS.rsa ? "rsa" : bytes[1] === VERSIONS.ecdsa ? "ecdsa" : null;
  if (scheme === null) return { state: "absent" };
  if (checksum(bytes.subarray(0, CRC_AT)) === wordAt(bytes, CRC_AT)) return { state: "intact", scheme };
  // Two bytes alone are found in other data too often to call it a damaged block.
  const isHeader = (bytes[2] === HASHES.sha256 || bytes[2] === HASHES.sha384) && bytes[3] === 0;
  return isHeader ? { state: "crc-invalid", scheme } : { state: "absent" };
}

function wordAt(bytes: Uint8Array<ArrayBuffer>, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** The three places of a signature sector. */
export function signatureBlockPlaces(sector: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: MAXIMUM_SIGNATURE_BLOCKS }, (_, index) =>
    sector.subarray(index * SIGNATURE_BLOCK_BYTES, (index + 1) * SIGNATURE_BLOCK_BYTES),
  );
}

/** A signature behind an image: that it is there and whole, not whether it is right. */
export type ImageSignature =
  | { readonly kind: "v1"; readonly offset: number }
  | { readonly kind: "v2"; readonly offset: number; readonly scheme: SignatureScheme; readonly crcValid: boolean };

/** A word that is 0, then r and s of ECDSA. */
export const SIGNATURE_V1_BYTES = 68;

/** Behind an image that ends at `end`. `mayBeV1`: for a chip that has secure boot v1. Pure. */
export function signaturesBehind(
  file: Uint8Array<ArrayBuffer>,
  end: number,
  { mayBeV1, checksum }: { readonly mayBeV1: boolean; readonly checksum: Checksum },
): ImageSignature[] {
  const blocks = findVersion2(file, nextSector(end), checksum);
  if (blocks.length > 0) return blocks;
  return mayBeV1 && isVersion1(file, end) ? [{ kind: "v1", offset: end }] : [];
}

/** Whether a chip could take one of them for a signature: what has a wrong checksum protects nothing. */
export function protects(signatures: readonly ImageSignature[]): boolean {
  return signatures.some((signature) => signature.kind === "v1" || signature.crcValid);
}

function findVersion2(bytes: Uint8Array<ArrayBuffer>, sector: number, checksum: Checksum): ImageSignature[] {
  const found: ImageSignature[] = [];
  for (const [index, place] of signatureBlockPlaces(bytes.subarray(sector)).entries()) {
    const mark = markOf(place, checksum);
    if (mark.state === "absent") break;
    const offset = sector + index * SIGNATURE_BLOCK_BYTES;
    found.push({ kind: "v2", offset, scheme: mark.scheme, crcValid: mark.state === "intact" });
  }
  return found;
}

function nextSector(offset: number): number {
  return Math.ceil(offset / SIGNATURE_SECTOR_BYTES) * SIGNATURE_SECTOR_BYTES;
}

/** Of 64 random bytes fewer than this many different ones are never seen; the average is 57. */
const FEWEST_VALUES = 32;

/**
 * The version word is four zeros, which stand behind many an image (`--ram-only-header` puts a padding segment there),
 * and 64 bytes of signature have no mark: they must look random and be the last, but for erased flash up to the next
 * sector.
 */
function isVersion1(bytes: Uint8Array<ArrayBuffer>, at: number): boolean {
  const end = at + SIGNATURE_V1_BYTES;
  if (end > bytes.length || wordAt(bytes, at) !== 0) return false;
  if (new Set(bytes.subarray(at + 4, end)).size < FEWEST_VALUES) return false;
  return bytes.subarray(end, nextSector(end)).every((byte) => byte === 0xff);
}
