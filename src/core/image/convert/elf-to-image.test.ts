import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  applicationDescriptor,
  bootloaderDescriptor,
  buildElf,
  type SectionSpec,
} from "../../../../test/support/image/elf-builder.ts";
import { fixtureImage } from "../../../../test/support/image/fixture-image.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { sha256 } from "../../bytes/sha256.ts";
import { readU32 } from "../../bytes/words.ts";
import type { ChipId } from "../../chip/types.ts";
import { parseImage } from "../firmware/parse-image.ts";
import { type ElfToImageResult, elfToImage } from "./elf-to-image.ts";
import type { ElfToImageOptions } from "./elf-to-image-options.ts";
import { imageOutputNames } from "./output-names.ts";

const RAM: SectionSpec = { name: ".iram0.text", address: 0x40380000, data: 64 };

function convert(sections: readonly SectionSpec[], options: ElfToImageOptions): ElfToImageResult {
  return elfToImage(buildElf({ sections }), options);
}

function codeOf(sections: readonly SectionSpec[], options: Partial<ElfToImageOptions> = {}): string {
  return thrown(() => convert(sections, { chip: "esp32c3", ...options })).code;
}

function addresses({ outputs }: ElfToImageResult, chip: ChipId): number[] {
  return parseImage(outputs[0]!.bytes, chip).segments.map(({ address }) => address);
}

