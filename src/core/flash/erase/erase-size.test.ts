import { describe, expect, it } from "vitest";
import { beginSize, esp8266EraseSize } from "./erase-size.ts";

describe("esp8266EraseSize", () => {
  // Fact sheet, section 10.
  it.each([
    [0, 1, 0x1000],
    [0, 0x1000, 0x1000],
    [0, 0x2000, 0x1000],
    [0, 0x10000, 0x8000],
    [0, 0x20000, 0x10000],
    [0x1000, 0xf000, 0x8000],
    [0x1000, 0x10000, 0x8000],
    [0x1000, 0x1f000, 0x10000],
    [0xf000, 0x1000, 0x1000],
    [0xf000, 0x2000, 0x1000],
    [0xf000, 0x3000, 0x2000],
    [0x8000, 0x11000, 0x9000],
    [0x40000, 0x54321, 0x45000],
  ])("at %i with %i bytes", (address, sizeBytes, expected) => {
    expect(esp8266EraseSize(address, sizeBytes)).toBe(expected);
  });
});

describe("beginSize", () => {
  const region = { address: 0x10000, sizeBytes: 0x9c40 };
  it("rounds for ROM loaders that take compressed data, and only then", () => {
    const rom = { eraseSizeBug: false, roundsDeflateSize: true };
    expect(beginSize(rom, { ...region, compressed: true })).toBe(0xa000);
    expect(beginSize(rom, { ...region, sizeBytes: 0x401, compressed: true })).toBe(0x800);
    expect(beginSize(rom, { ...region, compressed: false })).toBe(0x9c40);
  });
  it("is exact for stubs", () => {
    const stub = { eraseSizeBug: false, roundsDeflateSize: false };
    expect(beginSize(stub, { ...region, compressed: true })).toBe(0x9c40);
  });
});
