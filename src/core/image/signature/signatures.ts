import { crc32 } from "../../bytes/crc32.ts";
import { bytesOf, type Layout, layout, u32 } from "../../bytes/layout.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, orNull } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkObject, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { type ImageSignature, protects, signaturesBehind } from "./signature-marks.ts";

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
  return signaturesBehind(file, end, {
    mayBeV1: chip !== null && chip.security.secureBootV1 !== null,
    checksum: crc32,
  });
}

const checkSignatures: Check<ImageSignature[]> = listOf(
  hasParts<ImageSignature>("a signature, as findSignatures gives it", { kind: oneOf(["v1", "v2"]) }),
);

/** Whether a chip could take one of them for a signature: what has a wrong checksum protects nothing. */
export function isSigned(signatures: readonly ImageSignature[]): boolean {
  return protects(checkSignatures(signatures, "signatures"));
}