describe("elfToImage", () => {
  it("fills parts up to words and joins neighbours of one memory", () => {
    const result = convert(
      [
        { ...RAM, data: 5 },
        { name: ".next", address: 0x40380008, data: 4 },
        { name: ".far", address: 0x40380010, data: 4 },
      ],
      { chip: "esp32c3" },
    );
    expect(result.mergedCount).toBe(1);
    const { segments } = parseImage(result.outputs[0]!.bytes);
    expect(segments.map(({ address, data }) => [address, data.length])).toEqual([
      [0x40380000, 12],
      [0x40380010, 4],
    ]);
    expect([...segments[0]!.data]).toEqual([165, 165, 165, 165, 165, 0, 0, 0, 165, 165, 165, 165]);
  });

  it("keeps neighbours of different memories apart", () => {
    // The end of the C3's DRAM window is not one of its instruction RAM.
    const result = convert(
      [
        { name: ".a", address: 0x3fcdfffc, data: 4 },
        { name: ".b", address: 0x3fce0000, data: 4 },
      ],
      { chip: "esp32c3" },
    );
    expect(result.mergedCount).toBe(0);
  });

  it("leaves the ELF file alone, also when it is a Node Buffer", () => {
    const elf = Buffer.from(
      buildElf({ sections: [{ name: ".flash.appdesc", address: 0x42000020, data: applicationDescriptor() }] }),
    );
    const before = sha256(elf);
    const first = elfToImage(elf, { chip: "esp32c6" }).outputs[0]!.bytes;
    expect(sha256(elf)).toEqual(before);
    expect(elfToImage(elf, { chip: "esp32c6" }).outputs[0]!.bytes).toEqual(first);
    expect(first.subarray(0xb0, 0xd0)).toEqual(before);
  });

  it("puts the descriptors first", () => {
    const flash = convert(
      [
        { name: ".flash.rodata", address: 0x3c000020, data: 8 },
        { name: ".flash.appdesc", address: 0x3c010020, data: applicationDescriptor() },
      ],
      { chip: "esp32c3" },
    );
    expect(addresses(flash, "esp32c3")[0]).toBe(0x3c010020);
    const ram = convert([RAM, { name: ".dram0.bootdesc", address: 0x403a0000, data: bootloaderDescriptor() }], {
      chip: "esp32c3",
    });
    expect(addresses(ram, "esp32c3")).toEqual([0x403a0000, 0x40380000]);
  });

  it("cuts a RAM segment to fill the way to a flash page", () => {
    const result = convert(
      [
        { name: ".flash.text", address: 0x42000020, data: 16 },
        { name: ".flash.more", address: 0x42010020, data: 16 },
        { ...RAM, data: 0x18000 },
      ],
      { chip: "esp32c3" },
    );
    const { segments } = parseImage(result.outputs[0]!.bytes);
    const flashPages = segments.filter(({ address }) => address >= 0x42000000);
    expect(flashPages.map(({ fileOffset }) => (fileOffset + 8) % 0x10000)).toEqual([0x20, 0x20]);
    const ram = segments.filter(({ address }) => address < 0x42000000);
    expect(ram.map(({ address }) => address)).toEqual([0x40380000, 0x40380000 + ram[0]!.data.length]);
    expect(ram.reduce((sum, { data }) => sum + data.length, 0)).toBe(0x18000);
  });

  it("fills a gap of 8 bytes or less with zeros, a wider one with RAM", () => {
    const order = (firstBytes: number): number[] => {
      const first = { name: ".flash.rodata", address: 0x42000020, data: firstBytes };
      const second = { name: ".flash.text", address: 0x42010010, data: 4 };
      return addresses(convert([first, second, RAM], { chip: "esp32c3" }), "esp32c3");
    };
    expect(order(0x10000 - 0x20 - 8)).toEqual([0x42000020, 0, 0x42010010, 0x40380000]);
    expect(order(0x10000 - 0x20 - 12)).toEqual([0x42000020, 0x40380000, 0x42010010, 0x4038000c]);
  });

  it("lets flash segments reach 0x24 bytes into their last page on the ESP32 alone", () => {
    const bytesOf = (chip: ChipId, address: number, past: number): number => {
      const text = { name: ".flash.text", address, data: 0x10000 - 0x20 + past };
      return parseImage(convert([text], { chip }).outputs[0]!.bytes).segments[0]!.data.length - (0x10000 - 0x20);
    };
    expect([0, 4, 0x20, 0x24, 0x28].map((past) => bytesOf("esp32", 0x400d0020, past))).toEqual([
      0x24, 0x24, 0x24, 0x24, 0x28,
    ]);
    expect(bytesOf("esp32c3", 0x42000020, 4)).toBe(4);
  });

  it("refuses what cannot be mapped or loaded", () => {
    const samePage = [
      { name: ".a", address: 0x42000020, data: 4 },
      { name: ".b", address: 0x42000100, data: 4 },
    ];
    expect(codeOf(samePage)).toBe("image.invalid");
    expect(codeOf(samePage, { ramOnlyHeader: true })).toBe("image.invalid");
    expect(codeOf([{ name: ".a", address: 0x42000021, data: 4 }])).toBe("image.invalid");
    expect(codeOf([{ ...RAM, address: 0 }])).toBe("image.invalid");
    const many = Array.from({ length: 17 }, (_, index) => ({ ...RAM, address: 0x40380000 + 256 * index }));
    expect(codeOf(many)).toBe("image.invalid");
    expect(convert(many.slice(1), { chip: "esp32c3" }).outputs).toHaveLength(1);
    expect(codeOf([{ ...RAM, data: 0x1000000 }])).toBe("image.invalid");
  });

  it("fills a gap of alignment only with --ram-only-header", () => {
    const sections = [RAM, { name: ".aligned", address: 0x40380080, data: 4, alignment: 0x80 }];
    expect(convert(sections, { chip: "esp32c3" }).mergedCount).toBe(0);
    const filled = convert(sections, { chip: "esp32c3", ramOnlyHeader: true });
    expect(filled.mergedCount).toBe(1);
    expect(filled.notices.map(({ code }) => code)).toEqual(["image.ram-only", "image.gap-filled"]);
    expect(parseImage(filled.outputs[0]!.bytes).segments[0]?.data.length).toBe(0x84);
    const wider = [RAM, { name: ".far", address: 0x40380100, data: 4, alignment: 0x80 }];
    expect(convert(wider, { chip: "esp32c3", ramOnlyHeader: true }).mergedCount).toBe(0);
  });
});

