import { bytesOfFile, type FileSource } from "../../check/blob.ts";
import type { FoundBlock, SignatureBlock } from "../../image/signature/signature-block.ts";
import type { SignatureScheme } from "../../image/signature/signature-marks.ts";
import type { PublicKey } from "../key/key-kinds.ts";
import { type SigningScheme, schemeOf } from "../key/signing-key.ts";
import { blockKeyDigest, blockPublicKey } from "./block-key.ts";
import { checkSectorOptions } from "./check-sources.ts";
import { digestChecker, requireSignedData, type SectorOptions, type SignedData } from "./signed-data.ts";
import { verifyBytes } from "./verify-bytes.ts";

/**
 * - `absent`: no block here
 * - `crc-invalid`: a block's beginning, but its checksum is wrong
 * - `malformed`: whole, but with a key or fields that no chip takes
 * - `digest-mismatch`: whole, but of other data
 * - `signature-invalid`: of this data, but the signature is not by the key in the block
 * - `valid`: the key in the block signed this data
 */
export type SignatureBlockState =
  | "absent"
  | "crc-invalid"
  | "malformed"
  | "digest-mismatch"
  | "signature-invalid"
  | "valid";

/** One of the three places of a signature sector. */
export interface SignatureBlockReport {
  readonly index: number;
  readonly state: SignatureBlockState;
  /** Null for an absent block. */
  readonly kind: SignatureScheme | null;
  /** Null unless the block has a sound key. */
  readonly scheme: SigningScheme | null;
  readonly publicKey: PublicKey | null;
  /** SHA-256 of the key as eFuses keep it, 32 bytes; null for a block that is not whole. */
  readonly publicKeyDigest: Uint8Array<ArrayBuffer> | null;
}

export interface SignatureReport {
  /** Bytes that the signatures cover. */
  readonly dataBytes: number;
  /** All three, whatever their state. */
  readonly blocks: readonly SignatureBlockReport[];
}

/**
 * What stands in the signature sector (secure boot v2) at the end of a file: the state and the key of each block.
 *
 * Errors: `secure.not-signed` when the file is too small for one or no multiple of 4096 bytes.
 */
export async function inspectSignatures(bytes: FileSource, options: SectorOptions = {}): Promise<SignatureReport> {
  const file = await bytesOfFile(bytes, "bytes");
  const wanted = checkSectorOptions(options, "options");
  return inspectSignedData(requireSignedData(file, wanted));
}

export async function inspectSignedData({ data, blocks }: SignedData): Promise<SignatureReport> {
  const fits = digestChecker(data);
  const reports = blocks.map((found, index) => reportBlock({ found, index, data, fits }));
  return { dataBytes: data.length, blocks: await Promise.all(reports) };
}

interface BlockToReport {
  readonly found: FoundBlock;
  readonly index: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly fits: (block: SignatureBlock) => boolean;
}

const NO_KEY = { scheme: null, publicKey: null, publicKeyDigest: null } as const;

async function reportBlock({ found, index, data, fits }: BlockToReport): Promise<SignatureBlockReport> {
  if (found.state === "absent") return { index, state: "absent", kind: null, ...NO_KEY };
  if (found.state !== "whole") return { index, state: found.state, kind: found.scheme, ...NO_KEY };
  const { block } = found;
  const common = { index, kind: block.scheme, publicKeyDigest: blockKeyDigest(block) };
  const publicKey = blockPublicKey(block);
  if (publicKey === null) return { ...NO_KEY, ...common, state: "malformed" };
  const state = !fits(block)
    ? "digest-mismatch"
    : (await verifyBytes(publicKey, data, block.signature))
      ? "valid"
      : "signature-invalid";
  return { ...common, state, scheme: schemeOf(publicKey), publicKey };
}
