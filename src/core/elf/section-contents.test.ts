import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { buildElf } from "../../../test/support/image/elf-builder.ts";
import { thrown } from "../../../test/support/thrown.ts";
import { wordsToBytes } from "../bytes/words.ts";
import { parseElf } from "./elf.ts";
import { type Decompressors, sectionContents } from "./section-contents.ts";

const COMPRESSED = 0x800;
const TEXT = Uint8Array.from({ length: 10_000 }, (_, index) => index % 7);

function contents(kind: number, sizeBytes: number, stream: Uint8Array, decompressors: Decompressors = {}): Uint8Array {
  const data = Uint8Array.from([...wordsToBytes([kind, sizeBytes, 1]), ...stream]);
  const elf = parseElf(buildElf({ sections: [{ name: ".debug_info", address: 0, data, flags: COMPRESSED }] }));
  return sectionContents(elf, elf.sections[1]!, ".debug_info", decompressors);
}

/** Stands for zstd: the same bytes in reverse order. */
const reversing: Decompressors = {
  zstd: (bytes) => {
    if (bytes[0] === 0xff) throw new Error("damaged");
    return Uint8Array.from(bytes.toReversed());
  },
};

describe("the contents of a section", () => {
  it("are a view where they are stored as they are", () => {
    const elf = parseElf(buildElf({ sections: [{ name: ".debug_info", address: 0, data: TEXT }] }));
    expect(sectionContents(elf, elf.sections[1]!, ".debug_info")).toEqual(TEXT);
  });

  it("are inflated where the linker compressed them", () => {
    expect(contents(1, TEXT.length, deflateSync(TEXT))).toEqual(TEXT);
  });

  it("are refused by the name of a compression that is not known", () => {
    const error = thrown(() => contents(2, 100, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)));
    expect(error).toMatchObject({ code: "image.invalid", details: { section: ".debug_info", compression: "zstd" } });
    expect(error.hint).toContain("zlib");
  });

  it("are unpacked by what is given for zstd, and are damaged when it says so or gives another size", () => {
    expect(contents(2, TEXT.length, TEXT.toReversed(), reversing)).toEqual(TEXT);
    for (const [sizeBytes, stream] of [
      [TEXT.length - 1, TEXT.toReversed()],
      [TEXT.length, Uint8Array.of(0xff)],
      [0xffff_fff0, TEXT.toReversed()],
    ] as const)
      expect(thrown(() => contents(2, sizeBytes, stream, reversing))).toMatchObject({
        code: "image.invalid",
        message: expect.stringContaining("damaged"),
      });
  });

  it.each([
    ["less than they say", TEXT.length + 1, deflateSync(TEXT)],
    ["more than they say", TEXT.length - 1, deflateSync(TEXT)],
    ["cut off", TEXT.length, deflateSync(TEXT).subarray(0, 20)],
    ["garbage", TEXT.length, Uint8Array.of(1, 2, 3, 4)],
    ["a claim that no stream of this length can keep", 0xffff_fff0, deflateSync(TEXT)],
  ])("are damaged when they are %s", (_, sizeBytes, stream) => {
    expect(thrown(() => contents(1, sizeBytes, stream))).toMatchObject({
      code: "image.invalid",
      details: { section: ".debug_info" },
    });
  });
});
