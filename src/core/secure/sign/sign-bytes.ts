import { CURVES } from "../key/curves.ts";
import type { EcdsaPrivateKey, PrivateKey } from "../key/key-kinds.ts";
import { encodePkcs8 } from "../key/key-structures.ts";
import { scalarBytes } from "../key/signing-key.ts";
import { importHostKey, requireSubtle } from "../key/web-crypto.ts";
import { RSA_PSS, RSA_PSS_KEY } from "./verify-bytes.ts";

/**
 * The raw signature over the data: RSA-PSS with SHA-256 big-endian, ECDSA with the curve's digest as r then s.
 *
 * It is made by the host's cryptography, whose time does not depend on the secret, except for P-192, which hosts lack.
 */
export async function signBytes(key: PrivateKey, data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (key.kind === "rsa") return signNatively(key, { key: RSA_PSS_KEY, signature: RSA_PSS }, data);
  const { web, library } = CURVES[key.curve];
  // Randomness on top of the deterministic nonce: neither a bad generator nor a fault alone gives the key away.
  if (web === null) return library.sign(data, scalarBytes(key), { lowS: false, extraEntropy: true });
  const { namedCurve, hash } = web;
  return signNatively(key, { key: { name: "ECDSA", namedCurve }, signature: { name: "ECDSA", hash } }, data);
}

/** ECDSA with the nonce of RFC 6979, the same signature every time: r then s. */
export function signDeterministically(key: EcdsaPrivateKey, data: Uint8Array): Uint8Array<ArrayBuffer> {
  return CURVES[key.curve].library.sign(data, scalarBytes(key), { lowS: false });
}

interface NativeAlgorithms {
  readonly key: object;
  readonly signature: object;
}

async function signNatively(
  key: PrivateKey,
  algorithms: NativeAlgorithms,
  data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = encodePkcs8(key);
  const hostKey = await importHostKey({ format: "pkcs8", bytes, algorithm: algorithms.key, usage: "sign" });
  return new Uint8Array(await requireSubtle().sign(algorithms.signature, hostKey, data));
}
