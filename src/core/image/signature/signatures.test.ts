import { describe, expect, it } from "vitest";
import { fixtureElf } from "../../../../test/support/image/elf2image-case.ts";
import { crc32 } from "../../bytes/crc32.ts";
import { sha512 } from "../../bytes/sha512.ts";
import { concatBytes, padTo, writeU32 } from "../../bytes/words.ts";
import { CHIPS, chipById } from "../../chip/catalog.ts";
import { elfToImage } from "../convert/elf-to-image.ts";
import { describeImage } from "../firmware/describe-image.ts";
import { patchHeader } from "../firmware/patch-header.ts";
import { SIGNATURE_V1_BYTES } from "./signature-marks.ts";
import { findSignatures, isSigned, SIGNATURE_V1 } from "./signatures.ts";

/** As random as a signature; the same in every run. */
const RANDOM = sha512(Uint8Array.of(1));
const VERSION_1 = concatBytes([new Uint8Array(4), RANDOM]);
const CHANGED = { mode: "qio", frequency: "keep", size: "8MB" };

const family = CHIPS.filter(({ imageChipId }) => imageChipId !== null);

describe("an image with a header for RAM only", () => {
  it.each(family.map(({ id }) => id))("is not signed, and takes flash settings: %s", (id) => {
    const chip = chipById(id);
    const data = elfToImage(fixtureElf(id), { chip: id, ramOnlyHeader: true, flashMode: "dio" }).outputs[0]?.bytes;
    if (data === undefined) throw new Error("no image");
    expect(describeImage(data).signatures).toEqual([]);
    const patched = patchHeader(chip, { data, address: chip.bootloaderOffset, name: "a.bin", settings: CHANGED });
    expect(patched.warning).toBeNull();
    expect([patched.data[2], (patched.data[3] ?? 0) & 0xf0]).toEqual([0, 0x30]);
  });
});

describe("a signature of version 1", () => {
  it("is searched for by the size that its layout has", () => {
    expect(SIGNATURE_V1_BYTES).toBe(SIGNATURE_V1.size);
  });

  const esp32 = chipById("esp32");
  const image = new Uint8Array(96).fill(0x11);
  const found = (behind: Uint8Array<ArrayBuffer>, chip = esp32): number =>
    findSignatures(concatBytes([image, behind]), image.length, chip).length;

  it("is a version and 64 bytes that look random", () => {
    expect(found(VERSION_1)).toBe(1);
    expect(found(new Uint8Array(68))).toBe(0);
    expect(found(new Uint8Array(68).fill(0xff, 4))).toBe(0);
    expect(found(new Uint8Array(68).fill(0x5a, 4))).toBe(0);
    expect(found(VERSION_1.subarray(0, 67))).toBe(0);
    const otherVersion = VERSION_1.slice();
    otherVersion[0] = 1;
    expect(found(otherVersion)).toBe(0);
  });

  it("is the last thing, but for erased flash", () => {
    expect(found(concatBytes([VERSION_1, new Uint8Array(12).fill(0xff)]))).toBe(1);
    expect(found(concatBytes([VERSION_1, Uint8Array.of(1)]))).toBe(0);
    // In a merged file the next one begins with a sector.
    const sector = padTo(concatBytes([image, VERSION_1]), 4096);
    expect(findSignatures(concatBytes([sector, image]), image.length, esp32)).toHaveLength(1);
  });

  it("is found on the ESP32 only", () => {
    const having = CHIPS.filter((chip) => found(VERSION_1, chip) > 0);
    expect(having.map(({ id }) => id)).toEqual(["esp32"]);
    expect(findSignatures(concatBytes([image, VERSION_1]), image.length, null)).toEqual([]);
  });
});

describe("a block of version 2", () => {
  it("with a wrong checksum signs nothing", () => {
    const block = new Uint8Array(4096);
    block.set([0xe7, 2]);
    const bytes = concatBytes([new Uint8Array(4096), block]);
    const damaged = findSignatures(bytes, 4096, null);
    expect(damaged).toMatchObject([{ kind: "v2", offset: 4096, crcValid: false }]);
    expect(isSigned(damaged)).toBe(false);
    writeU32(bytes, 4096 + 1196, crc32(block.subarray(0, 1196)));
    expect(isSigned(findSignatures(bytes, 4096, null))).toBe(true);
  });
});
