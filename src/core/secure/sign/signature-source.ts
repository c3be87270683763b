import { sha256 } from "../../bytes/sha256.ts";
import { EspError } from "../../errors.ts";
import { CURVES } from "../key/curves.ts";
import type { PrivateKey, PublicKey } from "../key/key-kinds.ts";
import { publicKeyOf } from "../key/signing-key.ts";
import { readSignature } from "./raw-signature.ts";
import { signBytes } from "./sign-bytes.ts";
import { verifyBytes } from "./verify-bytes.ts";

/** What signs without showing its key: a hardware module, a signing service. */
export interface Signer {
  readonly publicKey: PublicKey;
  /**
   * Signs a digest of the data: SHA-256, for a P-384 key SHA-384. RSA: PSS with SHA-256, MGF1 of SHA-256 and 32 bytes of
   * salt, 384 bytes big-endian. ECDSA: r then s, big-endian, each of the curve's size.
   */
  sign(digest: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}

/** A signature made elsewhere over the data as it will stand in flash. */
export interface PrecalculatedSignature {
  readonly publicKey: PublicKey;
  /** RSA: 384 bytes big-endian. ECDSA: DER, or r then s. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Where a signature comes from. */
export type SignatureSource = PrivateKey | Signer | PrecalculatedSignature;

export interface VerifiedSignature {
  readonly publicKey: PublicKey;
  /** RSA big-endian, ECDSA r then s. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

export function isPrecalculated(source: SignatureSource): source is PrecalculatedSignature {
  return "signature" in source;
}

export function sourcePublicKey(source: SignatureSource): PublicKey {
  return "publicKey" in source ? source.publicKey : publicKeyOf(source);
}

/** The digest of the data that a signature by this key covers. */
export function signedDigest(key: PublicKey, data: Uint8Array): Uint8Array<ArrayBuffer> {
  return key.kind === "rsa" ? sha256(data) : CURVES[key.curve].digest(data);
}

/**
 * Obtains the signature and verifies it, whoever made it.
 *
 * Errors: `secure.invalid-signature` when it is not by the public key over this data; whatever a signer throws.
 */
export async function obtainSignature(source: SignatureSource, data: Uint8Array): Promise<VerifiedSignature> {
  const publicKey = sourcePublicKey(source);
  const signature = readSignature(await rawSignature(source, data), publicKey);
  if (await verifyBytes(publicKey, data, signature)) return { publicKey, signature };
  throw new EspError("secure.invalid-signature", "The signature is not by the public key over this data.", {
    hint: isPrecalculated(source)
      ? "Sign the data as it is here, padding included, and give the public key of the same pair."
      : "The private key and the public key may not belong together.",
  });
}

async function rawSignature(source: SignatureSource, data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (isPrecalculated(source)) return source.signature;
  if ("sign" in source) return source.sign(signedDigest(source.publicKey, data));
  return signBytes(source, data);
}