it("hides flash segments where they can be mapped from the boot loader's place in flash", () => {
  // A place less than 0x1000 bytes on, and one further.
  for (const page of [0x90, 0x4000]) {
    const flash = { name: ".flash.text", address: 0x400d0000 + page, data: new Uint8Array(8).fill(7) };
    const ram = { ...RAM, address: 0x40080000 };
    const { bytes } = convert([ram, flash], { chip: "esp32", ramOnlyHeader: true }).outputs[0]!;
    expect((bytes.lastIndexOf(7) - 7 + 0x1000) % 0x10000).toBe(page);
    expect(parseImage(bytes).header.segmentCount).toBe(1);
  }
});

it("pads for secure boot v1 up to 80 bytes before a page's end", () => {
  const { bytes } = convert([{ ...RAM, address: 0x40080000 }], { chip: "esp32", securePad: "v1" }).outputs[0]!;
  expect(bytes.length).toBe(0x10000 - 80);
  // Behind the padding: the checksum's 16 bytes, the digest.
  const padding = parseImage(bytes).segments.at(-1);
  expect((padding?.fileOffset ?? 0) + 8 + (padding?.data.length ?? 0)).toBe(0x10000 - 80 - 32 - 16);
});

describe("the ELF file's digest", () => {
  const zeros = { ...RAM, data: new Uint8Array(64) };
  it("goes where it is asked for", () => {
    const elf = buildElf({ sections: [zeros] });
    const { bytes } = elfToImage(elf, { chip: "esp32c3", elfSha256Offset: 0x28 }).outputs[0]!;
    expect(bytes.subarray(0x28, 0x48)).toEqual(sha256(elf));
    expect(parseImage(bytes).checksum?.stored).toBe(parseImage(bytes).checksum?.computed);
  });
  it("is refused over contents and at a segment's ends", () => {
    expect(codeOf([RAM], { elfSha256Offset: 0x28 })).toBe("image.invalid");
    expect(codeOf([zeros], { elfSha256Offset: 0x1c })).toBe("image.invalid");
    expect(codeOf([zeros], { elfSha256Offset: 0x44 })).toBe("image.invalid");
    expect(codeOf([zeros], { elfSha256Offset: 0x5c })).toBe("image.invalid");
  });
  it("may stand in a segment that the boot ROM does not see", () => {
    const flash = { name: ".flash.rodata", address: 0x42000020, data: new Uint8Array(64) };
    const elf = buildElf({ sections: [{ ...zeros, data: 36 }, flash] });
    const options: ElfToImageOptions = { chip: "esp32c3", ramOnlyHeader: true, elfSha256Offset: 0x10020 };
    const { outputs, notices } = elfToImage(elf, options);
    expect(outputs[0]!.bytes.subarray(0x10020, 0x10040)).toEqual(sha256(elf));
    expect(notices.map(({ code }) => code)).toEqual(["image.ram-only"]);
  });
  it("is missed with a warning where no segment is", () => {
    const { notices } = convert([zeros], { chip: "esp32c3", elfSha256Offset: 0x1000 });
    expect(notices.map(({ code }) => code)).toEqual(["image.sha256-offset-outside"]);
  });
});

describe("sections by name", () => {
  it("are told apart by all of it, and the first of two comes first", () => {
    const elf = fixtureImage("two-bootdesc-e22.elf");
    const { outputs } = elfToImage(elf, { chip: "esp32e22", appendDigest: false });
    const placed = addresses({ outputs, mergedCount: 0, notices: [] }, "esp32e22");
    expect(placed.slice(0, 3)).toEqual([0x30fe8020, 0x30fe0010, 0x30fe8070]);
    const named = (name: string, address: number): SectionSpec => ({ name, address, data: 64 });
    const parts = [named(".iram0.text", 0x40380000), named(".dram0.bootdesc.copy", 0x40390000)];
    expect(addresses(convert(parts, { chip: "esp32c3" }), "esp32c3")).toEqual([0x40380000, 0x40390000]);
  });
  it("decide by the first: an application descriptor outside of flash before one in it is an error", () => {
    const at = (address: number): SectionSpec => ({ name: ".flash.appdesc", address, data: applicationDescriptor() });
    const error = thrown(() => convert([at(0x2768), at(0x42008020)], { chip: "esp32h2" }));
    expect(error).toMatchObject({ code: "image.invalid", details: { addresses: [0x2768, 0x42008020] } });
    expect(error.message).toContain("the first, at 0x00002768, is not in flash");
    expect(convert([at(0x42000020), at(0x40800000)], { chip: "esp32h2" }).outputs).toHaveLength(1);
  });
});

