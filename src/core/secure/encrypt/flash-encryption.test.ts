import { createCipheriv, createDecipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thrown } from "../../../../test/support/thrown.ts";
import { toHex } from "../../bytes/hex.ts";
import { concatBytes } from "../../bytes/words.ts";
import { tweakKey, tweakMasks } from "./esp32-tweak.ts";
import { decryptFlashData, encryptFlashData } from "./flash-encryption.ts";

const MEGABYTE = 1 << 20;
const keyOf = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => (index * 37 + 11) & 0xff);
const esp32 = { scheme: "esp32", key: keyOf(32) } as const;
const xts = { scheme: "aes-xts", key: keyOf(64) } as const;

const blocks = (maximum: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.nat(maximum - 1).chain((count) => fc.uint8Array({ minLength: 16 * (count + 1), maxLength: 16 * (count + 1) }));
const address = (limit: number): fc.Arbitrary<number> => fc.nat(limit / 16 - 65).map((block) => block * 16);
/** Any key, configuration, address and whole blocks of either scheme. */
const cases = fc.oneof(
  fc.record({
    encryption: fc.record({
      scheme: fc.constant("esp32" as const),
      key: fc.constantFrom(24, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
      flashCryptConfig: fc.nat(15),
    }),
    address: address(16 * MEGABYTE),
    data: blocks(40),
  }),
  fc.record({
    encryption: fc.record({
      scheme: fc.constant("aes-xts" as const),
      // The last byte makes the halves differ.
      key: fc
        .constantFrom(16, 32, 64)
        .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
        .map((key) => key.with(-1, (key[key.length / 2 - 1] ?? 0) ^ 1)),
    }),
    address: address(2 ** 32),
    data: blocks(40),
  }),
);

describe("both schemes", () => {
  it("lead back to the plain data", () => {
    fc.assert(
      fc.property(cases, ({ encryption, address, data }) => {
        const encrypted = encryptFlashData(encryption, address, data);
        expect(encrypted.paddingBytes).toBe(0);
        expect(toHex(encrypted.data)).not.toBe(toHex(data));
        expect(toHex(decryptFlashData(encryption, address, encrypted.data).data)).toBe(toHex(data));
      }),
    );
  });
  it("do not depend on how the data is cut", () => {
    fc.assert(
      fc.property(cases, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (whole, cuts) => {
        const { encryption, address, data } = whole;
        const pieces: Uint8Array<ArrayBuffer>[] = [];
        for (let at = 0, cut = 0; at < data.length; cut++) {
          const end = at + 16 * (cuts[cut % cuts.length] ?? 1);
          pieces.push(encryptFlashData(encryption, address + at, data.subarray(at, end)).data);
          at = end;
        }
        expect(toHex(concatBytes(pieces))).toBe(toHex(encryptFlashData(encryption, address, data).data));
      }),
    );
  });
  it("leave their input as it is", () => {
    for (const encryption of [esp32, xts]) {
      const data = keyOf(64);
      encryptFlashData(encryption, 0x1000, data);
      decryptFlashData(encryption, 0x1000, data);
      expect(toHex(data)).toBe(toHex(keyOf(64)));
      expect(toHex(encryption.key)).toBe(toHex(keyOf(encryption.key.length)));
    }
  });
  it("take data that begins anywhere in memory", () => {
    const inside = new Uint8Array(80);
    inside.set(keyOf(64), 3);
    for (const encryption of [esp32, xts])
      expect(toHex(encryptFlashData(encryption, 0x1000, inside.subarray(3, 67)).data)).toBe(
        toHex(encryptFlashData(encryption, 0x1000, keyOf(64)).data),
      );
  });
});

describe("the ESP32's scheme", () => {
  it("is AES-256 of another implementation on reversed blocks", () => {
    fc.assert(
      fc.property(address(16 * MEGABYTE), fc.nat(15), blocks(5), (start, flashCryptConfig, data) => {
        const key = keyOf(32);
        const expected: Uint8Array<ArrayBuffer>[] = [];
        for (let at = 0; at < data.length; at += 16) {
          const tweaked = new Uint32Array(8);
          const words = new Uint32Array(key.slice().buffer);
          tweakKey(tweakMasks(flashCryptConfig), words, start + at, tweaked);
          const cipher = createDecipheriv("aes-256-ecb", new Uint8Array(tweaked.buffer), null).setAutoPadding(false);
          expected.push(cipher.update(data.slice(at, at + 16).reverse()).reverse());
        }
        const { data: actual } = encryptFlashData({ scheme: "esp32", key, flashCryptConfig }, start, data);
        expect(toHex(actual)).toBe(toHex(concatBytes(expected)));
      }),
    );
  });
  it("fills the last block with random bytes and says how many", () => {
    const data = keyOf(37);
    const encrypted = encryptFlashData(esp32, 0x10010, data);
    expect(encrypted.data.length).toBe(48);
    expect(encrypted.paddingBytes).toBe(11);
    expect(encrypted.notices.map(({ code }) => code)).toEqual(["secure.key-used", "secure.padded"]);
    const plain = decryptFlashData(esp32, 0x10010, encrypted.data).data;
    expect(toHex(plain.subarray(0, 37))).toBe(toHex(data));
    expect(toHex(plain.subarray(37))).not.toBe("00".repeat(11));
    const again = decryptFlashData(esp32, 0x10010, encryptFlashData(esp32, 0x10010, data).data).data;
    expect(toHex(again.subarray(37))).not.toBe(toHex(plain.subarray(37)));
  });
  it("warns of a configuration without tweak", () => {
    const { notices } = encryptFlashData({ ...esp32, flashCryptConfig: 0 }, 0, keyOf(16));
    expect(notices.map(({ level, code }) => `${level} ${code}`)).toEqual([
      "note secure.key-used",
      "warning secure.no-tweak",
    ]);
  });
  it("ends at 16 MB", () => {
    const end = 16 * MEGABYTE;
    expect(encryptFlashData(esp32, end - 16, keyOf(16)).data.length).toBe(16);
    for (const call of [encryptFlashData, decryptFlashData]) {
      expect(thrown(() => call(esp32, end, keyOf(16))).code).toBe("secure.out-of-range");
      expect(thrown(() => call(esp32, end - 16, keyOf(32))).code).toBe("secure.out-of-range");
    }
    expect(thrown(() => encryptFlashData(esp32, end - 16, keyOf(17))).code).toBe("secure.out-of-range");
  });
});

describe("AES-XTS", () => {
  it.each([32, 64])("is that of another implementation on reversed units, %i bytes of key", (length) => {
    const key = keyOf(length);
    fc.assert(
      fc.property(fc.nat(2 ** 25 - 5), (number) => {
        const start = number * 128;
        const data = keyOf(4 * 128);
        const units = [0, 1, 2, 3].map((index) => {
          const iv = new Uint8Array(16);
          new DataView(iv.buffer).setUint32(0, start + 128 * index, true);
          const cipher = createCipheriv(length === 32 ? "aes-128-xts" : "aes-256-xts", key, iv);
          return cipher.update(data.slice(128 * index, 128 * (index + 1)).reverse()).reverse();
        });
        const { data: actual } = encryptFlashData({ scheme: "aes-xts", key }, start, data);
        expect(toHex(actual)).toBe(toHex(concatBytes(units)));
      }),
    );
  });
  it("takes whole blocks only", () => {
    expect(thrown(() => encryptFlashData(xts, 0, keyOf(17))).code).toBe("secure.unaligned");
  });
  it("ends at 4 GB", () => {
    const end = 2 ** 32;
    expect(encryptFlashData(xts, end - 16, keyOf(16)).data.length).toBe(16);
    expect(thrown(() => encryptFlashData(xts, end, keyOf(16))).code).toBe("secure.out-of-range");
    expect(thrown(() => decryptFlashData(xts, end - 16, keyOf(32))).code).toBe("secure.out-of-range");
  });
  it("refuses to encrypt with equal key halves, and decrypts what was", () => {
    const twice = { scheme: "aes-xts", key: concatBytes([keyOf(16), keyOf(16)]) } as const;
    expect(thrown(() => encryptFlashData(twice, 0, keyOf(128))).code).toBe("secure.weak-key");
    // OpenSSL takes the same stand.
    const plain = createDecipheriv("aes-128-xts", twice.key, new Uint8Array(16)).update(keyOf(128).reverse()).reverse();
    expect(toHex(decryptFlashData(twice, 0, keyOf(128)).data)).toBe(toHex(plain));
  });
});

describe("bad input", () => {
  it.each([esp32, xts])("is refused: $scheme", (encryption) => {
    const codes = (call: typeof encryptFlashData): string[] =>
      [
        () => call(encryption, 8, keyOf(16)),
        () => call(encryption, -16, keyOf(16)),
        () => call(encryption, 0.5, keyOf(16)),
        () => call(encryption, Number.NaN, keyOf(16)),
        () => call(encryption, 0, new Uint8Array()),
        () => call({ ...encryption, key: keyOf(31) }, 0, keyOf(16)),
      ].map((attempt) => thrown(attempt).code);
    const expected = [
      "secure.unaligned",
      "argument.invalid",
      "argument.invalid",
      "argument.invalid",
      "file.empty",
      "secure.key-length",
    ];
    expect(codes(encryptFlashData)).toEqual(expected);
    expect(codes(decryptFlashData)).toEqual(expected);
    expect(thrown(() => decryptFlashData(encryption, 0, keyOf(17))).code).toBe("secure.unaligned");
  });
  it("is a configuration of more than four bits", () => {
    for (const flashCryptConfig of [-1, 16, 1.5, Number.NaN])
      expect(thrown(() => encryptFlashData({ ...esp32, flashCryptConfig }, 0, keyOf(16))).code).toBe(
        "argument.invalid",
      );
  });
  it("never shows the key", () => {
    const key = keyOf(31);
    const { message, hint, details } = thrown(() => encryptFlashData({ scheme: "esp32", key }, 0, keyOf(16)));
    const text = JSON.stringify([message, hint, details]);
    expect(text).not.toContain(toHex(key).slice(0, 8));
    expect(text).not.toContain(key.slice(0, 4).join(","));
  });
});
