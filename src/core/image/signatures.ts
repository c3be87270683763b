import { readU32, roundUp } from "../bytes/words.ts";
import {
  decodeSignatureBlock,
  SIGNATURE_BLOCK_BYTES,
  SIGNATURE_SECTOR_BYTES,
  type SignatureScheme,
  signatureBlockPlaces,
} from "./signature-block.ts";

/** Secure boot v1 and signed updates: a version word, 0, and 64 bytes of signature. */
export const SIGNATURE_V1_BYTES: number = 4 + 64;

/** A signature behind an image: that it is there and whole, not whether it is right. */
export type ImageSignature =
  | { readonly kind: "v1"; readonly offset: number }
  | { readonly kind: "v2"; readonly offset: number; readonly scheme: SignatureScheme; readonly crcValid: boolean };

/** Signatures for secure boot, of both versions, behind an image that ends at `end`. */
export function findSignatures(bytes: Uint8Array, end: number): ImageSignature[] {
  const blocks = findVersion2(bytes, roundUp(end, SIGNATURE_SECTOR_BYTES));
  if (blocks.length > 0) return blocks;
  return isVersion1(bytes.subarray(end, end + SIGNATURE_V1_BYTES)) ? [{ kind: "v1", offset: end }] : [];
}

function findVersion2(bytes: Uint8Array, sector: number): ImageSignature[] {
  const found: ImageSignature[] = [];
  for (const [index, place] of signatureBlockPlaces(bytes.subarray(sector)).entries()) {
    const block = decodeSignatureBlock(place);
    if (block.state === "absent") break;
    const scheme = block.state === "whole" ? block.block.scheme : block.scheme;
    const offset = sector + index * SIGNATURE_BLOCK_BYTES;
    found.push({ kind: "v2", offset, scheme, crcValid: block.state !== "crc-invalid" });
  }
  return found;
}

/** Zeros or erased flash behind the version are no signature. */
function isVersion1(block: Uint8Array): boolean {
  if (block.length < SIGNATURE_V1_BYTES || readU32(block, 0) !== 0) return false;
  const signature = block.subarray(4);
  return !signature.every((byte) => byte === 0) && !signature.every((byte) => byte === 0xff);
}
