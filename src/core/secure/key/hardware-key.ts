import { bytesToNumberBE } from "@noble/curves/utils.js";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { CURVES } from "./curves.ts";
import { DER, DerCursor } from "./der.ts";
import type { EcdsaPublicKey, RsaPublicKey } from "./key-kinds.ts";
import { damagedKey, parseCurveName } from "./key-structures.ts";
import { checkRsaPublicKey } from "./rsa-key-check.ts";
import { decodePoint } from "./signing-key.ts";

/**
 * The RSA public key of a hardware module's big-endian numbers (PKCS#11: CKA_MODULUS, CKA_PUBLIC_EXPONENT).
 *
 * Errors: `secure.invalid-key`.
 */
export function hardwareRsaKey(modulus: ByteSource, exponent: ByteSource): RsaPublicKey {
  const n = checkBytes(modulus, "modulus");
  const e = checkBytes(exponent, "exponent");
  if (n.length === 0 || e.length === 0) throw damagedKey();
  return checkRsaPublicKey({ kind: "rsa", modulus: bytesToNumberBE(n), exponent: bytesToNumberBE(e) });
}

/**
 * The ECDSA public key of a hardware module (PKCS#11: CKA_EC_PARAMS, CKA_EC_POINT). The point should be wrapped in a DER
 * OCTET STRING; some modules give it bare.
 *
 * Errors: `secure.invalid-key`, `secure.wrong-key-type` for a curve that secure boot does not take.
 */
export function hardwareEcdsaKey(parameters: ByteSource, point: ByteSource): EcdsaPublicKey {
  const curveName = checkBytes(parameters, "parameters");
  const encoded = checkBytes(point, "point");
  const curve = parseCurveName(curveName);
  const bareBytes = 1 + 2 * CURVES[curve].sizeBytes;
  return decodePoint(curve, encoded.length === bareBytes ? point : unwrapped(encoded, bareBytes));
}

function unwrapped(point: Uint8Array<ArrayBuffer>, bareBytes: number): Uint8Array<ArrayBuffer> {
  // Some modules write the length in its long form (X.690, 8.1.3.5), which DER has for 128 bytes and more.
  const isLong = point.length === bareBytes + 3 && point[0] === DER.octetString && point[1] === 0x81;
  if (isLong && point[2] === bareBytes) return point.subarray(3);
  const outer = new DerCursor(point, damagedKey);
  const inner = outer.take(DER.octetString);
  outer.end();
  return inner;
}
