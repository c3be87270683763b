import { describe, expect, it } from "vitest";
import { codeOf, errorOf } from "../../../../test/support/outcome.ts";
import { keyFile, keyPairOf, privateKeyOf } from "../../../../test/support/secure/throw-away-keys.ts";
import { concatBytes } from "../../bytes/words.ts";
import {
  decodeSignatureBlock,
  encodeSignatureSector,
  type SignatureBlock,
} from "../../image/signature/signature-block.ts";
import { publicKeyOf, SIGNING_SCHEMES } from "../key/signing-key.ts";
import { publicKeyDigest } from "./block-key.ts";
import { inspectSignatures } from "./inspect-signatures.ts";
import { signDataV2 } from "./sign-v2.ts";
import { requireVerified, verifySignaturesV2 } from "./verify-v2.ts";

const DATA = new Uint8Array(4096).map((_, index) => (index * 13) & 0xff);
const KEYS = new Map(
  await Promise.all(SIGNING_SCHEMES.map(async (scheme) => [scheme, await keyPairOf(scheme)] as const)),
);
const pairOf = (scheme: (typeof SIGNING_SCHEMES)[number]) => KEYS.get(scheme) ?? expect.unreachable();
const [rsa] = pairOf("rsa3072");
const [one, two] = pairOf("ecdsa256");

function firstBlock(signed: Uint8Array<ArrayBuffer>): SignatureBlock {
  const found = decodeSignatureBlock(signed.subarray(DATA.length, DATA.length + 1216));
  return found.state === "whole" ? found.block : expect.unreachable();
}

const withBlocks = (...blocks: readonly SignatureBlock[]): Uint8Array<ArrayBuffer> =>
  concatBytes([DATA, encodeSignatureSector(blocks)]);

describe("verifying", () => {
  it("a key of any kind against blocks of any other kind says that it is not this key", async () => {
    for (const signer of SIGNING_SCHEMES) {
      const { bytes } = await signDataV2(DATA, [pairOf(signer)[0]]);
      for (const asked of SIGNING_SCHEMES.filter((scheme) => scheme !== signer)) {
        const { verdict, blocks } = await verifySignaturesV2(bytes, publicKeyOf(pairOf(asked)[0]));
        expect([verdict, blocks[0]?.state, blocks[0]?.keyMatches]).toEqual(["wrong-key", "valid", false]);
      }
    }
  });

  it("takes the key's digest as a chip has it in its eFuses", async () => {
    const { bytes } = await signDataV2(DATA, [one, two]);
    const digest = publicKeyDigest(publicKeyOf(two));
    const { verdict, blocks } = await verifySignaturesV2(bytes, digest);
    expect(verdict).toBe("verified");
    expect(blocks.map(({ keyMatches }) => keyMatches)).toEqual([false, true, null]);
    expect((await verifySignaturesV2(bytes, digest.subarray(1))).verdict).toBe("wrong-key");
  });

  it("an RSA key of another size is refused", async () => {
    const { bytes } = await signDataV2(DATA, [rsa]);
    const small = publicKeyOf(privateKeyOf(keyFile("rsa2048-key")));
    expect(await codeOf(verifySignaturesV2(bytes, small))).toBe("secure.wrong-key-type");
  });
});

