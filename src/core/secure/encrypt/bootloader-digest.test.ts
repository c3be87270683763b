import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { thrown } from "../../../../test/support/thrown.ts";
import { toHex } from "../../bytes/hex.ts";
import { sealImage } from "../../image/firmware/build-image.ts";
import { digestBootloader } from "./bootloader-digest.ts";

const count = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => index & 0xff);
const key = count(32);
const iv = count(128);

/** A boot loader's image: 32 bytes of headers, `dataBytes`, and zeros up to the checksum at the end of 16 bytes. */
function imageOf(dataBytes: number, { chipId = 0, appendDigest = true } = {}): Uint8Array<ArrayBuffer> {
  return sealImage({
    header: { segmentCount: 1, modeByte: 2, sizeFrequencyByte: 0x20, entry: 0x40080000 },
    extended: {
      wpPin: 0xee,
      pinDrives: new Uint8Array(3),
      chipId,
      minimumRevision: 0,
      minimumRevisionFull: 0,
      maximumRevisionFull: 0xffff,
      reserved: new Uint8Array(4),
      hasDigest: appendDigest,
    },
    segments: [{ address: 0x40080000, data: count(dataBytes), includeInChecksum: true }],
    appendDigest,
  });
}

/** Fact sheet, B13, with Node's own AES and SHA. */
function digestOf(cipherKey: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): string {
  const cipher = createCipheriv("aes-256-ecb", cipherKey, null).setAutoPadding(false);
  const hash = createHash("sha512");
  for (let at = 0; at < message.length; at += 16) {
    const encrypted = cipher.update(message.slice(at, at + 16).reverse());
    for (const word of [12, 8, 4, 0]) hash.update(encrypted.subarray(word, word + 4));
  }
  return hash.digest().swap32().toString("hex");
}

function padded(image: Uint8Array<ArrayBuffer>, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes).fill(0xff);
  bytes.set(image.subarray(0, sizeBytes));
  return bytes;
}

describe("a boot loader's digest", () => {
  it("stands behind the IV, and the image 4 KB behind that", () => {
    const image = imageOf(252);
    expect(image.length % 128).toBeGreaterThan(32);
    const { data, digest } = digestBootloader({ image, key, iv });
    const body = padded(image, 384);
    expect(toHex(digest)).toBe(digestOf(key, Buffer.concat([iv, body])));
    expect(toHex(data)).toBe(toHex(Buffer.concat([padded(Buffer.concat([iv, digest]), 4096), body])));
  });
  it("leaves out an appended SHA-256 behind the last multiple of 128 bytes", () => {
    const image = imageOf(80);
    expect(image.length).toBe(160);
    const { data, digest } = digestBootloader({ image, key, iv });
    expect(data.length).toBe(4096 + 128);
    expect(toHex(digest)).toBe(digestOf(key, Buffer.concat([iv, image.subarray(0, 128)])));
  });
  it("keeps a rest that is no SHA-256", () => {
    const image = imageOf(96, { appendDigest: false });
    expect(image.length).toBe(144);
    const { digest } = digestBootloader({ image, key, iv });
    expect(toHex(digest)).toBe(digestOf(key, Buffer.concat([iv, padded(image, 256)])));
  });
  it("takes shorter keys as flash encryption does", () => {
    const image = imageOf(80);
    const hashed = createHash("sha256").update(count(16)).digest();
    const message = Buffer.concat([iv, image.subarray(0, 128)]);
    expect(toHex(digestBootloader({ image, key: count(16), iv }).digest)).toBe(digestOf(hashed, message));
    for (const length of [0, 31, 64])
      expect(thrown(() => digestBootloader({ image, key: count(length), iv })).code).toBe("secure.key-length");
  });
});

describe("the IV", () => {
  const image = imageOf(80);
  const codes = (given: Uint8Array<ArrayBuffer> | undefined): string[] =>
    digestBootloader(given === undefined ? { image, key } : { image, key, iv: given }).notices.map(({ code }) => code);

  it("is new each time when none is given", () => {
    const first = digestBootloader({ image, key }).data;
    const second = digestBootloader({ image, key }).data;
    expect(toHex(first.subarray(0, 128))).not.toBe(toHex(second.subarray(0, 128)));
    expect(codes(undefined)).toEqual(["secure.key-used"]);
  });
  it("may be given, with a warning", () => {
    expect(codes(iv)).toEqual(["secure.given-iv", "secure.key-used"]);
  });
  it("may be short, with another warning", () => {
    const { digest, notices } = digestBootloader({ image, key, iv: count(32) });
    expect(toHex(digest)).toBe(digestOf(key, Buffer.concat([count(32), image.subarray(0, 128)])));
    expect(notices.map(({ code }) => code)).toEqual(["secure.given-iv", "secure.short-iv", "secure.key-used"]);
  });
  it("ends after 128 bytes", () => {
    expect(toHex(digestBootloader({ image, key, iv: count(200) }).data)).toBe(
      toHex(digestBootloader({ image, key, iv }).data),
    );
  });
  it("is made of whole blocks", () => {
    for (const length of [0, 1, 17, 127])
      expect(thrown(() => digestBootloader({ image, key, iv: count(length) })).code).toBe("argument.invalid");
  });
});

describe("what is no boot loader for the ESP32", () => {
  it.each<[string, Uint8Array]>([
    ["file.empty", new Uint8Array()],
    ["image.invalid", count(256)],
    ["image.truncated", imageOf(200).subarray(0, 150)],
    ["image.wrong-chip", imageOf(200, { chipId: 5 })],
  ])("is refused with %s", (code, image) => {
    expect(thrown(() => digestBootloader({ image, key, iv })).code).toBe(code);
  });
  it("gets a warning when its checksum is wrong", () => {
    const image = imageOf(200);
    image[40] = 0xaa;
    const { notices } = digestBootloader({ image, key, iv });
    expect(notices.map(({ level, code }) => `${level} ${code}`)).toContain("warning secure.wrong-checksum");
  });
});
