import { crc32 } from "../../bytes/crc32.ts";
import { bytesOf, type Layout, layout, u8, u32 } from "../../bytes/layout.ts";
import { concatBytes, equalBytes, writeU32 } from "../../bytes/words.ts";
import {
  CRC_AT,
  HASHES,
  HEADER_BYTES,
  MAGIC,
  markOf,
  SIGNATURE_SECTOR_BYTES,
  type SignatureScheme,
  VERSIONS,
} from "./signature-marks.ts";

/**
 * Secure boot v2: a sector behind the image with up to three blocks (ESP-IDF, "Secure Boot v2", Signature Block
 * Format; fact sheet efuse-secure B4). The one place that knows the layout; who makes signatures or checks them does so
 * with these declarations. By what a block is found stands in signature-marks.ts.
 */
export type CurveName = "p192" | "p256" | "p384";

/** All numbers big-endian here, as libraries have them; in the block they are little-endian. */
export interface RsaSignatureBlock {
  readonly scheme: "rsa";
  /** SHA-256 of the data, 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** 384 bytes. */
  readonly modulus: Uint8Array<ArrayBuffer>;
  readonly exponent: number;
  /** 2^6144 modulo the modulus, 384 bytes: what the chip's multiplier wants. */
  readonly rSquared: Uint8Array<ArrayBuffer>;
  /** -modulus^-1 modulo 2^32. */
  readonly mPrime: number;
  /** 384 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

export interface EcdsaSignatureBlock {
  readonly scheme: "ecdsa";
  readonly curve: CurveName;
  /** SHA-256 of the data, 32 bytes; for P-384 SHA-384, 48 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** x then y. */
  readonly point: Uint8Array<ArrayBuffer>;
  /** r then s. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

export type SignatureBlock = RsaSignatureBlock | EcdsaSignatureBlock;

/** What the bytes at a block's place are. */
export type FoundBlock =
  | { readonly state: "absent" }
  /** A block's beginning, but damaged (`crc-invalid`), or whole with fields that no chip takes (`malformed`). */
  | { readonly state: "crc-invalid" | "malformed"; readonly scheme: SignatureScheme }
  | { readonly state: "whole"; readonly block: SignatureBlock };

interface BlockFields {
  /** 0xE7. */
  magic: number;
  /** 2: RSA, 3: ECDSA. */
  version: number;
  /** 0: SHA-256, 1: SHA-384. */
  hash: number;
  /** 0. */
  reserved: number;
  /** Of all data before the signature sector. */
  digest: Uint8Array<ArrayBuffer>;
  /** CRC-32 of all bytes before it. */
  crc: number;
  /** 0. */
  rest: Uint8Array<ArrayBuffer>;
}

interface RsaFields extends BlockFields {
  /** Little-endian, as all large numbers here. */
  modulus: Uint8Array<ArrayBuffer>;
  /** Public exponent. */
  exponent: number;
  /** 2^6144 modulo the modulus. */
  rSquared: Uint8Array<ArrayBuffer>;
  /** -modulus^-1 modulo 2^32. */
  mPrime: number;
  /** PSS, with a salt of 32 bytes. */
  signature: Uint8Array<ArrayBuffer>;
}

interface EcdsaFields extends BlockFields {
  /** 1: P-192, 2: P-256, 3: P-384. */
  curve: number;
  /** Public key: x, then y, each little-endian; after P-192's, zeros. */
  point: Uint8Array<ArrayBuffer>;
  /** r, then s, each little-endian; after P-192's, zeros. */
  signature: Uint8Array<ArrayBuffer>;
  /** 0. */
  unused: Uint8Array<ArrayBuffer>;
}

const HEADER = { magic: u8, version: u8, hash: u8, reserved: u8 } as const;
const REST = bytesOf(16);
const RSA_BYTES = 384;

/** The layouts of a block, field by field. */
export const RSA: Layout<RsaFields> = layout<RsaFields>({
  ...HEADER,
  digest: bytesOf(32),
  modulus: bytesOf(RSA_BYTES),
  exponent: u32,
  rSquared: bytesOf(RSA_BYTES),
  mPrime: u32,
  signature: bytesOf(RSA_BYTES),
  crc: u32,
  rest: REST,
});

function ecdsaLayout(digestBytes: number, pairBytes: number): Layout<EcdsaFields> {
  return layout<EcdsaFields>({
    ...HEADER,
    digest: bytesOf(digestBytes),
    curve: u8,
    point: bytesOf(pairBytes),
    signature: bytesOf(pairBytes),
    unused: bytesOf(CRC_AT - HEADER_BYTES - digestBytes - 1 - 2 * pairBytes),
    crc: u32,
    rest: REST,
  });
}

interface EcdsaForm {
  readonly curveId: number;
  readonly hash: number;
  readonly digestBytes: number;
  /** Of a coordinate. */
  readonly sizeBytes: number;
  /** For two numbers; P-192 leaves the end of it zero. */
  readonly pairBytes: number;
  readonly layout: Layout<EcdsaFields>;
}

export const SHA256_LAYOUT: Layout<EcdsaFields> = ecdsaLayout(32, 64);
export const SHA384_LAYOUT: Layout<EcdsaFields> = ecdsaLayout(48, 96);
const SHA256_FORM = { hash: HASHES.sha256, digestBytes: 32, pairBytes: 64, layout: SHA256_LAYOUT } as const;

const ECDSA: Readonly<Record<CurveName, EcdsaForm>> = {
  p192: { ...SHA256_FORM, curveId: 1, sizeBytes: 24 },
  p256: { ...SHA256_FORM, curveId: 2, sizeBytes: 32 },
  p384: { hash: HASHES.sha384, digestBytes: 48, pairBytes: 96, layout: SHA384_LAYOUT, curveId: 3, sizeBytes: 48 },
};

const EMPTY = new Uint8Array(0);

/** The 1216 bytes of a block, checksum included. */
export function encodeSignatureBlock(block: SignatureBlock): Uint8Array<ArrayBuffer> {
  const common = { magic: MAGIC, version: VERSIONS[block.scheme], reserved: 0, crc: 0, rest: EMPTY };
  const bytes = block.scheme === "rsa" ? encodeRsa(block, common) : encodeEcdsa(block, common);
  writeU32(bytes, CRC_AT, crc32(bytes.subarray(0, CRC_AT)));
  return bytes;
}

type Common = Pick<BlockFields, "magic" | "version" | "reserved" | "crc" | "rest">;

function encodeRsa(block: RsaSignatureBlock, common: Common): Uint8Array<ArrayBuffer> {
  return RSA.encode({
    ...common,
    hash: HASHES.sha256,
    digest: block.digest,
    modulus: reversed(block.modulus),
    exponent: block.exponent,
    rSquared: reversed(block.rSquared),
    mPrime: block.mPrime,
    signature: reversed(block.signature),
  });
}

function encodeEcdsa(block: EcdsaSignatureBlock, common: Common): Uint8Array<ArrayBuffer> {
  const form = ECDSA[block.curve];
  return form.layout.encode({
    ...common,
    hash: form.hash,
    digest: block.digest,
    curve: form.curveId,
    point: reverseHalves(block.point, form.sizeBytes),
    signature: reverseHalves(block.signature, form.sizeBytes),
    unused: EMPTY,
  });
}

/** What stands in the 1216 bytes; fewer are no block. */
export function decodeSignatureBlock(bytes: Uint8Array<ArrayBuffer>): FoundBlock {
  const mark = markOf(bytes, crc32);
  if (mark.state !== "intact") return mark;
  const { scheme } = mark;
  const block = scheme === "rsa" ? decodeRsa(bytes) : decodeEcdsa(bytes);
  // What the fields leave unsaid must be zero, or the key's digest would be another one than the chip's.
  if (block === null || !equalBytes(encodeSignatureBlock(block), bytes)) return { state: "malformed", scheme };
  return { state: "whole", block };
}

function decodeRsa(bytes: Uint8Array<ArrayBuffer>): RsaSignatureBlock | null {
  const fields = RSA.decode(bytes);
  if (fields === null || fields.hash !== HASHES.sha256) return null;
  const { digest, exponent, mPrime } = fields;
  const modulus = reversed(fields.modulus);
  return {
    scheme: "rsa",
    digest,
    modulus,
    exponent,
    rSquared: reversed(fields.rSquared),
    mPrime,
    signature: reversed(fields.signature),
  };
}

function decodeEcdsa(bytes: Uint8Array<ArrayBuffer>): EcdsaSignatureBlock | null {
  const fields = (bytes[2] === HASHES.sha384 ? SHA384_LAYOUT : SHA256_LAYOUT).decode(bytes);
  if (fields === null) return null;
  const entry = (Object.entries(ECDSA) as [CurveName, EcdsaForm][]).find(
    ([, form]) => form.curveId === fields.curve && form.hash === fields.hash,
  );
  if (entry === undefined) return null;
  const [curve, { sizeBytes }] = entry;
  return {
    scheme: "ecdsa",
    curve,
    digest: fields.digest,
    point: reverseHalves(fields.point.subarray(0, 2 * sizeBytes), sizeBytes),
    signature: reverseHalves(fields.signature.subarray(0, 2 * sizeBytes), sizeBytes),
  };
}

/** The part of a block that is the public key: what the chip's eFuses hold the SHA-256 of. */
export function publicKeyPart(block: SignatureBlock): Uint8Array<ArrayBuffer> {
  const bytes = encodeSignatureBlock(block);
  if (block.scheme === "rsa")
    return bytes.subarray(HEADER_BYTES + 32, HEADER_BYTES + 32 + RSA_BYTES + 4 + RSA_BYTES + 4);
  const { digestBytes, pairBytes } = ECDSA[block.curve];
  return bytes.subarray(HEADER_BYTES + digestBytes, HEADER_BYTES + digestBytes + 1 + pairBytes);
}

/** The blocks as a sector: what they leave free is erased flash. */
export function encodeSignatureSector(blocks: readonly SignatureBlock[]): Uint8Array<ArrayBuffer> {
  const sector = new Uint8Array(SIGNATURE_SECTOR_BYTES).fill(0xff);
  sector.set(concatBytes(blocks.map(encodeSignatureBlock)));
  return sector;
}

function reversed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes).reverse();
}

/** Each of two numbers with its bytes the other way round. */
function reverseHalves(pair: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  return concatBytes([reversed(pair.subarray(0, size)), reversed(pair.subarray(size, 2 * size))]);
}
