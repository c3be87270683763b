import { readFileSync } from "node:fs";
import { generateSigningKey } from "../../../src/core/secure/key/generate-key.ts";
import type { PrivateKey } from "../../../src/core/secure/key/key-kinds.ts";
import { parseKey } from "../../../src/core/secure/key/read-key.ts";
import { isPrivateKey, type SigningScheme } from "../../../src/core/secure/key/signing-key.ts";

// From the root and not from this file: the fuzzer runs bundled.
const FIXTURES = "test/fixtures/secure/throw-away-";

export function keyFile(name: "rsa3072-key-1" | "rsa3072-key-2" | "rsa2048-key"): Uint8Array {
  return Uint8Array.from(readFileSync(`${FIXTURES}${name}.pem`));
}

export function privateKeyOf(pem: Uint8Array | string): PrivateKey {
  const key = parseKey(Buffer.from(pem));
  if (!isPrivateKey(key)) throw new Error("a public key");
  return key;
}

/** Two keys of a kind. Making RSA keys takes long, so these are fixtures. */
export async function keyPairOf(scheme: SigningScheme): Promise<[PrivateKey, PrivateKey]> {
  if (scheme === "rsa3072") return [privateKeyOf(keyFile("rsa3072-key-1")), privateKeyOf(keyFile("rsa3072-key-2"))];
  return [await generateSigningKey(scheme), await generateSigningKey(scheme)];
}
