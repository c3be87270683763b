import { equalBytes } from "@noble/curves/utils.js";
import { bytesOfFile, type FileSource } from "../../check/blob.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, either } from "../../check/check.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkObject, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import { checkPublicKey } from "../key/check-keys.ts";
import type { PublicKey } from "../key/key-kinds.ts";
import { publicKeyDigest } from "./block-key.ts";
import { checkSectorOptions } from "./check-sources.ts";
import { inspectSignatures, type SignatureBlockReport, type SignatureReport } from "./inspect-signatures.ts";
import type { SectorOptions } from "./signed-data.ts";

/**
 * - `verified`: a valid block is by the key
 * - `wrong-key`: signed, but by other keys
 * - `damaged`: a block is of other data than the file's, or the key's own block is not valid
 * - `not-signed`: no whole block
 */
export type VerificationVerdict = "verified" | "wrong-key" | "damaged" | "not-signed";

export interface VerifiedBlockReport extends SignatureBlockReport {
  /** The block's key is the one asked for; null for a block without a key. */
  readonly keyMatches: boolean | null;
}

export interface Verification extends SignatureReport {
  readonly blocks: readonly VerifiedBlockReport[];
  readonly verdict: VerificationVerdict;
}

const checkExpected: Check<PublicKey | Uint8Array> = either(
  checkBytes,
  checkPublicKey,
  "a public key, or the 32 bytes of the digest of one",
);

/**
 * Checks the secure boot v2 signatures of a file against a public key, or against the digest of one (32 bytes) as it
 * is in a chip's eFuses. The key in a block must be that key, and must have signed this data.
 *
 * Errors: `secure.not-signed` for a file that cannot have a signature sector, `secure.wrong-key-type` for RSA of
 * another size than 3072 bits. What is found wrong is in the verdict; `requireVerified` throws on it.
 *
 * @example
 * const { verdict } = await verifySignaturesV2(image, await readPublicKey(pem));
 */
export async function verifySignaturesV2(
  bytes: FileSource,
  expected: PublicKey | ByteSource,
  options: SectorOptions = {},
): Promise<Verification> {
  const file = await bytesOfFile(bytes, "bytes");
  const wantedKey = checkExpected(expected, "expected");
  const wanted = checkSectorOptions(options, "options");
  const digest = wantedKey instanceof Uint8Array ? wantedKey : publicKeyDigest(wantedKey);
  const report = await inspectSignatures(file, wanted);
  const blocks = report.blocks.map((block) => ({
    ...block,
    keyMatches: block.publicKeyDigest === null ? null : equalBytes(block.publicKeyDigest, digest),
  }));
  return { ...report, blocks, verdict: judge(blocks) };
}

function judge(blocks: readonly VerifiedBlockReport[]): VerificationVerdict {
  const present = blocks.filter(({ state }) => state !== "absent" && state !== "crc-invalid");
  if (present.length === 0) return "not-signed";
  // A block of other data means that the file was changed after it was signed.
  if (present.some(({ state }) => state === "digest-mismatch")) return "damaged";
  const own = present.filter(({ keyMatches }) => keyMatches);
  if (own.some(({ state }) => state === "valid")) return "verified";
  return own.length > 0 ? "damaged" : "wrong-key";
}

const FAILURES: Readonly<Record<Exclude<VerificationVerdict, "verified">, readonly [sentence: string, hint: string]>> =
  {
    "wrong-key": [
      "Signature could not be verified with the provided key.",
      "Give the key that the file was signed with.",
    ],
    damaged: ["The file was changed after it was signed, or its signature is damaged.", "Sign the file again."],
    "not-signed": ["The file has no whole signature block.", "Give the signed file."],
  };

const checkVerification: Check<Verification> = hasParts<Verification>("what verifySignaturesV2 gives", {
  verdict: oneOf<VerificationVerdict>(["verified", "wrong-key", "damaged", "not-signed"]),
  blocks: listOf(checkObject),
});

/** Errors: `secure.not-verified` for every verdict but `verified`. */
export function requireVerified(verification: Verification): void {
  const { verdict, blocks } = checkVerification(verification, "verification");
  if (verdict === "verified") return;
  const [sentence, hint] = FAILURES[verdict];
  const states = blocks.map(({ state }) => state);
  throw new EspError("secure.not-verified", sentence, { hint, details: { verdict, blocks: states } });
}