describe("notices", () => {
  it("of a section of unknown type are given although nothing is left", () => {
    const { notices, outputs } = convert([{ ...RAM, type: 0x99 }], { chip: "esp32c3" });
    expect(notices.map(({ message }) => message)).toEqual([
      "Unknown section type 0x99 in ELF file",
      "No section of the ELF file has contents of a type that is loaded: the image is empty.",
    ]);
    expect(parseImage(outputs[0]!.bytes)).toMatchObject({ segments: [], checksum: { stored: 0xef, computed: 0xef } });
    expect(codeOf([{ ...RAM, type: 8 }])).toBe("image.invalid");
  });
  it("are told before the error they explain", () => {
    const told: string[] = [];
    const descriptor = { name: ".flash.appdesc", address: 0x42000010, data: applicationDescriptor() };
    const early = { name: ".flash.text", address: 0x42000004, data: 4 };
    const elf = buildElf({ sections: [descriptor, early] });
    const error = thrown(() => elfToImage(elf, { chip: "esp32c6" }, ({ message }) => told.push(message)));
    expect(error.code).toBe("image.invalid");
    expect(told[0]).toMatch(/^App description segment is not aligned to MMU page size/);
  });
});

describe("the MMU's page size", () => {
  const notices = (address: number, log2: number, options: Partial<ElfToImageOptions> = {}): string[] =>
    convert([{ name: ".flash.appdesc", address, data: applicationDescriptor(log2) }], {
      chip: "esp32c6",
      ...options,
    }).notices.map(({ message }) => message.slice(0, 60));
  it("is the descriptor's", () => {
    expect(notices(0x42004020, 14)).toEqual([]);
    const next = { name: ".flash.text", address: 0x42008020, data: 4 };
    const descriptor = { name: ".flash.appdesc", address: 0x42004020, data: applicationDescriptor(14) };
    // In pages of 64 KB the two would collide.
    expect(convert([descriptor, next], { chip: "esp32c6" }).outputs[0]!.bytes.length).toBeLessThan(0x8000);
    expect(codeOf([{ ...descriptor, data: applicationDescriptor(12) }], { chip: "esp32c6" })).toBe("image.invalid");
    expect(codeOf([{ ...descriptor, data: applicationDescriptor(255) }], { chip: "esp32c6" })).toBe("image.invalid");
  });
  it("is found from the descriptor's address when it does not tell", () => {
    expect(notices(0x42000020, 0)).toEqual(["MMU page size not specified, set to 64 KB"]);
    expect(notices(0x42008020, 0)).toEqual(["MMU page size not specified, set to 32 KB"]);
    expect(notices(0x42002020, 0)).toEqual(["MMU page size not specified, set to 8 KB"]);
    expect(notices(0x42000100, 0)[0]).toMatch(/^App description segment is not aligned to MMU page size/);
  });
  it("can be given where the chip has several", () => {
    expect(notices(0x42000020, 0, { mmuPageBytes: 0x4000 })).toEqual([]);
    expect(codeOf([RAM], { chip: "esp32c6", mmuPageBytes: 0x20000 })).toBe("argument.invalid");
    expect(notices(0x42000020, 0, { chip: "esp32c3", mmuPageBytes: 0x4000 })[0]).toMatch(
      /^Changing MMU page size is not/,
    );
    expect(notices(0x42000020, 0, { chip: "esp32c3", mmuPageBytes: 0x10000 })).toEqual([]);
  });
});

