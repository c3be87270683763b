import { describe, expect, it } from "vitest";
import { buildElf } from "../../../test/support/image/elf-builder.ts";
import { thrown } from "../../../test/support/thrown.ts";
import { writeU16, writeU32 } from "../bytes/words.ts";
import { parseElf } from "./elf.ts";

const TEXT = { name: ".iram0.text", address: 0x40380000, data: 10 };
const GOOD = buildElf({ sections: [TEXT], programHeaders: true, entry: 0x40380004 });

function changed(change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = GOOD.slice();
  change(bytes);
  return bytes;
}

describe("parseElf", () => {
  it("reads header and tables", () => {
    const elf = parseElf(GOOD);
    expect(elf).toMatchObject({ machine: "riscv", entry: 0x40380004, nameTableIndex: 2 });
    expect(elf.sections).toHaveLength(3);
    expect(elf.programHeaders).toEqual([
      {
        type: 1,
        virtualAddress: 0x40380000,
        physicalAddress: 0x40380000,
        fileOffset: 84,
        fileBytes: 10,
        alignment: 4,
      },
    ]);
    expect(parseElf(buildElf({ machine: 94, sections: [TEXT] })).machine).toBe("xtensa");
  });

  it.each([
    ["the magic", 0, (bytes: Uint8Array) => bytes.fill(0x20, 1, 2)],
    ["the word size", 4, (bytes: Uint8Array) => bytes.fill(2, 4, 5)],
    ["the byte order", 5, (bytes: Uint8Array) => bytes.fill(2, 5, 6)],
    ["the machine", 18, (bytes: Uint8Array) => writeU16(bytes, 18, 62)],
    ["the size of section headers", 46, (bytes: Uint8Array) => writeU16(bytes, 46, 64)],
    ["the size of program headers", 42, (bytes: Uint8Array) => writeU16(bytes, 42, 56)],
  ])("refuses a wrong value for %s and tells where", (_, offset, change) => {
    const error = thrown(() => parseElf(changed(change)));
    expect(error.code).toBe("image.invalid");
    expect(error.details["offset"]).toBe(offset);
  });

  it("refuses what is cut off", () => {
    expect(thrown(() => parseElf(GOOD.subarray(0, 51))).code).toBe("image.truncated");
    expect(thrown(() => parseElf(GOOD.subarray(0, GOOD.length - 1))).code).toBe("image.truncated");
    expect(thrown(() => parseElf(changed((bytes) => writeU32(bytes, 28, 0xfffffff0)))).code).toBe("image.truncated");
    expect(thrown(() => parseElf(new Uint8Array(0))).code).toBe("image.invalid");
  });
});
