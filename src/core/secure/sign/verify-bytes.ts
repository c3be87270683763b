import type { HostKey } from "../../host.ts";
import { CURVES } from "../key/curves.ts";
import type { PublicKey } from "../key/key-kinds.ts";
import { encodeSpki } from "../key/key-structures.ts";
import { encodePoint } from "../key/signing-key.ts";
import { importHostKey, requireSubtle } from "../key/web-crypto.ts";
import { rawSignatureBytes } from "./raw-signature.ts";

/** RSA-PSS with SHA-256 and MGF1 of SHA-256, 32 bytes of salt (fact sheet efuse-secure, B4). */
export const RSA_PSS = { name: "RSA-PSS", saltLength: 32 } as const;
export const RSA_PSS_KEY = { name: "RSA-PSS", hash: "SHA-256" } as const;

/** Whether the raw signature over the data is by this key. False for a signature of another length. */
export async function verifyBytes(key: PublicKey, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (signature.length !== rawSignatureBytes(key)) return false;
  if (key.kind === "rsa") {
    const hostKey = await importPublicKey(key, RSA_PSS_KEY);
    return requireSubtle().verify(RSA_PSS, hostKey, signature, data);
  }
  const { web, library } = CURVES[key.curve];
  // High s is as good: secure boot keeps what the algorithm gave.
  if (web === null) return library.verify(signature, data, encodePoint(key), { lowS: false });
  const { namedCurve, hash } = web;
  const hostKey = await importPublicKey(key, { name: "ECDSA", namedCurve });
  return requireSubtle().verify({ name: "ECDSA", hash }, hostKey, signature, data);
}

function importPublicKey(key: PublicKey, algorithm: object): Promise<HostKey> {
  return importHostKey({ format: "spki", bytes: encodeSpki(key), algorithm, usage: "verify" });
}
