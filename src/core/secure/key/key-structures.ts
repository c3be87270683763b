import { numberToBytesBE } from "@noble/curves/utils.js";
import { equalBytes } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import type { CurveName } from "../../image/signature/signature-block.ts";
import { CURVES, type Curve } from "./curves.ts";
import { DER, DerCursor, derBits, derElement, derInteger, derObjectId } from "./der.ts";
import type { EcdsaPrivateKey, PrivateKey, PublicKey, RsaPrivateKey, RsaPublicKey } from "./key-kinds.ts";
import { checkRsaPrivateKey, checkRsaPublicKey } from "./rsa-key-check.ts";
import { decodePoint, decodeScalar, encodePoint, publicKeyOf } from "./signing-key.ts";

const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
const CURVE_LIST = Object.values(CURVES);

/** The two-prime form of RSAPrivateKey, PKCS#8 version 1, and ECPrivateKey's only version. */
const RSA_TWO_PRIMES = 0n;
const SEC1_VERSION = 1n;

/** RSAPrivateKey (PKCS#1, RFC 8017 A.1.2). Errors: `secure.invalid-key`. */
export function parsePkcs1(bytes: Uint8Array<ArrayBuffer>): RsaPrivateKey {
  const fields = enterOnly(bytes);
  if (fields.integer() !== RSA_TWO_PRIMES) throw damagedKey();
  const key: RsaPrivateKey = {
    kind: "rsa",
    modulus: fields.integer(),
    publicExponent: fields.integer(),
    privateExponent: fields.integer(),
    prime1: fields.integer(),
    prime2: fields.integer(),
    exponent1: fields.integer(),
    exponent2: fields.integer(),
    coefficient: fields.integer(),
  };
  fields.end();
  return checkRsaPrivateKey(key);
}

export function encodePkcs1(key: RsaPrivateKey): Uint8Array<ArrayBuffer> {
  const { modulus, publicExponent, privateExponent, prime1, prime2, exponent1, exponent2, coefficient } = key;
  const numbers = [modulus, publicExponent, privateExponent, prime1, prime2, exponent1, exponent2, coefficient];
  return derElement(DER.sequence, derInteger(RSA_TWO_PRIMES), ...numbers.map(derInteger));
}

/** RSAPublicKey (PKCS#1, RFC 8017 A.1.1). Errors: `secure.invalid-key`. */
export function parsePkcs1Public(bytes: Uint8Array<ArrayBuffer>): RsaPublicKey {
  const fields = enterOnly(bytes);
  const key: RsaPublicKey = { kind: "rsa", modulus: fields.integer(), exponent: fields.integer() };
  fields.end();
  return checkRsaPublicKey(key);
}

function encodePkcs1Public({ modulus, exponent }: RsaPublicKey): Uint8Array<ArrayBuffer> {
  return derElement(DER.sequence, derInteger(modulus), derInteger(exponent));
}

/**
 * ECPrivateKey (SEC 1, RFC 5915); inside PKCS#8 the curve stands outside.
 *
 * Errors: `secure.invalid-key`, `secure.wrong-key-type`.
 */
export function parseSec1(bytes: Uint8Array<ArrayBuffer>, outerCurve?: CurveName): EcdsaPrivateKey {
  const fields = enterOnly(bytes);
  if (fields.integer() !== SEC1_VERSION) throw damagedKey();
  const scalar = fields.take(DER.octetString);
  const curve = fields.isNext(DER.context0) ? curveParameter(fields.enter(DER.context0)) : outerCurve;
  if (curve === undefined || (outerCurve !== undefined && curve !== outerCurve)) throw damagedKey();
  const point = fields.isNext(DER.context1) ? onlyBits(fields.enter(DER.context1)) : null;
  fields.end();
  if (scalar.length > CURVES[curve].sizeBytes) throw damagedKey();
  const key = decodeScalar(curve, scalar);
  if (point !== null && !isPublicHalf(key, point)) throw mismatchedHalves();
  return key;
}

/** With the curve's name and the public key, as OpenSSL writes it. */
export function encodeSec1(key: EcdsaPrivateKey): Uint8Array<ArrayBuffer> {
  const { objectId } = CURVES[key.curve];
  return ecPrivateKey(key, derElement(DER.context0, derObjectId(objectId)));
}

/** PrivateKeyInfo (PKCS#8, RFC 5208; RFC 5958). Errors: `secure.invalid-key`, `secure.wrong-key-type`. */
export function parsePkcs8(bytes: Uint8Array<ArrayBuffer>): PrivateKey {
  const fields = enterOnly(bytes);
  // Version 1 carries a public key at the end; like attributes it says nothing that is needed.
  const version = fields.integer();
  if (version > 1n) throw damagedKey();
  const algorithm = keyAlgorithm(fields.enter(DER.sequence));
  const inner = fields.take(DER.octetString);
  if (fields.isNext(DER.context0)) fields.take(DER.context0);
  if (version === 1n && fields.isNext(DER.context1Primitive)) fields.take(DER.context1Primitive);
  fields.end();
  return algorithm === "rsa" ? parsePkcs1(inner) : parseSec1(inner, algorithm);
}

