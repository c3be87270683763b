import { describe, expect, it } from "vitest";
import { buildElf } from "../../../../test/support/image/elf-builder.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { writeU16, writeU32 } from "../../bytes/words.ts";
import { parseElf } from "../../elf/elf.ts";
import { loadableSections, loadableSegments } from "./loadable-parts.ts";

const TEXT = { name: ".iram0.text", address: 0x40380000, data: 10 };
const GOOD = buildElf({ sections: [TEXT], programHeaders: true, entry: 0x40380004 });
const SECTION_TABLE = 32;

function changed(change: (bytes: Uint8Array<ArrayBuffer>) => void): Uint8Array<ArrayBuffer> {
  const bytes = GOOD.slice();
  change(bytes);
  return bytes;
}

/** Offset of a word in the header of section 1. */
function sectionWord(bytes: Uint8Array<ArrayBuffer>, index: number): number {
  return new DataView(bytes.buffer).getUint32(SECTION_TABLE, true) + 40 + 4 * index;
}

describe("loadableSections", () => {
  it("takes contents with an address, in the file's order, as views of the file", () => {
    const elf = buildElf({
      sections: [
        { name: ".text", address: 0x40380010, data: 5, alignment: 16 },
        { name: ".init", address: 0x40380000, data: 4, type: 14 },
        { name: ".fini", address: 0x40380004, data: 4, type: 15 },
        { name: ".preinit", address: 0x40380008, data: 4, type: 16 },
        { name: ".bss", address: 0x3fc80000, data: 4, type: 8 },
        { name: ".strings", address: 0x3fc80000, data: 4, type: 3 },
        { name: ".comment", address: 0, data: 4 },
        { name: ".empty", address: 0x40380100, data: 0 },
      ],
    });
    const { pieces, notices } = loadableSections(parseElf(elf));
    expect(pieces.map(({ name }) => name)).toEqual([".text", ".init", ".fini", ".preinit"]);
    expect(pieces[0]).toMatchObject({ address: 0x40380010, alignment: 16 });
    expect(pieces[0]?.data).toEqual(new Uint8Array(5).fill(0xa5));
    expect(pieces[0]?.data.buffer).toBe(elf.buffer);
    expect(notices).toEqual([]);
  });

  it("tells of types nobody knows and skips them", () => {
    const odd = { name: ".odd", address: 0x3fc80000, data: 4, type: 0x99 };
    const { pieces, notices } = loadableSections(parseElf(buildElf({ sections: [odd, TEXT] })));
    expect(pieces.map(({ name }) => name)).toEqual([".iram0.text"]);
    expect(notices).toEqual([
      { level: "warning", code: "elf.unknown-section-type", message: "Unknown section type 0x99 in ELF file" },
    ]);
  });

  it("refuses contents, names and tables that are not there", () => {
    const load = (change: (bytes: Uint8Array<ArrayBuffer>) => void): string =>
      thrown(() => loadableSections(parseElf(changed(change)))).code;
    expect(load((bytes) => writeU32(bytes, sectionWord(bytes, 4), GOOD.length))).toBe("image.truncated");
    expect(load((bytes) => writeU32(bytes, sectionWord(bytes, 0), 0x1000))).toBe("image.invalid");
    expect(load((bytes) => writeU16(bytes, 50, 9))).toBe("image.invalid");
    expect(load((bytes) => writeU16(bytes, 48, 0))).toBe("image.invalid");
  });

  it("refuses a small file that claims the same bytes again and again", () => {
    const sections = Array.from({ length: 4 }, (_, index) => ({
      ...TEXT,
      data: 200,
      address: 0x40380000 + 200 * index,
    }));
    const elf = buildElf({ sections });
    const table = new DataView(elf.buffer).getUint32(SECTION_TABLE, true);
    for (let index = 1; index <= 4; index++) {
      writeU32(elf, table + 40 * index + 16, 0);
      writeU32(elf, table + 40 * index + 20, elf.length);
    }
    expect(thrown(() => loadableSections(parseElf(elf))).code).toBe("image.invalid");
  });

  it("cuts names that never end", () => {
    const name = "n".repeat(5000);
    const { pieces } = loadableSections(parseElf(buildElf({ sections: [{ ...TEXT, name }] })));
    expect(pieces[0]?.name).toBe("n".repeat(256));
  });
});

describe("loadableSegments", () => {
  it("takes what is to be loaded from its physical address", () => {
    const pieces = loadableSegments(parseElf(GOOD));
    expect(pieces).toMatchObject([{ name: "PHDR", address: 0x40380000 }]);
    expect(pieces[0]?.data.length).toBe(10);
    const notLoaded = changed((bytes) => writeU32(bytes, 52, 0x70000003));
    expect(loadableSegments(parseElf(notLoaded))).toEqual([]);
    const nowhere = changed((bytes) => writeU32(bytes, 52 + 12, 0));
    expect(loadableSegments(parseElf(nowhere))).toEqual([]);
  });
});
