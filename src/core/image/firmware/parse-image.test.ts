import { describe, expect, it } from "vitest";
import { buildElf } from "../../../../test/support/image/elf-builder.ts";
import { fixtureImage } from "../../../../test/support/image/fixture-image.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { crc32 } from "../../bytes/crc32.ts";
import { concatBytes, writeU32 } from "../../bytes/words.ts";
import { elfToImage } from "../convert/elf-to-image.ts";
import { requireSound } from "../require-sound.ts";
import { buildImage } from "./build-image.ts";
import { detectImageChip } from "./detect-image-chip.ts";
import { imageChecksum, wrapperCrc } from "./firmware-image.ts";
import { parseImage } from "./parse-image.ts";

const C3 = elfToImage(
  buildElf({
    sections: [
      { name: ".iram0.text", address: 0x40380000, data: 40 },
      { name: ".dram0.data", address: 0x3fc80000, data: 8 },
    ],
  }),
  { chip: "esp32c3" },
).outputs[0]!.bytes;
const ESP8266_ELF = buildElf({ machine: 94, sections: [{ name: ".text", address: 0x40100000, data: 30 }] });
const esp8266 = (version: 1 | 2 | 3): Uint8Array<ArrayBuffer> =>
  elfToImage(ESP8266_ELF, { chip: "esp8266", version }).outputs[0]!.bytes;

function changed(bytes: Uint8Array<ArrayBuffer>, offset: number, ...values: number[]): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

describe("check values", () => {
  it("are those of the vectors (fact sheet 10)", () => {
    const text = (value: string): Uint8Array<ArrayBuffer> => Buffer.from(value);
    expect(crc32(text("123456789"))).toBe(0xcbf43926);
    const ofBytes = (bytes: Uint8Array<ArrayBuffer>): number => wrapperCrc(crc32(bytes));
    expect(ofBytes(text(""))).toBe(0x00000001);
    expect(ofBytes(text("123456789"))).toBe(0x340bc6d9);
    expect(ofBytes(Uint8Array.of(0))).toBe(0x2dfd1072);
    expect(ofBytes(text("abc"))).toBe(0x352441c3);
    expect(imageChecksum([{ data: Uint8Array.of(1, 2, 3), includeInChecksum: true }])).toBe(0xef);
    expect(imageChecksum([{ data: Uint8Array.of(1, 2), includeInChecksum: true }])).toBe(0xec);
    expect(imageChecksum([{ data: Uint8Array.of(1), includeInChecksum: false }])).toBe(0xef);
  });
  it("are told, right or wrong", () => {
    const image = parseImage(changed(C3, 50, 0));
    expect(image.checksum?.stored).not.toBe(image.checksum?.computed);
    expect(image.digest?.stored).not.toEqual(image.digest?.computed);
    const good = parseImage(C3);
    expect(good.checksum?.stored).toBe(good.checksum?.computed);
    expect(good.digest?.stored).toEqual(good.digest?.computed);
  });
});

