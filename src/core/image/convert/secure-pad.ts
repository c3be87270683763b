import { SEGMENT_HEADER_BYTES } from "../firmware/firmware-image.ts";

/** Which secure boot the image is to be signed for. */
export type SecurePad = "v1" | "v2";

// What follows the padding segment's data (fact sheet 5.6): the checksum's 16 bytes, the digest, and with secure boot
// v1 a version word, a 64-byte signature and 12 bytes up to the page's end.
const CHECKSUM_BLOCK_BYTES = 16;
const DIGEST_BYTES = 32;
const AFTER: Readonly<Record<SecurePad, number>> = { v1: DIGEST_BYTES + 4 + 64 + 12, v2: DIGEST_BYTES };

/**
 * Bytes of zeros in a last segment, so that the image ends on a page (v2), or on one once it is signed (v1).
 * `position` is the file offset of that segment's header.
 */
export function securePadBytes(kind: SecurePad, position: number, pageBytes: number): number {
  const after = (position + SEGMENT_HEADER_BYTES) % pageBytes;
  const pad = (2 * pageBytes - after - CHECKSUM_BLOCK_BYTES - AFTER[kind]) % pageBytes;
  return pad;
}
