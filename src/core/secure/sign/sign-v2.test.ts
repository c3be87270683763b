import { describe, expect, it } from "vitest";
import { codeOf, errorOf } from "../../../../test/support/outcome.ts";
import { keyFile, keyPairOf, privateKeyOf } from "../../../../test/support/secure/throw-away-keys.ts";
import { sha256 } from "../../bytes/sha256.ts";
import { sha384 } from "../../bytes/sha512.ts";
import { publicKeyOf, SIGNING_SCHEMES } from "../key/signing-key.ts";
import { inspectSignatures } from "./inspect-signatures.ts";
import { ecdsaSignatureToDer } from "./raw-signature.ts";
import { signBytes } from "./sign-bytes.ts";
import { signDataV2 } from "./sign-v2.ts";
import type { Signer } from "./signature-source.ts";
import { verifySignaturesV2 } from "./verify-v2.ts";

const DATA = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) & 0xff);
const SECTOR = 4096;
const PADDED = Uint8Array.from([...DATA, ...new Uint8Array(2 * SECTOR - DATA.length).fill(0xff)]);

const [one, two] = await keyPairOf("ecdsa256");
const [other] = await keyPairOf("ecdsa384");

async function states(bytes: Uint8Array, skipPadding = false): Promise<string> {
  return (await inspectSignatures(bytes, { skipPadding })).blocks.map(({ state }) => state).join(" ");
}

describe.each(SIGNING_SCHEMES)("signing with %s", async (scheme) => {
  const [key, wrong] = await keyPairOf(scheme);

  it("pads with erased flash, and only the right key verifies", async () => {
    const signed = await signDataV2(DATA, [key]);
    expect(signed).toMatchObject({ dataBytes: 8192, padBytes: 3192, blockCount: 1, keptBlocks: 0, scheme });
    expect(signed.bytes.length).toBe(3 * SECTOR);
    expect([...signed.bytes.subarray(0, 8192)]).toEqual([...PADDED]);
    const right = await verifySignaturesV2(signed.bytes, publicKeyOf(key));
    expect(right).toMatchObject({ verdict: "verified", dataBytes: 8192 });
    expect(right.blocks.map(({ state, keyMatches }) => [state, keyMatches])).toEqual([
      ["valid", true],
      ["absent", null],
      ["absent", null],
    ]);
    expect((await verifySignaturesV2(signed.bytes, publicKeyOf(wrong))).verdict).toBe("wrong-key");
  });

  it("takes what a hardware module signs, and refuses what its key did not", async () => {
    const digests: Uint8Array[] = [];
    const signer: Signer = {
      publicKey: publicKeyOf(key),
      sign: async (digest) => {
        digests.push(digest);
        return signBytes(key, PADDED);
      },
    };
    const signed = await signDataV2(DATA, [signer]);
    expect(digests).toEqual([scheme === "ecdsa384" ? sha384(PADDED) : sha256(PADDED)]);
    expect((await verifySignaturesV2(signed.bytes, signer.publicKey)).verdict).toBe("verified");
    const liars: Signer["sign"][] = [() => signBytes(wrong, PADDED), () => signBytes(key, DATA)];
    liars.push(
      async () => new Uint8Array(7),
      async () => new Uint8Array(0),
    );
    for (const sign of liars)
      expect(await codeOf(signDataV2(DATA, [{ ...signer, sign }]))).toBe("secure.invalid-signature");
  });

  it("takes a signature made elsewhere, if it is over the padded data", async () => {
    const publicKey = publicKeyOf(key);
    const raw = await signBytes(key, PADDED);
    const signature = key.kind === "rsa" ? raw : ecdsaSignatureToDer(raw);
    for (const form of [raw, signature]) {
      const signed = await signDataV2(PADDED, [{ publicKey, signature: form }]);
      expect((await verifySignaturesV2(signed.bytes, publicKey)).verdict).toBe("verified");
    }
    const foreign = { publicKey: publicKeyOf(wrong), signature };
    expect(await codeOf(signDataV2(PADDED, [foreign]))).toBe("secure.invalid-signature");
    const truncated = { publicKey, signature: signature.subarray(0, signature.length - 1) };
    expect(await codeOf(signDataV2(PADDED, [truncated]))).toBe("secure.invalid-signature");
    expect(await codeOf(signDataV2(DATA, [{ publicKey, signature }]))).toBe("secure.unaligned");
  });

  it("signs with three keys at once or one after the other", async () => {
    const atOnce = await signDataV2(PADDED, [key, wrong, key]);
    let appended = await signDataV2(PADDED, [key]);
    for (const next of [wrong, key]) appended = await signDataV2(appended.bytes, [next], { append: true });
    expect(appended).toMatchObject({ blockCount: 3, keptBlocks: 2, padBytes: 0, dataBytes: PADDED.length });
    for (const { bytes } of [atOnce, appended]) {
      expect(bytes.length).toBe(PADDED.length + SECTOR);
      expect(await states(bytes)).toBe("valid valid valid");
      for (const signedBy of [key, wrong])
        expect((await verifySignaturesV2(bytes, publicKeyOf(signedBy))).verdict).toBe("verified");
    }
    expect(await codeOf(signDataV2(appended.bytes, [key], { append: true }))).toBe("secure.too-many-signatures");
  });

  it("leaves data as it is when asked to", async () => {
    const data = DATA.subarray(0, 100);
    const signed = await signDataV2(data, [key], { skipPadding: true });
    expect(signed).toMatchObject({ dataBytes: 100, padBytes: 0 });
    expect(signed.bytes.length).toBe(100 + SECTOR);
    const publicKey = publicKeyOf(key);
    expect((await verifySignaturesV2(signed.bytes, publicKey, { skipPadding: true })).verdict).toBe("verified");
    expect(await codeOf(verifySignaturesV2(signed.bytes, publicKey))).toBe("secure.not-signed");
    const again = await signDataV2(signed.bytes, [wrong], { skipPadding: true, append: true });
    expect(await states(again.bytes, true)).toBe("valid valid absent");
  });
});