describe("parseImage", () => {
  it("tells where segments are and what follows the image", () => {
    const image = parseImage(concatBytes([C3, Uint8Array.of(1, 2, 3)]));
    expect(image.segments.map(({ fileOffset }) => fileOffset)).toEqual([24, 40]);
    expect([...image.trailing]).toEqual([1, 2, 3]);
    expect(image.dataBytes).toBe(96);
  });

  it.each([
    ["the extended header", 23, 0],
    ["a segment's header", 31, 0],
    ["a segment", 87, 2],
    ["the checksum", 95, 2],
    ["the digest", 127, 2],
  ])("has all up to the end of an image that breaks off within %s", (_, length, segments) => {
    const image = parseImage(C3.subarray(0, length), "esp32c3");
    expect(image.problems).toMatchObject([{ code: "image.truncated", offset: length }]);
    expect(image.header).toMatchObject({ segmentCount: 2, entry: 0x40380000 });
    expect(image.segments).toHaveLength(segments);
    expect(image.checksum === null).toBe(length < 96);
    expect([image.digest, image.trailing.length]).toEqual([null, 0]);
    expect(thrown(() => buildImage(image)).code).toBe("image.truncated");
  });

  it("throws where there is not even a header", () => {
    const error = thrown(() => parseImage(C3.subarray(0, 7), "esp32c3"));
    expect([error.code, error.details["offset"]]).toEqual(["image.truncated", 7]);
    expect(thrown(() => parseImage(changed(C3, 0, 0xed))).code).toBe("image.invalid");
  });

  it("says so within the checksum's block where no digest follows", () => {
    expect(parseImage(esp8266(1).subarray(0, -1)).problems).toMatchObject([{ code: "image.truncated" }]);
  });

  it.each([
    ["segment count", 1, [17], 1],
    ["digest flag", 23, [2], 23],
    ["segment length", 28, [0xfe, 0xff, 0xff, 0xff], 28],
    ["segment length of no words", 28, [7, 0, 0, 0], 28],
    ["segment length of 16 MiB", 28, [0, 0, 0, 1], 28],
  ])("goes on past a wrong %s and says where it is", (_, at, values, offset) => {
    const image = parseImage(changed(C3, at, ...values), "esp32c3");
    expect(image.problems[0]).toMatchObject({ code: "image.invalid", offset });
    expect(image.segments[0]?.address).toBe(0x3fc80000);
    expect(thrown(() => requireSound(image))).toMatchObject({ code: "image.invalid", details: { offset } });
  });

  it("has everything of an image with a segment of three bytes", () => {
    const { checksum, digest, problems, segments } = parseImage(fixtureImage("odd.bin"));
    expect(problems).toMatchObject([{ code: "image.invalid", offset: 28 }]);
    expect(segments.map(({ data }) => data.length)).toEqual([3]);
    expect(checksum?.stored).toBe(checksum?.computed);
    expect(digest?.stored).toEqual(digest?.computed);
  });

  it("reads the image of a chip that nobody knows", () => {
    const image = parseImage(fixtureImage("unkchip.bin"));
    expect(image).toMatchObject({ chip: null, format: "esp32", extended: { chipId: 7 }, problems: [] });
    expect(image.notices.map(({ code }) => code)).toEqual(["image.unknown-chip"]);
    expect(image.digest?.stored).toEqual(image.digest?.computed);
  });

  it("has the wrapper and its flash segment when nothing follows", () => {
    const elf = buildElf({
      machine: 94,
      sections: [
        { name: ".text", address: 0x40100000, data: 32 },
        { name: ".irom0.text", address: 0x40210010, data: 16 },
      ],
    });
    const whole = elfToImage(elf, { chip: "esp8266", version: 2 }).outputs[0]!.bytes;
    const image = parseImage(whole.subarray(0, 8 + 8 + 16 + 4));
    expect(image).toMatchObject({ checksum: null, problems: [{ code: "image.truncated" }] });
    expect(image.segments.map(({ data }) => data.length)).toEqual([16]);
    expect(parseImage(changed(whole, 32, 0xed)).problems).toMatchObject([{ code: "image.invalid", offset: 32 }]);
  });

  it("refuses nothing at all, and the ESP8266's wrapper on other chips", () => {
    expect(thrown(() => parseImage(new Uint8Array(0))).code).toBe("file.empty");
    expect(thrown(() => parseImage(esp8266(2), "esp32")).code).toBe("image.invalid");
  });

  it("reads another chip's image with a notice", () => {
    expect(parseImage(C3, "esp32").notices.map(({ code }) => code)).toEqual(["image.wrong-chip"]);
    expect(parseImage(C3, "esp32c3").notices).toEqual([]);
  });

  it("tells the ESP8266's formats apart", () => {
    expect([1, 2, 3].map((version) => parseImage(esp8266(version as 1)).format)).toEqual([
      "esp8266-v1",
      "esp8266-v2",
      "esp8266-v3",
    ]);
    const noCrc = parseImage(esp8266(2).subarray(0, -1));
    expect([noCrc.crc, noCrc.trailing.length]).toEqual([null, 3]);
  });

  it("tells of odd wrappers and segments of the ESP8266", () => {
    const codes = (bytes: Uint8Array<ArrayBuffer>): string[] => parseImage(bytes).notices.map(({ code }) => code);
    expect(codes(esp8266(2))).toEqual([]);
    expect(codes(changed(esp8266(2), 1, 3))).toEqual(["image.unexpected-wrapper"]);
    expect(codes(changed(esp8266(2), 2, 3))).toEqual(["image.unexpected-wrapper"]);
    const far = esp8266(1);
    writeU32(far, 8, 0x3ffd0000);
    expect(codes(far)).toEqual(["image.suspicious-segment"]);
  });

  it("gives views, not copies", () => {
    expect(parseImage(C3).segments[0]?.data.buffer).toBe(C3.buffer);
  });
});

describe("detectImageChip", () => {
  it("follows the extended header, if it makes sense", () => {
    expect(detectImageChip(C3)).toBe("esp32c3");
    expect(detectImageChip(changed(C3, 12, 0))).toBe("esp32");
    expect(detectImageChip(changed(C3, 12, 0x77))).toBe(null);
    expect(detectImageChip(changed(C3, 19, 1))).toBe("esp32c3");
    expect(detectImageChip(changed(changed(C3, 12, 0x77), 19, 1))).toBe("esp8266");
    expect(detectImageChip(changed(C3, 23, 2))).toBe("esp8266");
    expect(detectImageChip(C3.subarray(0, 23))).toBe("esp8266");
    expect(detectImageChip(esp8266(2))).toBe("esp8266");
  });
});

it("buildImage keeps every byte, also wrong and unusual ones", () => {
  const odd = changed(C3, 9, 1, 2, 3);
  odd.set([5, 6, 7, 8], 19);
  odd[94] = 9;
  odd[95] = 1;
  for (const bytes of [C3, odd, concatBytes([odd, C3]), esp8266(1), esp8266(2), esp8266(3)])
    expect(buildImage(parseImage(bytes))).toEqual(bytes);
});
