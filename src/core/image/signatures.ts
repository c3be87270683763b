import { crc32 } from "../bytes/crc32.ts";
import { readU32, roundUp } from "../bytes/words.ts";

// Secure boot v2: a sector behind the image with up to three blocks (ESP-IDF, "Secure Boot v2", Signature Block Format).
const SECTOR_BYTES = 4096;
const BLOCK_BYTES = 1216;
const MAXIMUM_BLOCKS = 3;
const BLOCK_MAGIC = 0xe7;
const BLOCK_CRC_AT = 1196;
const SCHEMES: Readonly<Record<number, SignatureScheme>> = { 2: "rsa", 3: "ecdsa" };
// Secure boot v1 and signed updates: a version word, 0, and 64 bytes of signature.
const V1_BYTES = 4 + 64;

export type SignatureScheme = "rsa" | "ecdsa";

/** A signature behind an image: that it is there and whole, not whether it is right. */
export type ImageSignature =
  | { readonly kind: "v1"; readonly offset: number }
  | { readonly kind: "v2"; readonly offset: number; readonly scheme: SignatureScheme; readonly crcValid: boolean };

/** Signatures for secure boot, of both versions, behind an image that ends at `end`. */
export function findSignatures(bytes: Uint8Array, end: number): ImageSignature[] {
  const blocks = findVersion2(bytes, roundUp(end, SECTOR_BYTES));
  if (blocks.length > 0) return blocks;
  return isVersion1(bytes.subarray(end, end + V1_BYTES)) ? [{ kind: "v1", offset: end }] : [];
}

function findVersion2(bytes: Uint8Array, sector: number): ImageSignature[] {
  const found: ImageSignature[] = [];
  for (let index = 0; index < MAXIMUM_BLOCKS; index++) {
    const offset = sector + index * BLOCK_BYTES;
    const block = bytes.subarray(offset, offset + BLOCK_BYTES);
    const scheme = SCHEMES[block[1] ?? 0];
    if (block.length < BLOCK_BYTES || block[0] !== BLOCK_MAGIC || scheme === undefined) break;
    const crcValid = crc32(block.subarray(0, BLOCK_CRC_AT)) === readU32(block, BLOCK_CRC_AT);
    found.push({ kind: "v2", offset, scheme, crcValid });
  }
  return found;
}

/** Zeros or erased flash behind the version are no signature. */
function isVersion1(block: Uint8Array): boolean {
  if (block.length < V1_BYTES || readU32(block, 0) !== 0) return false;
  const signature = block.subarray(4);
  return !signature.every((byte) => byte === 0) && !signature.every((byte) => byte === 0xff);
}
