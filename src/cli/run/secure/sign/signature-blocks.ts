import type { SignatureBlockReport, VerifiedBlockReport } from "../../../../secure.ts";

/** A block as `--json` has it; a key by its digest only, as eFuses do. */
export function blockFields(block: SignatureBlockReport | VerifiedBlockReport): Readonly<Record<string, unknown>> {
  const { index, state, scheme, publicKeyDigest } = block;
  return { index, state, scheme, publicKeyDigest, ...("keyMatches" in block && { keyMatches: block.keyMatches }) };
}

/** There is a block, and its checksum and fields are right. */
export function isWhole({ state }: SignatureBlockReport): boolean {
  return state !== "absent" && state !== "crc-invalid" && state !== "malformed";
}

/** `RSA` or `ECDSA`. */
export function kindOf({ kind }: SignatureBlockReport): string {
  return (kind ?? "").toUpperCase();
}

/** What a whole block is, in one line. */
export function stateLine(block: SignatureBlockReport): string {
  return complaintAbout(block) ?? `Signature block ${block.index} is valid (${kindOf(block)}).`;
}

/** What is wrong with a whole block; null: nothing. */
export function complaintAbout({ index, state }: SignatureBlockReport): string | null {
  switch (state) {
    case "digest-mismatch":
      return `Signature block ${index} is of other data than this.`;
    case "signature-invalid":
      return `Signature block ${index} was not made with the key it holds.`;
    default:
      return null;
  }
}
