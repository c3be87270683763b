import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keyFile, keyPairOf, privateKeyOf } from "../../../../test/support/secure/throw-away-keys.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { toHex } from "../../bytes/hex.ts";
import type { RsaPublicKey } from "../key/key-kinds.ts";
import { publicKeyOf, SIGNING_SCHEMES } from "../key/signing-key.ts";
import { blockPublicKey, publicKeyDigest, signatureBlock } from "./block-key.ts";

const RSA = publicKeyOf(privateKeyOf(keyFile("rsa3072-key-1"))) as RsaPublicKey;

const littleEndian = (value: bigint, size: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex").reverse();
const sha256 = (...parts: readonly Uint8Array[]): string =>
  createHash("sha256").update(Buffer.concat(parts)).digest("hex");

describe("the public key in a signature block", () => {
  it("of RSA has the numbers that the chip's multiplier wants", () => {
    const signature = new Uint8Array(384);
    const block = signatureBlock(new Uint8Array(32), { publicKey: RSA, signature });
    if (block.scheme !== "rsa") return expect.unreachable();
    expect((RSA.modulus * BigInt(block.mPrime) + 1n) % 2n ** 32n).toBe(0n);
    expect(BigInt(`0x${toHex(block.rSquared)}`)).toBe(2n ** 6144n % RSA.modulus);
  });

  it.each(SIGNING_SCHEMES)("comes back out of it, %s", async (scheme) => {
    const publicKey = publicKeyOf((await keyPairOf(scheme))[0]);
    const block = signatureBlock(new Uint8Array(32), { publicKey, signature: new Uint8Array(0) });
    expect(blockPublicKey(block)).toEqual(publicKey);
  });
});

describe("the digest of a public key", () => {
  it("of RSA is over modulus, exponent and helper numbers, all little-endian", () => {
    const { modulus } = RSA;
    let inverse = 1n;
    // Newton's way to an inverse modulo a power of two: the good bits double each time.
    for (let step = 0; step < 6; step++) inverse = BigInt.asUintN(32, inverse * (2n - modulus * inverse));
    const expected = sha256(
      littleEndian(modulus, 384),
      littleEndian(65537n, 4),
      littleEndian(2n ** 6144n % modulus, 384),
      littleEndian(BigInt.asUintN(32, -inverse), 4),
    );
    expect(toHex(publicKeyDigest(RSA))).toBe(expected);
  });

  it.each([
    ["ecdsa192", 1, 24, 16],
    ["ecdsa256", 2, 32, 0],
    ["ecdsa384", 3, 48, 0],
  ] as const)("of %s is over the curve and the point, little-endian", async (scheme, curve, size, zeros) => {
    const key = publicKeyOf((await keyPairOf(scheme))[0]);
    if (key.kind !== "ecdsa") return expect.unreachable();
    const point = [littleEndian(key.x, size), littleEndian(key.y, size), Buffer.alloc(zeros)];
    expect(toHex(publicKeyDigest(key))).toBe(sha256(Uint8Array.of(curve), ...point));
  });

  it("of an RSA key of another size there is none", () => {
    const small = publicKeyOf(privateKeyOf(keyFile("rsa2048-key")));
    expect(thrown(() => publicKeyDigest(small)).code).toBe("secure.wrong-key-type");
    const wide = { ...RSA, exponent: 2n ** 32n + 1n };
    expect(thrown(() => publicKeyDigest(wide)).code).toBe("secure.wrong-key-type");
  });
});