describe("options", () => {
  it("are refused when they cannot be", () => {
    expect(codeOf([RAM], { minimumRevision: 256 })).toBe("argument.invalid");
    expect(codeOf([RAM], { maximumRevisionFull: 65536 })).toBe("argument.invalid");
    expect(codeOf([RAM], { minimumRevisionFull: -1 })).toBe("argument.invalid");
    expect(codeOf([RAM], { padToBytes: 0 })).toBe("argument.invalid");
    expect(codeOf([RAM], { flashMode: "dual" })).toBe("argument.invalid");
    expect(codeOf([RAM], { flashSize: "256KB" })).toBe("flash.unsupported-size");
    expect(codeOf([RAM], { flashFrequency: "48m" })).toBe("flash.unsupported-frequency");
    expect(codeOf([RAM], { securePad: "v2", appendDigest: false })).toBe("argument.conflict");
    expect(codeOf([RAM], { securePad: "v2", ramOnlyHeader: true })).toBe("argument.conflict");
  });
  it("of secure boot are ignored with a note where the chip has none of the kind", () => {
    const plain = convert([RAM], { chip: "esp32c3" });
    const padded = convert([RAM], { chip: "esp32c3", securePad: "v1" });
    expect(padded.outputs).toEqual(plain.outputs);
    expect(padded.notices).toMatchObject([{ level: "note", code: "image.option-ignored" }]);
    expect(convert([RAM], { chip: "esp32c3", securePad: "v1", appendDigest: false }).notices).toHaveLength(1);
    expect(convert([RAM], { chip: "esp32", securePad: "v1" }).notices).toEqual([]);
  });
  it("make the header", () => {
    const { outputs } = convert([RAM], {
      chip: "esp32c3",
      flashMode: "dout",
      flashFrequency: "80m",
      flashSize: "16MB",
      minimumRevision: 3,
      minimumRevisionFull: 103,
      maximumRevisionFull: 199,
    });
    const { header, extended } = parseImage(outputs[0]!.bytes);
    expect(header).toEqual({ segmentCount: 1, modeByte: 3, sizeFrequencyByte: 0x4f, entry: 0x40380000 });
    expect(extended).toMatchObject({ wpPin: 0xee, chipId: 5, minimumRevision: 3, minimumRevisionFull: 103 });
    expect(extended?.maximumRevisionFull).toBe(199);
  });
  it("without the digest give the same image but for digest and flag", () => {
    const withDigest = convert([RAM], { chip: "esp32c3" }).outputs[0]!.bytes;
    const without = convert([RAM], { chip: "esp32c3", appendDigest: false }).outputs[0]!.bytes;
    const expected = withDigest.slice(0, -32);
    expected[23] = 0;
    expect(without).toEqual(expected);
  });
});

