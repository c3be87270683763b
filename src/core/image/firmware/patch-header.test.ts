import { describe, expect, it } from "vitest";
import { sha256 } from "../../bytes/sha256.ts";
import { concatBytes, writeU16, writeU32 } from "../../bytes/words.ts";
import { xorChecksum } from "../../bytes/xor-checksum.ts";
import { chipById } from "../../chip/catalog.ts";
import { EspError } from "../../errors.ts";
import { patchHeader } from "./patch-header.ts";
import { readSoundImage } from "./read-image.ts";

const KEEP = { mode: "keep", frequency: "keep", size: "keep" };

/** One segment of 20 bytes; ESP32 family. */
function image(options: { chipId?: number; digest?: boolean; trailing?: number } = {}): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(24);
  header.set([0xe9, 1, 2, 0x20]);
  writeU32(header, 4, 0x40080000);
  writeU16(header, 12, options.chipId ?? 5);
  writeU16(header, 17, 65535);
  header[23] = options.digest === false ? 0 : 1;
  const segment = new Uint8Array(8 + 20).fill(0x5a, 8);
  writeU32(segment, 0, 0x3fc80000);
  writeU32(segment, 4, 20);
  const body = concatBytes([header, segment]);
  const padded = new Uint8Array(64);
  padded.set(body);
  padded[63] = xorChecksum(segment.subarray(8));
  const digest = options.digest === false ? new Uint8Array(0) : sha256(padded);
  return concatBytes([padded, digest, new Uint8Array(options.trailing ?? 0).fill(0x77)]);
}

describe("readSoundImage", () => {
  const c3 = chipById("esp32c3");
  it("finds checksum and digest", () => {
    expect(readSoundImage(c3, image({ trailing: 5 }))).toMatchObject({
      header: { segmentCount: 1, modeByte: 2, sizeFrequencyByte: 0x20 },
      dataBytes: 64,
      endBytes: 96,
      extended: { chipId: 5, hasDigest: true, maximumRevisionFull: 65535 },
    });
  });
  it("is null for what is cut off, wrong, or no image", () => {
    const good = image();
    expect(readSoundImage(c3, good.subarray(0, 95))).toBeNull();
    expect(readSoundImage(c3, good.subarray(0, 40))).toBeNull();
    expect(readSoundImage(c3, new Uint8Array(0))).toBeNull();
    expect(readSoundImage(c3, Uint8Array.of(0xe9))).toBeNull();
    const manySegments = good.slice();
    manySegments[1] = 17;
    expect(readSoundImage(c3, manySegments)).toBeNull();
    const wrongFlag = good.slice();
    wrongFlag[23] = 2;
    expect(readSoundImage(c3, wrongFlag)).toBeNull();
    const hugeSegment = good.slice();
    writeU32(hugeSegment, 28, 0xfffffff0);
    expect(readSoundImage(c3, hugeSegment)).toBeNull();
  });
  it("reads the short header of the ESP8266", () => {
    const esp8266 = concatBytes([Uint8Array.of(0xe9, 0, 0, 0, 1, 2, 3, 4), new Uint8Array(8)]);
    expect(readSoundImage(chipById("esp8266"), esp8266)).toMatchObject({ extended: null, dataBytes: 16 });
  });
});

describe("patchHeader", () => {
  const c3 = chipById("esp32c3");
  const request = { data: image({ trailing: 9 }), address: 0, name: "boot.bin" };

  it("changes the three settings and the digest, nothing else", () => {
    const settings = { mode: "qio", frequency: "80m", size: "16MB" };
    const patched = patchHeader(c3, { ...request, settings });
    expect(patched.parameters).toEqual({ mode: 0, sizeFrequency: 0x4f });
    expect(patched.digestUpdated).toBe(true);
    const expected = request.data.slice();
    expected[2] = 0;
    expected[3] = 0x4f;
    expected.set(sha256(expected.subarray(0, 64)), 64);
    expect(patched.data).toEqual(expected);
    expect(request.data[3]).toBe(0x20);
  });
  it("keeps each setting on its own", () => {
    const { data } = patchHeader(c3, { ...request, settings: { ...KEEP, frequency: "80m" } });
    expect([data[2], data[3]]).toEqual([2, 0x2f]);
  });
  it("does nothing when all is kept, or elsewhere in flash", () => {
    expect(patchHeader(c3, { ...request, settings: KEEP }).data).toBe(request.data);
    const elsewhere = { ...request, address: 0x1000, settings: { ...KEEP, mode: "qio" } };
    expect(patchHeader(c3, elsewhere).data).toBe(request.data);
  });
  it("warns about what is no image", () => {
    const settings = { ...KEEP, mode: "qio" };
    const other = new Uint8Array(64).fill(0xff);
    expect(patchHeader(c3, { ...request, data: other, settings })).toMatchObject({
      parameters: null,
      warning: { code: "image.not-patched" },
    });
    expect(patchHeader(c3, { ...request, data: other, settings }).warning?.message).toContain(
      "Image file at 0x0 doesn't look like an image file, so not changing any flash settings.",
    );
    const cut = request.data.subarray(0, 40);
    expect(patchHeader(c3, { ...request, data: cut, settings }).warning?.message).toContain(
      "is not a valid ESP32-C3 image, so not changing any flash settings.",
    );
    expect(patchHeader(c3, { ...request, data: cut, settings }).warning?.code).toBe("image.not-patched");
    expect(patchHeader(c3, { ...request, data: cut, settings }).data).toBe(cut);
  });
  it("keeps a digest up to date on the ESP8266, where nothing announces it", () => {
    const body = concatBytes([Uint8Array.of(0xe9, 0, 2, 0x40, 0, 0, 0, 0), new Uint8Array(8)]);
    const withDigest = concatBytes([body, sha256(body)]);
    const settings = { ...KEEP, mode: "qio" };
    const { data, digestUpdated } = patchHeader(chipById("esp8266"), { ...request, data: withDigest, settings });
    expect(digestUpdated).toBe(true);
    expect(data.subarray(16)).toEqual(sha256(data.subarray(0, 16)));
    // An image whose byte 23 happens to be 1 has no digest for that.
    const noDigest = concatBytes([body, new Uint8Array(32).fill(1)]);
    expect(patchHeader(chipById("esp8266"), { ...request, data: noDigest, settings }).digestUpdated).toBe(false);
  });
  it("refuses names the chip does not know", () => {
    const settings = { ...KEEP, size: "256KB" };
    expect(() => patchHeader(c3, { ...request, settings })).toThrow(EspError);
  });
});