describe("data that is signed already", () => {
  it("is refused, and signed as plain data with force", async () => {
    const { bytes } = await signDataV2(DATA, [one]);
    expect(await codeOf(signDataV2(bytes, [two]))).toBe("secure.already-signed");
    expect(await codeOf(signDataV2(bytes, [one], { skipPadding: true }))).toBe("secure.already-signed");
    const twice = await signDataV2(bytes, [two], { force: true });
    expect(twice).toMatchObject({ dataBytes: bytes.length, keptBlocks: 0, blockCount: 1 });
  });

  it("is refused too when its signature is damaged, and not added to", async () => {
    const { bytes } = await signDataV2(DATA, [one]);
    bytes[2 * SECTOR + 200] = 0x55;
    expect(await states(bytes)).toBe("crc-invalid absent absent");
    expect(await codeOf(signDataV2(bytes, [two]))).toBe("secure.already-signed");
    expect(await codeOf(signDataV2(bytes, [two], { append: true }))).toBe("secure.damaged-block");
  });

  it("is not added to when the data changed, or a block before the last is missing", async () => {
    const { bytes } = await signDataV2(DATA, [one, two]);
    const other = bytes.slice();
    other[0] = (other[0] ?? 0) ^ 1;
    expect(await states(other)).toBe("digest-mismatch digest-mismatch absent");
    expect(await codeOf(signDataV2(other, [one], { append: true }))).toBe("secure.damaged-block");
    const gap = bytes.slice();
    gap.fill(0xff, 2 * SECTOR, 2 * SECTOR + 1216);
    expect(await states(gap)).toBe("absent valid absent");
    expect(await codeOf(signDataV2(gap, [one], { append: true }))).toBe("secure.damaged-block");
  });

  it("is what it was before, when signatures are asked to be appended to none", async () => {
    const signed = await signDataV2(PADDED, [one], { append: true });
    expect(signed).toMatchObject({ keptBlocks: 0, blockCount: 1, dataBytes: PADDED.length });
  });
});

describe("what cannot be signed together", () => {
  it("are keys of two kinds, at once or appended", async () => {
    expect(await codeOf(signDataV2(DATA, [one, other]))).toBe("secure.mixed-schemes");
    const { bytes } = await signDataV2(DATA, [one]);
    const error = await errorOf(signDataV2(bytes, [other], { append: true }));
    expect(error.code).toBe("secure.mixed-schemes");
    expect(error.details["schemes"]).toEqual(["ecdsa256", "ecdsa384"]);
  });

  it("are four keys, or none", async () => {
    expect(await codeOf(signDataV2(DATA, [one, one, one, one]))).toBe("secure.too-many-signatures");
    expect(await codeOf(signDataV2(DATA, []))).toBe("argument.invalid");
  });

  it("is nothing at all", async () => {
    expect(await codeOf(signDataV2(new Uint8Array(0), [one]))).toBe("file.empty");
  });

  it("is an RSA key of another size", async () => {
    expect(await codeOf(signDataV2(DATA, [privateKeyOf(keyFile("rsa2048-key"))]))).toBe("secure.wrong-key-type");
  });
});
