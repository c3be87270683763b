import { concatBytes, readU32 } from "../../bytes/words.ts";
import { SIGNATURE_V1_BYTES } from "../../image/firmware/signatures.ts";

/** A little-endian version word before the 64 bytes of r and s (fact sheet efuse-secure, B3). */
const VERSION = Uint8Array.of(0, 0, 0, 0);

export interface SplitV1 {
  readonly data: Uint8Array;
  /** r then s, 64 bytes. */
  readonly signature: Uint8Array;
}

/** The data and its signature for secure boot v1, or null when no signature's version stands where it should. */
export function splitV1Signature(bytes: Uint8Array): SplitV1 | null {
  const at = bytes.length - SIGNATURE_V1_BYTES;
  if (at < 0 || readU32(bytes, at) !== readU32(VERSION, 0)) return null;
  return { data: bytes.subarray(0, at), signature: bytes.subarray(at + VERSION.length) };
}

export function appendV1Signature(data: Uint8Array, signature: Uint8Array): Uint8Array {
  return concatBytes([data, VERSION, signature]);
}
