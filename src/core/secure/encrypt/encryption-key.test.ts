import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { thrown } from "../../../../test/support/thrown.ts";
import { toHex } from "../../bytes/hex.ts";
import {
  describeEncryptionKey,
  digestPrivateKey,
  type EncryptionKeyUse,
  generateFlashEncryptionKey,
  readEncryptionKey,
} from "./encryption-key.ts";

const file = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => index);

describe("a key file", () => {
  it.each<[EncryptionKeyUse, number[]]>([
    ["esp32-flash", [24, 32]],
    ["aes-xts", [16, 32, 64]],
    ["secure-boot-v1", [16, 24, 32]],
  ])("for %s may have %j bytes", (use, lengths) => {
    for (let length = 0; length <= 80; length++)
      if (lengths.includes(length)) expect(readEncryptionKey(file(length), use).bits).toBe(8 * length);
      else expect(thrown(() => readEncryptionKey(file(length), use)).code).toBe("secure.key-length");
  });
  it("of 16 bytes stands for its SHA-256", () => {
    const { bytes, derivation } = readEncryptionKey(file(16), "aes-xts");
    expect(toHex(bytes)).toBe(createHash("sha256").update(file(16)).digest("hex"));
    expect(derivation).toBe("sha-256");
  });
  it("of 24 bytes goes on with its bytes 8 to 15", () => {
    const { bytes, derivation } = readEncryptionKey(file(24), "esp32-flash");
    expect(toHex(bytes)).toBe(`${toHex(file(24))}08090a0b0c0d0e0f`);
    expect(derivation).toBe("repeated");
  });
  it("of 32 or 64 bytes is the key", () => {
    for (const length of [32, 64]) {
      const key = readEncryptionKey(file(length), "aes-xts");
      expect(toHex(key.bytes)).toBe(toHex(file(length)));
      expect(key.derivation).toBe("none");
    }
  });
  it("is described without the key", () => {
    expect(describeEncryptionKey(readEncryptionKey(file(32), "aes-xts"))).toBe("Using 256-bit key.");
    expect(describeEncryptionKey(readEncryptionKey(file(24), "esp32-flash"))).toBe("Using 192-bit key (extended).");
  });
});

describe("a new key", () => {
  it.each([128, 192, 256, 512])("of %i bits is random", (bits) => {
    const key = generateFlashEncryptionKey(bits);
    expect(key.length * 8).toBe(bits);
    expect(toHex(key)).not.toBe(toHex(generateFlashEncryptionKey(bits)));
  });
  it("has a length that a scheme takes", () => {
    for (const bits of [0, 8, 64, 127, 129, 255, 384, 1024, -256, 256.5, Number.NaN])
      expect(thrown(() => generateFlashEncryptionKey(bits)).code).toBe("argument.invalid");
  });
});

describe("a private key's digest", () => {
  const scalar = file(32);
  const digest = createHash("sha256").update(scalar).digest("hex");
  it("is its SHA-256, or the beginning of that", () => {
    expect(toHex(digestPrivateKey(scalar))).toBe(digest);
    expect(toHex(digestPrivateKey(scalar, 192))).toBe(digest.slice(0, 48));
  });
  it("has 192 or 256 bits", () => {
    for (const bits of [0, 128, 224, 512])
      expect(thrown(() => digestPrivateKey(scalar, bits)).code).toBe("argument.invalid");
  });
  it("is of a P-256 key", () => {
    for (const length of [0, 24, 48])
      expect(thrown(() => digestPrivateKey(file(length))).code).toBe("secure.wrong-key-type");
  });
});