/** The form that WebCrypto imports. */
export function encodePkcs8(key: PrivateKey): Uint8Array<ArrayBuffer> {
  const inner = key.kind === "rsa" ? encodePkcs1(key) : ecPrivateKey(key);
  return derElement(DER.sequence, derInteger(0n), algorithmOf(key), derElement(DER.octetString, inner));
}

/** SubjectPublicKeyInfo (RFC 5280; RFC 5480). Errors: `secure.invalid-key`, `secure.wrong-key-type`. */
export function parseSpki(bytes: Uint8Array<ArrayBuffer>): PublicKey {
  const fields = enterOnly(bytes);
  const algorithm = keyAlgorithm(fields.enter(DER.sequence));
  const inner = fields.bits();
  fields.end();
  return algorithm === "rsa" ? parsePkcs1Public(inner) : decodePoint(algorithm, inner);
}

export function encodeSpki(key: PublicKey): Uint8Array<ArrayBuffer> {
  const inner = key.kind === "rsa" ? encodePkcs1Public(key) : encodePoint(key);
  return derElement(DER.sequence, algorithmOf(key), derBits(inner));
}

/** The curve that ECParameters name (RFC 5480). Errors: `secure.invalid-key`, `secure.wrong-key-type`. */
export function parseCurveName(bytes: Uint8Array<ArrayBuffer>): CurveName {
  return curveParameter(new DerCursor(bytes, damagedKey));
}

/** What a damaged structure throws. */
export function damagedKey(): EspError {
  return new EspError("secure.invalid-key", "The key's structure is damaged.", {
    hint: "Make the file again: 'openssl pkey -in KEY -text -noout' shows whether OpenSSL can read it.",
  });
}

function enterOnly(bytes: Uint8Array<ArrayBuffer>): DerCursor {
  const outer = new DerCursor(bytes, damagedKey);
  const fields = outer.enter(DER.sequence);
  outer.end();
  return fields;
}

function ecPrivateKey(
  key: EcdsaPrivateKey,
  parameters: Uint8Array<ArrayBuffer> = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const publicKey = publicKeyOf(key);
  if (publicKey.kind !== "ecdsa") throw damagedKey();
  return derElement(
    DER.sequence,
    derInteger(SEC1_VERSION),
    derElement(DER.octetString, numberToBytesBE(key.scalar, CURVES[key.curve].sizeBytes)),
    parameters,
    derElement(DER.context1, derBits(encodePoint(publicKey))),
  );
}

function algorithmOf(key: PrivateKey | PublicKey): Uint8Array<ArrayBuffer> {
  if (key.kind === "rsa") return derElement(DER.sequence, derObjectId(RSA_ENCRYPTION), derElement(DER.null));
  return derElement(DER.sequence, derObjectId(EC_PUBLIC_KEY), derObjectId(CURVES[key.curve].objectId));
}

function keyAlgorithm(fields: DerCursor): "rsa" | CurveName {
  const id = fields.objectId();
  if (id === EC_PUBLIC_KEY) return curveParameter(fields);
  if (id !== RSA_ENCRYPTION)
    throw new EspError("secure.wrong-key-type", "The key is neither RSA nor ECDSA.", {
      hint: "Secure boot takes RSA of 3072 bits and ECDSA on P-192, P-256 and P-384.",
      details: { algorithm: id },
    });
  if (fields.isNext(DER.null)) fields.take(DER.null);
  fields.end();
  return "rsa";
}

function curveParameter(fields: DerCursor): CurveName {
  if (fields.isNext(DER.sequence))
    throw new EspError("secure.wrong-key-type", "The key spells out its curve instead of naming it.", {
      hint: "Rewrite it with 'openssl ec -in KEY -param_enc named_curve -out NEW'.",
    });
  const id = fields.objectId();
  fields.end();
  const curve: Curve | undefined = CURVE_LIST.find(({ objectId }) => objectId === id);
  if (curve === undefined)
    throw new EspError("secure.wrong-key-type", "The key is on a curve that secure boot does not take.", {
      hint: "The curves are P-192 (prime192v1), P-256 (prime256v1) and P-384 (secp384r1).",
      details: { curve: id },
    });
  return curve.name;
}

function onlyBits(fields: DerCursor): Uint8Array<ArrayBuffer> {
  const bits = fields.bits();
  fields.end();
  return bits;
}

function isPublicHalf(key: EcdsaPrivateKey, point: Uint8Array<ArrayBuffer>): boolean {
  const expected = publicKeyOf(key);
  return expected.kind === "ecdsa" && equalBytes(encodePoint(decodePoint(key.curve, point)), encodePoint(expected));
}

function mismatchedHalves(): EspError {
  return new EspError("secure.invalid-key", "The private key and the public key beside it do not belong together.", {
    hint: "The key file is damaged.",
  });
}
