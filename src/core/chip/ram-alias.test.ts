import { describe, expect, it } from "vitest";
import { CHIPS, chipById } from "./catalog.ts";
import { aliasOf } from "./ram-alias.ts";
import { memoryTypesAt } from "./regions.ts";

describe("the other address of RAM", () => {
  it("is the one at which a real ESP32-C3 has it", () => {
    // In the recorded `load-ram` code at 403dfd00 overwrote data at 3fcdfd00, and was printed in its place.
    expect(aliasOf(chipById("esp32c3"), { start: 0x403dfd00, end: 0x403dfd18 })).toEqual({
      start: 0x3fcdfd00,
      end: 0x3fcdfd18,
    });
    expect(aliasOf(chipById("esp32c3"), { start: 0x3fcdfd00, end: 0x3fcdfd10 })).toEqual({
      start: 0x403dfd00,
      end: 0x403dfd10,
    });
  });

  it("runs backwards on the ESP32", () => {
    expect(aliasOf(chipById("esp32"), { start: 0x400a0000, end: 0x400a0008 })).toEqual({
      start: 0x3ffffff8,
      end: 0x40000000,
    });
    expect(aliasOf(chipById("esp32"), { start: 0x3ffe0000, end: 0x3ffe0004 })).toEqual({
      start: 0x400bfffc,
      end: 0x400c0000,
    });
  });

  it("is given for the part that has one", () => {
    expect(aliasOf(chipById("esp32s3"), { start: 0x40377ffc, end: 0x40378004 })).toEqual({
      start: 0x3fc88000,
      end: 0x3fc88004,
    });
    expect(aliasOf(chipById("esp32s3"), { start: 0x40370000, end: 0x40378000 })).toBeNull();
    expect(aliasOf(chipById("esp32c6"), { start: 0x40800000, end: 0x40800004 })).toBeNull();
  });

  it("of an address is RAM too, and its own other address is the first again", () => {
    for (const chip of CHIPS) {
      const ram = chip.memoryMap.filter(({ name }) => name === "IRAM" || name === "DIRAM_IRAM");
      for (const { start: first, end: last } of ram) {
        for (let start = first; start + 16 <= last; start += 0x1000) {
          const range = { start, end: start + 16 };
          const alias = aliasOf(chip, range);
          if (alias === null) continue;
          expect(memoryTypesAt(chip, alias.start)).toContain("DRAM");
          expect(aliasOf(chip, alias)).toEqual(range);
        }
      }
    }
  });
});
