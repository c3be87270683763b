// Shelf: keys: read, written, made; PEM, DER and the structures in them; the few curves there are.
// In: bytes of a key file and a password.
// Out: a `SigningKey` or public key, checked.

import { bitLen, bytesToNumberBE, concatBytes, numberToBytesBE } from "@noble/curves/utils.js";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { EspError } from "../../errors.ts";
import type { CurveName } from "../../image/signature/signature-block.ts";
import { checkCurve, checkEcdsaPrivateKey, checkKey } from "./check-keys.ts";
import { CURVES } from "./curves.ts";
import type { EcdsaPrivateKey, EcdsaPublicKey, PrivateKey, PublicKey } from "./key-kinds.ts";

/** The four kinds of key that secure boot v2 knows. */
export const SIGNING_SCHEMES = ["rsa3072", "ecdsa192", "ecdsa256", "ecdsa384"] as const;
export type SigningScheme = (typeof SIGNING_SCHEMES)[number];

export const RSA_BITS = 3072;
export const RSA_BYTES: number = RSA_BITS / 8;

export const SCHEME_OF_CURVE: Readonly<Record<CurveName, SigningScheme>> = {
  p192: "ecdsa192",
  p256: "ecdsa256",
  p384: "ecdsa384",
};

/** Tells the two halves apart. */
export function isPrivateKey(key: PrivateKey | PublicKey): key is PrivateKey {
  checkKey(key, "key");
  return key.kind === "rsa" ? "privateExponent" in key : "scalar" in key;
}

/** The public half of a private key; a public key passes unchanged. */
export function publicKeyOf(key: PrivateKey | PublicKey): PublicKey {
  checkKey(key, "key");
  if (!isPrivateKey(key)) return key;
  if (key.kind === "rsa") return { kind: "rsa", modulus: key.modulus, exponent: key.publicExponent };
  const { library } = CURVES[key.curve];
  const { x, y } = library.Point.fromBytes(library.getPublicKey(scalarBytes(key), false)).toAffine();
  return { kind: "ecdsa", curve: key.curve, x, y };
}

/**
 * The secure boot v2 scheme that the key is for.
 *
 * Errors: `secure.wrong-key-type` for an RSA key of another size than 3072 bits, or with an exponent of more than 32.
 */
export function schemeOf(key: PrivateKey | PublicKey): SigningScheme {
  checkKey(key, "key");
  if (key.kind === "ecdsa") return SCHEME_OF_CURVE[key.curve];
  const bits = bitLen(key.modulus);
  if (bits !== RSA_BITS)
    throw new EspError("secure.wrong-key-type", `The RSA key has ${bits} bits; secure boot takes 3072 only.`, {
      hint: "Generate an RSA key of 3072 bits.",
      details: { bits },
    });
  // The signature block has four bytes for it.
  const exponent = isPrivateKey(key) ? key.publicExponent : key.exponent;
  if (bitLen(exponent) > 32)
    throw new EspError("secure.wrong-key-type", "The RSA key's public exponent has more than 32 bits.", {
      hint: "Generate an RSA key with the usual exponent, 65537.",
    });
  return "rsa3072";
}

/** A key that secure boot v1 takes. Errors: `secure.wrong-key-type` for any but ECDSA on P-256. */
export function requireV1Key<Key extends PrivateKey | PublicKey>(key: Key): Extract<Key, { kind: "ecdsa" }> {
  if (isEcdsa(key) && key.curve === "p256") return key;
  throw new EspError("secure.wrong-key-type", "Secure boot v1 takes ECDSA keys on P-256 only.", {
    hint: "Give an ecdsa256 key, or choose version 2.",
  });
}

function isEcdsa<Key extends PrivateKey | PublicKey>(key: Key): key is Extract<Key, { kind: "ecdsa" }> {
  return key.kind === "ecdsa";
}

/** The secret scalar, big-endian, at the curve's size. */
export function scalarBytes(key: EcdsaPrivateKey): Uint8Array<ArrayBuffer> {
  const { curve, scalar } = checkEcdsaPrivateKey(key, "key");
  return numberToBytesBE(scalar, CURVES[curve].sizeBytes);
}

/** x then y, big-endian, without the 04 that SEC 1 puts before: for P-256 the public key file of secure boot v1. */
export function rawPublicKey({ curve, x, y }: EcdsaPublicKey): Uint8Array<ArrayBuffer> {
  const { sizeBytes } = CURVES[curve];
  return concatBytes(numberToBytesBE(x, sizeBytes), numberToBytesBE(y, sizeBytes));
}

/** The point as SEC 1 has it, uncompressed. */
export function encodePoint(key: EcdsaPublicKey): Uint8Array<ArrayBuffer> {
  return concatBytes(Uint8Array.of(4), rawPublicKey(key));
}

/**
 * The public key of a SEC 1 point, compressed or not.
 *
 * Errors: `secure.invalid-key` when the point is not on the curve.
 */
export function decodePoint(curve: CurveName, bytes: ByteSource): EcdsaPublicKey {
  checkCurve(curve, "curve");
  const point = checkBytes(bytes, "bytes");
  try {
    const { x, y } = CURVES[curve].library.Point.fromBytes(point).toAffine();
    return { kind: "ecdsa", curve, x, y };
  } catch {
    throw new EspError("secure.invalid-key", "The public key is no point of its curve.", {
      hint: "The key file is damaged, or belongs to another curve.",
      details: { curve },
    });
  }
}

/** The private key of a scalar. Errors: `secure.invalid-key` when it is zero or not below the curve's order. */
export function decodeScalar(curve: CurveName, bytes: Uint8Array): EcdsaPrivateKey {
  const scalar = bytes.length === 0 ? 0n : bytesToNumberBE(bytes);
  if (scalar === 0n || scalar >= CURVES[curve].library.Point.Fn.ORDER)
    throw new EspError("secure.invalid-key", "The private key's number is out of its curve's range.", {
      hint: "The key file is damaged, or belongs to another curve.",
      details: { curve },
    });
  return { kind: "ecdsa", curve, scalar };
}
