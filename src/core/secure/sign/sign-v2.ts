// Shelf: signatures of secure boot v1 and v2: made, appended, checked, inspected.
// In: an image and keys, or a source of signatures such as a hardware module.
// Out: a signed image, or what its signatures are worth.

import { concatBytes, padTo } from "../../bytes/words.ts";
import { bytesOfFile, type FileSource } from "../../check/blob.ts";
import type { WithByteSources } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { encodeSignatureSector, type SignatureBlock } from "../../image/signature/signature-block.ts";
import { MAXIMUM_SIGNATURE_BLOCKS, SIGNATURE_SECTOR_BYTES } from "../../image/signature/signature-marks.ts";
import { SCHEME_OF_CURVE, type SigningScheme, schemeOf } from "../key/signing-key.ts";
import { signatureBlock } from "./block-key.ts";
import { checkSources } from "./check-sources.ts";
import { inspectSignedData } from "./inspect-signatures.ts";
import {
  isPrecalculated,
  obtainSignature,
  type SignatureSource,
  signedDigest,
  sourcePublicKey,
} from "./signature-source.ts";
import { type SignedData, splitSignedData } from "./signed-data.ts";

export interface SignV2Options {
  /** Keeps the signatures that are there and adds to them; without any it is as if it had not been asked. */
  readonly append?: boolean | undefined;
  /** Signs data that is signed already once more, with its signature sector as part of the data. */
  readonly force?: boolean | undefined;
  /** Signs the data as it is, even if it does not end with a sector. */
  readonly skipPadding?: boolean | undefined;
}

export interface SignedV2 {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes that the signatures cover, padding included. */
  readonly dataBytes: number;
  /** Bytes of 0xff put behind the data. */
  readonly padBytes: number;
  readonly blockCount: number;
  /** Of them, those that were there before. */
  readonly keptBlocks: number;
  readonly scheme: SigningScheme;
}

const checkV2Options: Check<SignV2Options> = shape<SignV2Options>({
  append: optional(checkBoolean),
  force: optional(checkBoolean),
  skipPadding: optional(checkBoolean),
});

/**
 * The data with a signature sector for secure boot v2, of up to three signatures; each is verified before it is used.
 *
 * Errors: `secure.already-signed`, `secure.damaged-block`, `secure.too-many-signatures`, `secure.mixed-schemes`,
 * `secure.wrong-key-type`, `secure.invalid-signature`, `secure.unaligned`, `file.empty`.
 *
 * @example
 * const { bytes } = await signDataV2(image, [await readPrivateKey(pem)]);
 */
export async function signDataV2(
  bytes: FileSource,
  sources: readonly WithByteSources<SignatureSource>[],
  options: SignV2Options = {},
): Promise<SignedV2> {
  const file = await bytesOfFile(bytes, "bytes");
  const signing = checkSources(sources, "sources");
  const wanted = checkV2Options(options, "options");
  const { data, blocks: kept, padBytes } = await dataToSign(file, signing, wanted);
  const scheme = commonScheme(signing, kept);
  refuseTooMany(signing.length, kept.length);
  const added: SignatureBlock[] = [];
  // One after the other: a hardware module has one session.
  for (const source of signing) {
    const signature = await obtainSignature(source, data);
    added.push(signatureBlock(signedDigest(signature.publicKey, data), signature));
  }
  const blocks = [...kept, ...added];
  return {
    bytes: concatBytes([data, encodeSignatureSector(blocks)]),
    dataBytes: data.length,
    padBytes,
    blockCount: blocks.length,
    keptBlocks: kept.length,
    scheme,
  };
}

interface DataToSign {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly blocks: readonly SignatureBlock[];
  readonly padBytes: number;
}

async function dataToSign(
  bytes: Uint8Array<ArrayBuffer>,
  sources: readonly SignatureSource[],
  options: SignV2Options,
): Promise<DataToSign> {
  if (bytes.length === 0) throw new EspError("file.empty", "There is no data to sign.");
  // Looked for in data of any length: signed without padding, it does not end with a sector.
  const signed = splitSignedData(bytes, { skipPadding: true });
  if (signed?.blocks.some(({ state }) => state !== "absent")) {
    if (options.append) return { data: signed.data, blocks: await blocksToKeep(signed), padBytes: 0 };
    if (!options.force) throw alreadySigned();
  }
  const data = options.skipPadding ? bytes : padTo(bytes, SIGNATURE_SECTOR_BYTES);
  const padBytes = data.length - bytes.length;
  if (padBytes > 0 && sources.some(isPrecalculated))
    throw new EspError("secure.unaligned", `The data of ${bytes.length} bytes does not end with a sector of 4096.`, {
      hint: "A signature made elsewhere covers the padding too: pad the data with 0xff before it is signed.",
      details: { sizeBytes: bytes.length, padBytes },
    });
  return { data, blocks: [], padBytes };
}

/** The signatures of a sector that is added to, first to last. Nothing is kept that a chip would stumble over. */
async function blocksToKeep(signed: SignedData): Promise<SignatureBlock[]> {
  const { blocks: reports } = await inspectSignedData(signed);
  const kept: SignatureBlock[] = [];
  for (const [index, found] of signed.blocks.entries()) {
    if (found.state === "absent") continue;
    if (found.state !== "whole" || reports[index]?.state !== "valid" || index !== kept.length)
      throw damagedBlock(index);
    kept.push(found.block);
  }
  return kept;
}

function damagedBlock(index: number): EspError {
  return new EspError("secure.damaged-block", `Signature block ${index} is damaged, or does not fit the data.`, {
    hint: "Sign the data as it was before it was signed.",
    details: { index },
  });
}

function alreadySigned(): EspError {
  return new EspError("secure.already-signed", "The data is signed already.", {
    hint: "Append to the signatures, or sign the data as it was before; by force the signatures are signed too.",
    remedies: ["force"],
  });
}

function commonScheme(sources: readonly SignatureSource[], kept: readonly SignatureBlock[]): SigningScheme {
  const added = sources.map((source) => schemeOf(sourcePublicKey(source)));
  const [first] = added;
  if (first === undefined)
    throw new EspError("argument.invalid", "There is no key to sign with.", { hint: "Give one to three keys." });
  const schemes = new Set([...kept.map(blockScheme), ...added]);
  if (schemes.size > 1)
    throw new EspError(
      "secure.mixed-schemes",
      `The signatures would be of different kinds: ${[...schemes].join(", ")}.`,
      {
        hint: "A chip checks one kind only: use keys of one kind.",
        details: { schemes: [...schemes] },
      },
    );
  return first;
}

function blockScheme(block: SignatureBlock): SigningScheme {
  return block.scheme === "rsa" ? "rsa3072" : SCHEME_OF_CURVE[block.curve];
}

function refuseTooMany(added: number, kept: number): void {
  const free = MAXIMUM_SIGNATURE_BLOCKS - kept;
  if (added <= free) return;
  throw new EspError(
    "secure.too-many-signatures",
    `There is room for ${free} more of ${MAXIMUM_SIGNATURE_BLOCKS} signatures, and not for ${added}.`,
    { hint: "Use fewer keys, or sign the data as it was before.", details: { added, free } },
  );
}
