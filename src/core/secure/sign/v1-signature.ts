import { concatBytes } from "../../bytes/words.ts";
import { SIGNATURE_V1 } from "../../image/signature/signatures.ts";

/** Before the 64 bytes of r and s (fact sheet efuse-secure, B3). */
const VERSION = 0;

export interface SplitV1 {
  readonly data: Uint8Array<ArrayBuffer>;
  /** r then s, 64 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** The data and its signature for secure boot v1, or null when no signature's version stands where it should. */
export function splitV1Signature(bytes: Uint8Array<ArrayBuffer>): SplitV1 | null {
  const at = bytes.length - SIGNATURE_V1.size;
  const found = at < 0 ? null : SIGNATURE_V1.decode(bytes.subarray(at));
  return found?.version === VERSION ? { data: bytes.subarray(0, at), signature: found.signature } : null;
}

export function appendV1Signature(
  data: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return concatBytes([data, SIGNATURE_V1.encode({ version: VERSION, signature })]);
}
