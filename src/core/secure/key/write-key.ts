import { checkPrivateKey, checkPublicKey } from "./check-keys.ts";
import type { PrivateKey, PublicKey } from "./key-kinds.ts";
import { encodePkcs1, encodeSec1, encodeSpki } from "./key-structures.ts";
import { writePem } from "./pem.ts";
import { rawPublicKey, requireV1Key } from "./signing-key.ts";

/** The private key as a PEM text, not encrypted, in the form OpenSSL calls traditional: PKCS#1, or SEC 1. */
export function privateKeyPem(key: PrivateKey): string {
  checkPrivateKey(key, "key");
  return key.kind === "rsa"
    ? writePem("RSA PRIVATE KEY", encodePkcs1(key))
    : writePem("EC PRIVATE KEY", encodeSec1(key));
}

/** The public key as a PEM text (SubjectPublicKeyInfo): the public key file of secure boot v2. */
export function publicKeyPem(key: PublicKey): string {
  checkPublicKey(key, "key");
  return writePem("PUBLIC KEY", encodeSpki(key));
}

/**
 * x then y of a P-256 key, 64 bytes: the public key file of secure boot v1.
 *
 * Errors: `secure.wrong-key-type` for any other key.
 */
export function publicKeyV1(key: PublicKey): Uint8Array<ArrayBuffer> {
  checkPublicKey(key, "key");
  return rawPublicKey(requireV1Key(key));
}
