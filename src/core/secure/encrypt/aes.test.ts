import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../bytes/hex.ts";
import {
  decryptBlock,
  encryptBlock,
  expandDecryptionKey,
  expandEncryptionKey,
  newSchedule256,
  refillDecryption,
  refillEncryption,
} from "./aes.ts";

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => fromHex(hex) ?? new Uint8Array();
const wordsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.slice().buffer);
const hexOf = (words: Uint32Array): string => toHex(new Uint8Array(words.buffer));

// FIPS-197, appendix C.
const PLAIN = "00112233445566778899aabbccddeeff";
const VECTORS = [
  { key: "000102030405060708090a0b0c0d0e0f", encrypted: "69c4e0d86a7b0430d8cdb78070b4c55a" },
  { key: "000102030405060708090a0b0c0d0e0f1011121314151617", encrypted: "dda97ca4864cdfe06eaf70a0ec0d7191" },
  {
    key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    encrypted: "8ea2b7ca516745bfeafc49904b496089",
  },
];

describe("AES on a block", () => {
  it.each(VECTORS)("agrees with FIPS-197, appendix C: $encrypted", ({ key, encrypted }) => {
    const block = wordsOf(bytesOf(PLAIN));
    encryptBlock(expandEncryptionKey(bytesOf(key)), block);
    expect(hexOf(block)).toBe(encrypted);
    decryptBlock(expandDecryptionKey(bytesOf(key)), block);
    expect(hexOf(block)).toBe(PLAIN);
  });
});

describe("the refilled schedule", () => {
  it("agrees with FIPS-197, appendix A.3", () => {
    const schedule = newSchedule256();
    const key = bytesOf("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    refillEncryption(schedule, wordsOf(key));
    const hex = hexOf(schedule);
    expect(hex.slice(8 * 8, 12 * 8)).toBe("9ba354118e6925afa51a8b5f2067fcde");
    expect(hex.slice(56 * 8)).toBe("fe4890d1e6188d0b046df344706c631e");
  });
  it("encrypts and decrypts as FIPS-197, appendix C.3", () => {
    const key = wordsOf(bytesOf(VECTORS[2]?.key ?? ""));
    const schedule = newSchedule256();
    const block = wordsOf(bytesOf(PLAIN));
    refillEncryption(schedule, key);
    encryptBlock(schedule, block);
    expect(hexOf(block)).toBe(VECTORS[2]?.encrypted);
    refillDecryption(schedule, key, newSchedule256());
    decryptBlock(schedule, block);
    expect(hexOf(block)).toBe(PLAIN);
  });
  it("is the library's for any key, whatever stood there before", () => {
    const schedule = newSchedule256();
    const scratch = newSchedule256();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        refillEncryption(schedule, wordsOf(key));
        expect(hexOf(schedule)).toBe(hexOf(expandEncryptionKey(key)));
        refillDecryption(schedule, wordsOf(key), scratch);
        expect(hexOf(schedule)).toBe(hexOf(expandDecryptionKey(key)));
      }),
      { numRuns: 300 },
    );
  });
});
