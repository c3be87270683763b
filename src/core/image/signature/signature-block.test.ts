import { describe, expect, it } from "vitest";
import { crc32 } from "../../bytes/crc32.ts";
import { readU32, writeU32 } from "../../bytes/words.ts";
import {
  decodeSignatureBlock,
  type EcdsaSignatureBlock,
  encodeSignatureBlock,
  encodeSignatureSector,
  publicKeyPart,
  type RsaSignatureBlock,
  type SignatureBlock,
} from "./signature-block.ts";

/** Bytes that tell where they are. */
const run = (length: number, first: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => (first + index * 7) & 0xff);
const backwards = (bytes: Uint8Array<ArrayBuffer>): number[] => [...bytes].reverse();

const RSA: RsaSignatureBlock = {
  scheme: "rsa",
  digest: run(32, 1),
  modulus: run(384, 2),
  exponent: 65537,
  rSquared: run(384, 3),
  mPrime: 0x89abcdef,
  signature: run(384, 4),
};
const P256: EcdsaSignatureBlock = {
  scheme: "ecdsa",
  curve: "p256",
  digest: run(32, 1),
  point: run(64, 2),
  signature: run(64, 3),
};
const P192: EcdsaSignatureBlock = { ...P256, curve: "p192", point: run(48, 2), signature: run(48, 3) };
const P384: EcdsaSignatureBlock = {
  ...P256,
  curve: "p384",
  digest: run(48, 1),
  point: run(96, 2),
  signature: run(96, 3),
};
const BLOCKS: readonly (readonly [string, SignatureBlock])[] = [
  ["RSA", RSA],
  ["P-192", P192],
  ["P-256", P256],
  ["P-384", P384],
];

/** A change inside the block with the checksum made right again. */
function changed(block: SignatureBlock, offset: number, value: number): Uint8Array<ArrayBuffer> {
  const bytes = encodeSignatureBlock(block);
  bytes[offset] = value;
  writeU32(bytes, 1196, crc32(bytes.subarray(0, 1196)));
  return bytes;
}

describe("a signature block", () => {
  it.each(BLOCKS)("of %s comes back from its bytes", (_, block) => {
    const bytes = encodeSignatureBlock(block);
    expect(bytes.length).toBe(1216);
    expect(readU32(bytes, 1196)).toBe(crc32(bytes.subarray(0, 1196)));
    expect([...bytes.subarray(1200)]).toEqual(Array(16).fill(0));
    expect(decodeSignatureBlock(bytes)).toEqual({ state: "whole", block });
  });

  it("of RSA has each field at its place, numbers little-endian", () => {
    const bytes = encodeSignatureBlock(RSA);
    expect([...bytes.subarray(0, 4)]).toEqual([0xe7, 2, 0, 0]);
    expect([...bytes.subarray(4, 36)]).toEqual([...RSA.digest]);
    expect([...bytes.subarray(36, 420)]).toEqual(backwards(RSA.modulus));
    expect(readU32(bytes, 420)).toBe(65537);
    expect([...bytes.subarray(424, 808)]).toEqual(backwards(RSA.rSquared));
    expect(readU32(bytes, 808)).toBe(0x89abcdef);
    expect([...bytes.subarray(812, 1196)]).toEqual(backwards(RSA.signature));
    expect([...publicKeyPart(RSA)]).toEqual([...bytes.subarray(36, 812)]);
  });

  it("of P-192 leaves the end of each pair zero", () => {
    const bytes = encodeSignatureBlock(P192);
    expect([...bytes.subarray(0, 4)]).toEqual([0xe7, 3, 0, 0]);
    expect(bytes[36]).toBe(1);
    expect([...bytes.subarray(37, 61)]).toEqual(backwards(P192.point.subarray(0, 24)));
    expect([...bytes.subarray(61, 85)]).toEqual(backwards(P192.point.subarray(24)));
    expect([...bytes.subarray(85, 101)]).toEqual(Array(16).fill(0));
    expect([...bytes.subarray(101, 125)]).toEqual(backwards(P192.signature.subarray(0, 24)));
    expect([...bytes.subarray(149, 1196)].every((byte) => byte === 0)).toBe(true);
    expect([...publicKeyPart(P192)]).toEqual([...bytes.subarray(36, 101)]);
  });

  it("of P-384 has a longer digest and longer numbers", () => {
    const bytes = encodeSignatureBlock(P384);
    expect([...bytes.subarray(0, 4)]).toEqual([0xe7, 3, 1, 0]);
    expect([...bytes.subarray(4, 52)]).toEqual([...P384.digest]);
    expect(bytes[52]).toBe(3);
    expect([...bytes.subarray(53, 101)]).toEqual(backwards(P384.point.subarray(0, 48)));
    expect([...bytes.subarray(149, 197)]).toEqual(backwards(P384.signature.subarray(0, 48)));
    expect([...publicKeyPart(P384)]).toEqual([...bytes.subarray(52, 149)]);
  });

  it("is absent without its magic or version, in erased flash and when it breaks off", () => {
    const bytes = encodeSignatureBlock(RSA);
    const erased = new Uint8Array(1216).fill(0xff);
    for (const none of [changed(RSA, 0, 0xe6), changed(RSA, 1, 1), changed(RSA, 1, 4), erased, bytes.subarray(0, 1215)])
      expect(decodeSignatureBlock(none)).toEqual({ state: "absent" });
  });

  it("is absent where other data has its first two bytes by chance", () => {
    for (const [offset, byte] of [
      [2, 2],
      [3, 1],
    ] as const) {
      const bytes = encodeSignatureBlock(RSA);
      bytes[offset] = byte;
      expect(decodeSignatureBlock(bytes)).toEqual({ state: "absent" });
    }
  });

  it("is known by its header when its checksum is wrong", () => {
    for (const offset of [2, 40, 500, 1195, 1196, 1199]) {
      const bytes = encodeSignatureBlock(RSA);
      bytes[offset] = (bytes[offset] ?? 0) ^ 1;
      expect(decodeSignatureBlock(bytes), String(offset)).toEqual({ state: "crc-invalid", scheme: "rsa" });
    }
  });

  it("is malformed with fields that belong to no scheme, or with something where zeros belong", () => {
    const wrong = [changed(RSA, 2, 1), changed(P256, 36, 3), changed(P256, 36, 0), changed(P384, 52, 2)];
    wrong.push(changed(P256, 2, 1), changed(P256, 3, 1), changed(P192, 100, 1), changed(P256, 700, 1));
    for (const [index, bytes] of wrong.entries())
      expect(decodeSignatureBlock(bytes).state, String(index)).toBe("malformed");
  });
});

it("a signature sector is erased flash behind its blocks", () => {
  const sector = encodeSignatureSector([RSA, P256]);
  expect(sector.length).toBe(4096);
  expect([...sector.subarray(0, 1216)]).toEqual([...encodeSignatureBlock(RSA)]);
  expect([...sector.subarray(1216, 2432)]).toEqual([...encodeSignatureBlock(P256)]);
  expect(sector.subarray(2432).every((byte) => byte === 0xff)).toBe(true);
});
