import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { concatBytes } from "../../bytes/words.ts";
import { type ByteSource, checkBytes, checkSomeBytes } from "../../check/bytes.ts";
import { EspError, isEspError } from "../../errors.ts";
import { checkPublicKey } from "../key/check-keys.ts";
import { CURVES } from "../key/curves.ts";
import { DER, DerCursor, derElement, derInteger } from "../key/der.ts";
import type { EcdsaPublicKey, PublicKey } from "../key/key-kinds.ts";
import { RSA_BYTES } from "../key/signing-key.ts";

/** Bytes of a signature by this key as programs here pass it: RSA big-endian, ECDSA r then s. */
export function rawSignatureBytes(key: PublicKey): number {
  return key.kind === "rsa" ? RSA_BYTES : 2 * CURVES[key.curve].sizeBytes;
}

/**
 * A signature made elsewhere, in the form used here: RSA as it is; ECDSA from DER (what OpenSSL writes) or from r and s.
 *
 * Errors: `secure.invalid-signature` when it cannot be one of this key.
 */
export function readSignature(bytes: ByteSource, key: PublicKey): Uint8Array<ArrayBuffer> {
  const file = checkBytes(bytes, "bytes");
  checkPublicKey(key, "key");
  const fromDer = key.kind === "ecdsa" ? decodeEcdsaDer(file, key) : null;
  if (fromDer !== null) return fromDer;
  const expected = rawSignatureBytes(key);
  if (file.length === expected) return file;
  const forms = key.kind === "rsa" ? `${expected} bytes` : `DER, or ${expected} bytes of r and s`;
  throw new EspError("secure.invalid-signature", `The file of ${file.length} bytes is no signature by this key.`, {
    hint: `A signature by this key is ${forms}.`,
    details: { sizeBytes: file.length },
  });
}

/** SEQUENCE { r, s } (RFC 3279, 2.2.3), or null when the bytes are none of this curve. */
function decodeEcdsaDer(bytes: Uint8Array<ArrayBuffer>, { curve }: EcdsaPublicKey): Uint8Array<ArrayBuffer> | null {
  const { sizeBytes } = CURVES[curve];
  const limit = 2n ** BigInt(8 * sizeBytes);
  try {
    const outer = new DerCursor(bytes, () => new EspError("secure.invalid-signature", "The signature is damaged."));
    const fields = outer.enter(DER.sequence);
    outer.end();
    const [r, s] = [fields.integer(), fields.integer()];
    fields.end();
    if (r >= limit || s >= limit) return null;
    return concatBytes([numberToBytesBE(r, sizeBytes), numberToBytesBE(s, sizeBytes)]);
  } catch (error) {
    if (isEspError(error, "secure.invalid-signature")) return null;
    throw error;
  }
}

/** r then s as the DER that OpenSSL reads. */
export function ecdsaSignatureToDer(signature: ByteSource): Uint8Array<ArrayBuffer> {
  const raw = checkSomeBytes(signature, "signature");
  const half = raw.length / 2;
  const r = bytesToNumberBE(raw.subarray(0, half));
  const s = bytesToNumberBE(raw.subarray(half));
  return derElement(DER.sequence, derInteger(r), derInteger(s));
}
