import { bytesOf, type Layout, layout, u32 } from "../../bytes/layout.ts";
import { readU32, roundUp } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, orNull } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkObject, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import {
  decodeSignatureBlock,
  SIGNATURE_BLOCK_BYTES,
  SIGNATURE_SECTOR_BYTES,
  type SignatureScheme,
  signatureBlockPlaces,
} from "./signature-block.ts";

/** Secure boot v1 and signed updates. */
interface SignatureV1Fields {
  /** 0. */
  version: number;
  /** ECDSA on NIST P-256: r, then s, 32 bytes each, big-endian. */
  signature: Uint8Array<ArrayBuffer>;
}

export const SIGNATURE_V1: Layout<SignatureV1Fields> = layout<SignatureV1Fields>({
  version: u32,
  signature: bytesOf(64),
});
export const SIGNATURE_V1_BYTES: number = SIGNATURE_V1.size;

/** A signature behind an image: that it is there and whole, not whether it is right. */
export type ImageSignature =
  | { readonly kind: "v1"; readonly offset: number }
  | { readonly kind: "v2"; readonly offset: number; readonly scheme: SignatureScheme; readonly crcValid: boolean };

/** What decides whether there can be a signature of version 1; null: a chip nobody knows. */
export type SignableChip = { readonly security: Pick<ChipDescriptor["security"], "secureBootV1"> } | null;

const checkSignable: Check<SignableChip> = orNull(
  hasParts<NonNullable<SignableChip>>("a chip's descriptor, as chipById gives it", { security: checkObject }),
);

/** Signatures for secure boot behind an image for this chip that ends at `end`: of both versions, damaged ones too. */
export function findSignatures(bytes: ByteSource, end: number, chip: SignableChip): ImageSignature[] {
  checkSignable(chip, "chip");
  const file = checkBytes(bytes, "bytes");
  wholeNumber(0)(end, "end");
  const blocks = findVersion2(file, roundUp(end, SIGNATURE_SECTOR_BYTES));
  if (blocks.length > 0) return blocks;
  const hasVersion1 = chip !== null && chip.security.secureBootV1 !== null;
  return hasVersion1 && isVersion1(file, end) ? [{ kind: "v1", offset: end }] : [];
}

const checkSignatures: Check<ImageSignature[]> = listOf(
  hasParts<ImageSignature>("a signature, as findSignatures gives it", { kind: oneOf(["v1", "v2"]) }),
);

/** Whether a chip could take one of them for a signature: what has a wrong checksum protects nothing. */
export function isSigned(signatures: readonly ImageSignature[]): boolean {
  const found = checkSignatures(signatures, "signatures");
  return found.some((signature) => signature.kind === "v1" || signature.crcValid);
}

function findVersion2(bytes: Uint8Array<ArrayBuffer>, sector: number): ImageSignature[] {
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

/** Of 64 random bytes fewer than this many different ones are never seen; the average is 57. */
const FEWEST_VALUES = 32;

/**
 * The version word is four zeros, which stand behind many an image (`--ram-only-header` puts a padding segment there),
 * and 64 bytes of signature have no mark: they must look random and be the last, but for erased flash up to the next
 * sector.
 */
function isVersion1(bytes: Uint8Array<ArrayBuffer>, at: number): boolean {
  const end = at + SIGNATURE_V1_BYTES;
  if (end > bytes.length || readU32(bytes, at) !== 0) return false;
  if (new Set(bytes.subarray(at + 4, end)).size < FEWEST_VALUES) return false;
  return bytes.subarray(end, roundUp(end, SIGNATURE_SECTOR_BYTES)).every((byte) => byte === 0xff);
}