describe("ESP8266 images", () => {
  const PARTS: SectionSpec[] = [
    { name: ".text", address: 0x40100000, data: 30 },
    { name: ".data", address: 0x3ffe8000, data: 12 },
    { name: ".irom0.text", address: 0x40210010, data: 20 },
  ];
  const of = (version: 1 | 2 | 3, sections = PARTS, more: Partial<ElfToImageOptions> = {}): ElfToImageResult =>
    elfToImage(buildElf({ machine: 94, sections }), { chip: "esp8266", version, ...more });

  it("of version 1 are two files, or one without code in flash", () => {
    expect(of(1).outputs.map(({ flashOffset, bytes }) => [flashOffset, bytes.length])).toEqual([
      [0, 80],
      [0x10010, 20],
    ]);
    expect(of(1, PARTS.slice(0, 2)).outputs).toHaveLength(1);
  });
  it("know nothing of secure boot, and of a header for RAM only but the order", () => {
    for (const securePad of ["v1", "v2"] as const) {
      const { outputs, notices } = of(3, PARTS, { securePad, appendDigest: false });
      expect(outputs).toEqual(of(3).outputs);
      expect(notices).toMatchObject([{ level: "note", details: { option: "securePad" } }]);
    }
    const sorted = of(1, PARTS, { ramOnlyHeader: true });
    expect(addresses(of(1), "esp8266")).toEqual([0x40100000, 0x3ffe8000]);
    expect(addresses(sorted, "esp8266")).toEqual([0x3ffe8000, 0x40100000]);
    expect(sorted.notices).toMatchObject([{ level: "note", details: { option: "ramOnlyHeader" } }]);
  });
  it("of version 2 come back from the parser, with or without code in flash", () => {
    for (const sections of [PARTS, PARTS.slice(0, 2)]) {
      const { bytes } = of(2, sections).outputs[0]!;
      const image = parseImage(bytes);
      expect(image.format).toBe("esp8266-v2");
      expect(image.crc?.stored).toBe(image.crc?.computed);
      expect(image.checksum?.stored).toBe(image.checksum?.computed);
      expect(image.segments).toHaveLength(sections.length);
    }
    expect(parseImage(of(2).outputs[0]!.bytes).segments[0]).toMatchObject({ address: 0, includeInChecksum: false });
    expect(of(2).outputs[0]!.flashOffset).toBe(0x10000);
    expect(parseImage(of(2).outputs[0]!.bytes).segments[0]?.data.length).toBe(32);
  });
  it("of version 3 drop the eight bytes before the read-only data", () => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const { bytes } = of(3, [{ name: ".flash.rodata", address: 0x40210010, data }, PARTS[0]!]).outputs[0]!;
    const image = parseImage(bytes);
    expect(image.format).toBe("esp8266-v3");
    expect([...image.segments[0]!.data]).toEqual([9, 10, 11, 12]);
    expect(readU32(bytes, 8)).toBe(0x40210010);
    expect(thrown(() => of(3, PARTS, { flashSize: "512KB" })).code).toBe("flash.unsupported-size");
    expect(of(1, PARTS, { flashSize: "512KB" }).outputs).toHaveLength(2);
  });
  it("have one flash segment in versions 1 and 2", () => {
    const two = [...PARTS, { name: ".irom1", address: 0x40220000, data: 4 }];
    expect(thrown(() => of(1, two)).code).toBe("image.invalid");
    expect(thrown(() => of(2, two)).code).toBe("image.invalid");
    expect(of(3, two).outputs).toHaveLength(1);
  });
  it("know nothing of some options", () => {
    expect(of(1, PARTS, { padToBytes: 4096 }).notices.map(({ code }) => code)).toEqual(["image.option-ignored"]);
  });
  it("have names of their own", () => {
    const names = (version: 1 | 2 | 3, outputName?: string): string[] =>
      imageOutputNames(of(version).outputs, {
        inputName: "out/app.elf",
        outputName,
        options: { chip: "esp8266", version },
      });
    expect(names(1)).toEqual(["out/app.elf-0x00000.bin", "out/app.elf-0x10010.bin"]);
    expect(names(1, "x-")).toEqual(["x-0x00000.bin", "x-0x10010.bin"]);
    expect(names(2)).toEqual(["out/app-0x10000.bin"]);
    expect(names(3)).toEqual(["out/app.bin"]);
    expect(names(3, "y")).toEqual(["y"]);
  });
});

it("joins thousands of sections", () => {
  const sections = Array.from({ length: 4000 }, (_, index) => ({
    name: `.text.${index}`,
    address: 0x42000020 + 1024 * index,
    data: 1024,
  }));
  const elf = buildElf({ sections });
  // Joined one by one, each with a copy of what has grown so far, this would move 8 GB.
  const { mergedCount, outputs } = elfToImage(elf, { chip: "esp32c3" });
  expect(mergedCount).toBe(3999);
  expect(outputs[0]!.bytes.length).toBeGreaterThan(4_000_000);
});

it("reads a file the way Node gives it", () => {
  const elf = readFileSync(new URL("../../../../test/fixtures/elf/esp32c3.elf", import.meta.url));
  expect(elfToImage(elf, { chip: "esp32c3" }).outputs[0]!.bytes.length).toBe(116608);
});
