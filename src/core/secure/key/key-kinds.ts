import type { CurveName } from "../../image/signature/signature-block.ts";

export interface RsaPublicKey {
  readonly kind: "rsa";
  readonly modulus: bigint;
  readonly exponent: bigint;
}

export interface EcdsaPublicKey {
  readonly kind: "ecdsa";
  readonly curve: CurveName;
  readonly x: bigint;
  readonly y: bigint;
}

/** A key that checks signatures; its numbers fit each other. */
export type PublicKey = RsaPublicKey | EcdsaPublicKey;

/** The numbers of PKCS#1 (RFC 8017, A.1.2). */
export interface RsaPrivateKey {
  readonly kind: "rsa";
  readonly modulus: bigint;
  readonly publicExponent: bigint;
  readonly privateExponent: bigint;
  readonly prime1: bigint;
  readonly prime2: bigint;
  readonly exponent1: bigint;
  readonly exponent2: bigint;
  readonly coefficient: bigint;
}

export interface EcdsaPrivateKey {
  readonly kind: "ecdsa";
  readonly curve: CurveName;
  readonly scalar: bigint;
}

/** A key that signs. It holds the secret in clear: never print it. */
export type PrivateKey = RsaPrivateKey | EcdsaPrivateKey;

/** Asked for only when the key is encrypted. */
export type AskPassword = () => string | Promise<string>;
