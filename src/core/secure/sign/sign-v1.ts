import { bytesOfFile, type FileSource } from "../../check/blob.ts";
import type { WithByteSources } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { EspError, isEspError } from "../../errors.ts";
import { describeImage } from "../../image/firmware/describe-image.ts";
import { isSigned } from "../../image/signature/signatures.ts";
import type { EcdsaPublicKey, PrivateKey } from "../key/key-kinds.ts";
import { requireV1Key } from "../key/signing-key.ts";
import { checkV1Source } from "./check-sources.ts";
import { signDeterministically } from "./sign-bytes.ts";
import { obtainSignature, type PrecalculatedSignature, sourcePublicKey } from "./signature-source.ts";
import { appendV1Signature, splitV1Signature } from "./v1-signature.ts";
import { verifyBytes } from "./verify-bytes.ts";

export interface SignV1Options {
  /** Signs data that is signed already once more, signature and all. */
  readonly force?: boolean | undefined;
}

export interface SignedV1 {
  /** The data with 68 bytes of signature behind it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes that the signature covers. */
  readonly dataBytes: number;
}

const checkV1Options: Check<SignV1Options> = shape<SignV1Options>({ force: optional(checkBoolean) });

/**
 * The data with a signature for secure boot v1: ECDSA on P-256 with SHA-256 and the nonce of RFC 6979, so that the same
 * key and data give the same bytes. The signature is verified before it is used.
 *
 * Errors: `secure.wrong-key-type`, `secure.already-signed`, `secure.invalid-signature`, `file.empty`.
 *
 * @example
 * const { bytes } = await signDataV1(image, await readPrivateKey(pem));
 */
export async function signDataV1(
  bytes: FileSource,
  source: PrivateKey | WithByteSources<PrecalculatedSignature>,
  options: SignV1Options = {},
): Promise<SignedV1> {
  const file = await bytesOfFile(bytes, "bytes");
  const signing = checkV1Source(source, "source");
  const { force = false } = checkV1Options(options, "options");
  if (file.length === 0) throw new EspError("file.empty", "There is no data to sign.");
  const publicKey = requireV1Key(sourcePublicKey(signing));
  if (!force && (await isSignedAlready(file, publicKey)))
    throw new EspError("secure.already-signed", "The data is signed already.", {
      hint: "Sign the data as it was before; by force the signature is signed too.",
      remedies: ["force"],
    });
  const made =
    "signature" in signing ? signing : { publicKey, signature: signDeterministically(requireV1Key(signing), file) };
  const { signature } = await obtainSignature(made, file);
  return { bytes: appendV1Signature(file, signature), dataBytes: file.length };
}

/** By this key, whatever the data; or, if the data is a firmware image, by any key and for any version. */
async function isSignedAlready(bytes: Uint8Array<ArrayBuffer>, key: EcdsaPublicKey): Promise<boolean> {
  const signed = splitV1Signature(bytes);
  if (signed !== null && (await verifyBytes(key, signed.data, signed.signature))) return true;
  try {
    return isSigned(describeImage(bytes).signatures);
  } catch (error) {
    if (isEspError(error)) return false;
    throw error;
  }
}
