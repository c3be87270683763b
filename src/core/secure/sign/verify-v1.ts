import { bytesOfFile, type FileSource } from "../../check/blob.ts";
import { EspError } from "../../errors.ts";
import { checkPublicKey } from "../key/check-keys.ts";
import type { PublicKey } from "../key/key-kinds.ts";
import { requireV1Key } from "../key/signing-key.ts";
import { splitV1Signature } from "./v1-signature.ts";
import { verifyBytes } from "./verify-bytes.ts";

export interface VerificationV1 {
  /** Bytes that the signature covers. */
  readonly dataBytes: number;
  readonly isValid: boolean;
}

/**
 * Checks the secure boot v1 signature at the end of a file.
 *
 * Errors: `secure.wrong-key-type`; `secure.not-signed` when the file is too small or the signature's version is not 0.
 */
export async function verifySignatureV1(bytes: FileSource, key: PublicKey): Promise<VerificationV1> {
  const file = await bytesOfFile(bytes, "bytes");
  checkPublicKey(key, "key");
  const publicKey = requireV1Key(key);
  const signed = splitV1Signature(file);
  // A signature over nothing proves nothing.
  if (signed === null || signed.data.length === 0)
    throw new EspError("secure.not-signed", "The file does not end with a secure boot v1 signature.", {
      hint: "Give the signed file, or choose version 2.",
      details: { sizeBytes: file.length },
    });
  const { data, signature } = signed;
  return { dataBytes: data.length, isValid: await verifyBytes(publicKey, data, signature) };
}