describe("the state of a block", () => {
  it.each(SIGNING_SCHEMES)("of %s tells what is wrong with it", async (scheme) => {
    const [key] = pairOf(scheme);
    const { bytes } = await signDataV2(DATA, [key]);
    const publicKey = publicKeyOf(key);
    const outcome = async (file: Uint8Array<ArrayBuffer>): Promise<readonly unknown[]> => {
      const { verdict, blocks } = await verifySignaturesV2(file, publicKey);
      return [blocks[0]?.state, verdict];
    };
    const flipped = (offset: number): Uint8Array<ArrayBuffer> => {
      const copy = bytes.slice();
      copy[offset] = (copy[offset] ?? 0) ^ 0x10;
      return copy;
    };
    const block = firstBlock(bytes);
    const otherSignature = firstBlock((await signDataV2(DATA.slice(1), [key])).bytes).signature;
    expect(await outcome(bytes)).toEqual(["valid", "verified"]);
    expect(await outcome(flipped(0))).toEqual(["digest-mismatch", "damaged"]);
    expect(await outcome(flipped(4095))).toEqual(["digest-mismatch", "damaged"]);
    expect(await outcome(flipped(4096 + 900))).toEqual(["crc-invalid", "not-signed"]);
    expect(await outcome(flipped(4096))).toEqual(["absent", "not-signed"]);
    expect(await outcome(withBlocks({ ...block, signature: otherSignature }))).toEqual([
      "signature-invalid",
      "damaged",
    ]);
    const digest = block.digest.slice().fill(0);
    expect(await outcome(withBlocks({ ...block, digest }))).toEqual(["digest-mismatch", "damaged"]);
  });

  it("is malformed with a key that no chip takes", async () => {
    const { bytes } = await signDataV2(DATA, [rsa]);
    const block = firstBlock(bytes);
    if (block.scheme !== "rsa") return expect.unreachable();
    const ecdsa = firstBlock((await signDataV2(DATA, [one])).bytes);
    if (ecdsa.scheme !== "ecdsa") return expect.unreachable();
    const wrong: SignatureBlock[] = [
      { ...block, exponent: 0 },
      { ...block, exponent: 65536 },
      { ...block, mPrime: (block.mPrime + 1) >>> 0 },
      { ...block, rSquared: block.rSquared.map((byte, index) => (index === 100 ? byte ^ 1 : byte)) },
      { ...block, modulus: block.modulus.map((byte, index) => (index < 10 ? 0 : byte)) },
      { ...block, modulus: new Uint8Array(384) },
      { ...ecdsa, point: ecdsa.point.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) },
      { ...ecdsa, point: new Uint8Array(64) },
    ];
    for (const malformed of wrong) {
      const report = await inspectSignatures(withBlocks(malformed));
      expect(report.blocks[0]).toMatchObject({
        state: "malformed",
        publicKey: null,
        scheme: null,
        kind: malformed.scheme,
      });
      expect((await verifySignaturesV2(withBlocks(malformed), publicKeyOf(one))).verdict).not.toBe("verified");
    }
  });

  it("counts a signature by the key asked for only with that key in its block", async () => {
    // The signature is by `one`; the block shows the key of `two`, as a forger might hope nobody compares.
    const mine = firstBlock((await signDataV2(DATA, [one])).bytes);
    const theirs = firstBlock((await signDataV2(DATA, [two])).bytes);
    if (mine.scheme !== "ecdsa" || theirs.scheme !== "ecdsa") return expect.unreachable();
    const forged = withBlocks({ ...mine, point: theirs.point });
    expect((await verifySignaturesV2(forged, publicKeyOf(one))).verdict).toBe("wrong-key");
    expect((await verifySignaturesV2(forged, publicKeyOf(two))).verdict).toBe("damaged");
  });

  it("one of three may be damaged by accident, but none may be of other data", async () => {
    const { bytes } = await signDataV2(DATA, [one, two]);
    const damaged = bytes.slice();
    damaged[4096 + 900] = 1;
    expect((await verifySignaturesV2(damaged, publicKeyOf(two))).verdict).toBe("verified");
    expect((await verifySignaturesV2(damaged, publicKeyOf(one))).verdict).toBe("wrong-key");
    const stale = firstBlock(
      (
        await signDataV2(
          DATA.map((byte) => byte ^ 1),
          [two],
        )
      ).bytes,
    );
    expect((await verifySignaturesV2(withBlocks(firstBlock(bytes), stale), publicKeyOf(one))).verdict).toBe("damaged");
  });
});

describe("a file that cannot be signed", () => {
  it.each([0, 1, 4095, 4097, 21764])("because it has %i bytes is told apart", async (length) => {
    const file = new Uint8Array(length);
    expect(await codeOf(inspectSignatures(file))).toBe("secure.not-signed");
    expect(await codeOf(verifySignaturesV2(file, publicKeyOf(one)))).toBe("secure.not-signed");
  });

  it("breaks off anywhere", async () => {
    const { bytes } = await signDataV2(DATA, [one]);
    for (const length of [8191, 5000, 4097, 4096])
      for (const skipPadding of [false, true]) {
        const file = bytes.subarray(0, length);
        const verdict = await verifySignaturesV2(file, publicKeyOf(one), { skipPadding }).then(
          (report) => report.verdict,
          (error: { code: string }) => error.code,
        );
        expect(["secure.not-signed", "not-signed"]).toContain(verdict);
      }
  });
});

it("a verdict but 'verified' can be asked to be an error that names it", async () => {
  const { bytes } = await signDataV2(DATA, [one]);
  requireVerified(await verifySignaturesV2(bytes, publicKeyOf(one)));
  const wrong = async (): Promise<void> => requireVerified(await verifySignaturesV2(bytes, publicKeyOf(two)));
  const error = await errorOf(wrong());
  expect(error.code).toBe("secure.not-verified");
  expect(error.details).toEqual({ verdict: "wrong-key", blocks: ["valid", "absent", "absent"] });
});
