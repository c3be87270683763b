import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";

export type Curve = "prime192v1" | "prime256v1" | "secp384r1";

/** A fresh private key, made without our code. */
export function freshKey(kind: Curve | "rsa"): KeyObject {
  return kind === "rsa"
    ? generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey
    : generateKeyPairSync("ec", { namedCurve: kind }).privateKey;
}

export function pem(key: KeyObject, type: "sec1" | "pkcs1" | "pkcs8" | "spki"): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(key.export({ type, format: "pem" }).toString());
}

/** PKCS#8, encrypted as OpenSSL does. */
export function encryptedPem(key: KeyObject, passphrase: string): Uint8Array {
  const text = key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase });
  return new TextEncoder().encode(text.toString());
}

export function keyFromPem(text: Uint8Array): KeyObject {
  return createPrivateKey(Buffer.from(text));
}
