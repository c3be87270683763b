import { invert } from "@noble/curves/abstract/modular.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { sha256 } from "../../bytes/sha256.ts";
import { isEspError } from "../../errors.ts";
import {
  type EcdsaSignatureBlock,
  publicKeyPart,
  type RsaSignatureBlock,
  type SignatureBlock,
} from "../../image/signature/signature-block.ts";
import { checkPublicKey } from "../key/check-keys.ts";
import type { PublicKey } from "../key/key-kinds.ts";
import { checkRsaPublicKey } from "../key/rsa-key-check.ts";
import { decodePoint, RSA_BITS, RSA_BYTES, rawPublicKey, schemeOf } from "../key/signing-key.ts";
import type { VerifiedSignature } from "./signature-source.ts";

const WORD = 2n ** 32n;

/** The block that says: this data, by this key. Errors: `secure.wrong-key-type` for RSA of another size than 3072. */
export function signatureBlock(
  digest: Uint8Array<ArrayBuffer>,
  { publicKey, signature }: VerifiedSignature,
): SignatureBlock {
  schemeOf(publicKey);
  if (publicKey.kind === "ecdsa")
    return { scheme: "ecdsa", curve: publicKey.curve, digest, point: rawPublicKey(publicKey), signature };
  const { modulus, exponent } = publicKey;
  return {
    scheme: "rsa",
    digest,
    modulus: numberToBytesBE(modulus, RSA_BYTES),
    exponent: Number(exponent),
    ...helperNumbers(modulus),
    signature,
  };
}

/** What the chip's Montgomery multiplier needs beside the modulus (fact sheet efuse-secure, D4). */
function helperNumbers(modulus: bigint): Pick<RsaSignatureBlock, "rSquared" | "mPrime"> {
  return {
    rSquared: numberToBytesBE(2n ** BigInt(2 * RSA_BITS) % modulus, RSA_BYTES),
    mPrime: Number(WORD - invert(modulus % WORD, WORD)),
  };
}

/** The public key in a block, or null when its numbers are none: no chip would take it. */
export function blockPublicKey(block: SignatureBlock): PublicKey | null {
  try {
    return block.scheme === "rsa" ? rsaKey(block) : ecdsaKey(block);
  } catch (error) {
    if (isEspError(error)) return null;
    throw error;
  }
}

function rsaKey(block: RsaSignatureBlock): PublicKey | null {
  const modulus = bytesToNumberBE(block.modulus);
  const key = checkRsaPublicKey({ kind: "rsa", modulus, exponent: BigInt(block.exponent) });
  schemeOf(key);
  const { rSquared, mPrime } = helperNumbers(modulus);
  const helpersFit = mPrime === block.mPrime && bytesToNumberBE(rSquared) === bytesToNumberBE(block.rSquared);
  return helpersFit ? key : null;
}

function ecdsaKey({ curve, point }: EcdsaSignatureBlock): PublicKey {
  return decodePoint(curve, Uint8Array.of(4, ...point));
}

/**
 * SHA-256 of the public key as secure boot v2 keeps it, 32 bytes: what is burned into the chip's eFuses.
 *
 * Errors: `secure.wrong-key-type` for RSA of another size than 3072 bits.
 */
export function publicKeyDigest(key: PublicKey): Uint8Array<ArrayBuffer> {
  checkPublicKey(key, "key");
  const nothing = new Uint8Array(0);
  return blockKeyDigest(signatureBlock(nothing, { publicKey: key, signature: nothing }));
}

/** The digest of the key in a block. */
export function blockKeyDigest(block: SignatureBlock): Uint8Array<ArrayBuffer> {
  return sha256(publicKeyPart(block));
}
