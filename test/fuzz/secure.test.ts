import { describe, expect, it } from "vitest";
import { crc32 } from "../../src/core/bytes/crc32.ts";
import { equalBytes, writeU32 } from "../../src/core/bytes/words.ts";
import {
  decodeSignatureBlock,
  encodeSignatureBlock,
  publicKeyPart,
} from "../../src/core/image/signature/signature-block.ts";
import { decryptPkcs8 } from "../../src/core/secure/key/encrypted-key.ts";
import { blockPublicKey, signatureBlock } from "../../src/core/secure/sign/block-key.ts";
import { readSignature } from "../../src/core/secure/sign/raw-signature.ts";
import { isEspError, isPrivateKey, parseKey, privateKeyPem, publicKeyOf, publicKeyPem } from "../../src/secure.ts";
import { FUZZ_RUNS, feed, mutated, type Random, randomBytes, seededRandom } from "../support/mutation.ts";
import { damagedKeyFile } from "../support/secure/key-seeds.ts";
import { keyPairOf } from "../support/secure/throw-away-keys.ts";

// A key costs arithmetic on long numbers, other than a header.
const RUNS = Math.ceil(FUZZ_RUNS / 50);

const RSA = (await keyPairOf("rsa3072"))[0];
const ECDSA = (await keyPairOf("ecdsa256"))[0];
const P192 = (await keyPairOf("ecdsa192"))[0];
const P384 = (await keyPairOf("ecdsa384"))[0];

const BLOCKS = [RSA, ECDSA, P192, P384].map((key, index) => {
  const signature = new Uint8Array([384, 64, 48, 96][index] ?? 0).fill(index + 1);
  const digest = new Uint8Array(index === 3 ? 48 : 32).fill(7);
  return encodeSignatureBlock(signatureBlock(digest, { publicKey: publicKeyOf(key), signature }));
});

/** Damaged, and mostly with the checksum made right again, or no damage would get behind it. */
function damagedBlock(random: Random): Uint8Array<ArrayBuffer> {
  if (random(5) === 0) return mutated(random, BLOCKS);
  const block = mutated(random, BLOCKS).slice(0, 1216);
  const bytes = new Uint8Array(1216);
  bytes.set(block);
  writeU32(bytes, 1196, crc32(bytes.subarray(0, 1196)));
  return bytes;
}

function expectBetween(accepted: number, low: number, high: number): void {
  expect(accepted).toBeGreaterThan(RUNS * low);
  expect(accepted).toBeLessThan(RUNS * high);
}

describe("any bytes give a value or an EspError", () => {
  it("as a key file, and what is read is written and read again", () => {
    const random = seededRandom(21);
    const counts = feed(
      RUNS,
      () => damagedKeyFile(random),
      (bytes) => {
        const key = parseKey(bytes);
        const pem = isPrivateKey(key) ? privateKeyPem(key) : publicKeyPem(key);
        expect(parseKey(new TextEncoder().encode(pem))).toEqual(key);
      },
    );
    expectBetween(counts.accepted, 0.05, 0.6);
    const codes = [
      "secure.invalid-key",
      "secure.key-encrypted",
      "secure.unsupported-encryption",
      "secure.wrong-key-type",
    ];
    expect(Object.keys(counts.refused).filter((code) => !codes.includes(code))).toEqual([]);
  });

  it("as a signature block, and the same bytes come back from a whole one", () => {
    const random = seededRandom(22);
    const counts = feed(
      RUNS,
      () => damagedBlock(random),
      (bytes) => {
        const found = decodeSignatureBlock(bytes);
        if (found.state !== "whole") return;
        expect(equalBytes(encodeSignatureBlock(found.block), bytes)).toBe(true);
        publicKeyPart(found.block);
        blockPublicKey(found.block);
      },
    );
    expect(counts).toEqual({ accepted: RUNS, refused: {} });
  });

  it("as a signature made elsewhere", () => {
    const random = seededRandom(23);
    const keys = [RSA, ECDSA, P192, P384].map(publicKeyOf);
    const der = [Uint8Array.from([0x30, 6, 2, 1, 1, 2, 1, 2]), new Uint8Array(64).fill(3), new Uint8Array(384)];
    const counts = feed(
      RUNS,
      () => (random(4) === 0 ? randomBytes(random, random(110)) : mutated(random, der)),
      (bytes) => readSignature(bytes, keys[random(4)] ?? expect.unreachable()),
    );
    expectBetween(counts.accepted, 0.02, 0.9);
    expect(Object.keys(counts.refused)).toEqual(["secure.invalid-signature"]);
  });

  it("as an encrypted key", async () => {
    const random = seededRandom(24);
    const { generateKeyPairSync } = await import("node:crypto");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const options = { format: "der", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "secret" } as const;
    const whole = Uint8Array.from(privateKey.export(options));
    const codes = new Map<string, number>();
    for (let run = 0; run < Math.ceil(RUNS / 5); run++) {
      const code = await decryptPkcs8(mutated(random, [whole]), "secret").then(
        () => "opened",
        (error: unknown) => {
          if (isEspError(error)) return error.code;
          throw error;
        },
      );
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.keys()].sort()).toEqual([
      "opened",
      "secure.invalid-key",
      "secure.unsupported-encryption",
      "secure.wrong-password",
    ]);
  });
});
