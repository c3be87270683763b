import { expect, it } from "vitest";
import { CHIPS, chipById } from "./catalog.ts";
import { isDromAddress, isFlashAddress, isIromAddress, memoryTypesAt } from "./regions.ts";

it("names all memories at an address in the order of the chip's list", () => {
  expect(memoryTypesAt(chipById("esp32c3"), 0x3fc96d68)).toEqual(["DRAM", "BYTE_ACCESSIBLE"]);
  expect(memoryTypesAt(chipById("esp32"), 0x3ffe0000)).toEqual(["BYTE_ACCESSIBLE", "DRAM", "DIRAM_DRAM"]);
  expect(memoryTypesAt(chipById("esp32p4"), 0x40000000)).toEqual(["DROM", "IROM"]);
  expect(memoryTypesAt(chipById("esp32c3"), 0)).toEqual(["PADDING"]);
  expect(memoryTypesAt(chipById("esp8266"), 0)).toEqual([]);
});

it("takes the start of a memory in and leaves its end out", () => {
  const chip = chipById("esp32c2");
  expect(memoryTypesAt(chip, 0x4037c000)).toEqual(["IRAM"]);
  expect(memoryTypesAt(chip, 0x403bffff)).toEqual(["IRAM"]);
  expect(memoryTypesAt(chip, 0x403c0000)).toEqual([]);
});

it("tells flash windows apart from RAM", () => {
  const chip = chipById("esp32s3");
  expect([0x42000000, 0x3c000000, 0x403c8000].map((address) => isIromAddress(chip, address))).toEqual([
    true,
    false,
    false,
  ]);
  expect([0x42000000, 0x3c000000, 0x403c8000].map((address) => isDromAddress(chip, address))).toEqual([
    false,
    true,
    false,
  ]);
  expect([0x43ffffff, 0x44000000, 0x3dffffff].map((address) => isFlashAddress(chip, address))).toEqual([
    true,
    false,
    true,
  ]);
});

it("knows no data window on the ESP8266", () => {
  expect(isDromAddress(chipById("esp8266"), 0x40200000)).toBe(false);
  expect(isFlashAddress(chipById("esp8266"), 0x40200000)).toBe(true);
});

it("has no empty or reversed range", () => {
  for (const { memoryMap, iromWindow, dromWindow } of CHIPS) {
    for (const { start, end } of [...memoryMap, iromWindow, ...(dromWindow ? [dromWindow] : [])]) {
      expect(end).toBeGreaterThan(start);
    }
  }
});
