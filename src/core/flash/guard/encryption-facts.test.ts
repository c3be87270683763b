import { describe, expect, it } from "vitest";
import { CHIPS, chipById } from "../../chip/catalog.ts";
import { readField } from "../../chip/read-field.ts";
import type { ChipId } from "../../chip/types.ts";
import { type EncryptionFacts, encryptionFacts, encryptionRegisters } from "./encryption-facts.ts";

/** Of a chip with these eFuse words, all others 0. Asking for a word that was not announced fails. */
function facts(id: ChipId, words: Readonly<Record<number, number>> = {}): EncryptionFacts {
  const chip = chipById(id);
  const announced = new Set(encryptionRegisters(chip));
  const word = (register: number): number => {
    if (!announced.has(register)) throw new RangeError(register.toString(16));
    return words[register] ?? 0;
  };
  return encryptionFacts(chip, (field) => readField(field, word));
}

/** First key purpose of each chip: register and shift; fact sheet 4.4. */
const FIRST_PURPOSE: Partial<Record<ChipId, readonly [number, number]>> = {
  esp32s2: [0x3f41a034, 24],
  esp32s3: [0x60007034, 24],
  esp32c3: [0x60008834, 24],
  esp32c6: [0x600b0834, 24],
  esp32c5: [0x600b4834, 22],
  esp32c61: [0x600b4834, 0],
  esp32h2: [0x600b0834, 24],
  esp32h21: [0x600b4034, 24],
  esp32p4: [0x5012d034, 24],
  esp32h4: [0x600b1834, 0],
  esp32s31: [0x20715038, 0],
  esp32e22: [0xc4008034, 24],
};

describe("the flash encryption key", () => {
  it.each(CHIPS.map(({ id }) => id))("%s: is not there on a fresh chip", (id) => {
    expect(facts(id).keyProgrammed).toBe(false);
  });

  it.each(Object.entries(FIRST_PURPOSE))("%s: is a key block of the purpose 4", (id, [register, shift]) => {
    const chip = id as ChipId;
    expect(facts(chip, { [register]: (4 << shift) >>> 0 }).keyProgrammed).toBe(true);
    expect(facts(chip, { [register]: (5 << shift) >>> 0 }).keyProgrammed).toBe(false);
    // One half of a 256-bit key is none.
    expect(facts(chip, { [register]: (2 << shift) >>> 0 }).keyProgrammed).toBe(false);
  });

  it.each<[ChipId, number, number, boolean]>([
    ["esp32s3", 24, 4, true],
    ["esp32s2", 24, 4, true],
    ["esp32p4", 24, 4, true],
    ["esp32c3", 24, 4, false],
    ["esp32c6", 24, 4, false],
    ["esp32c61", 0, 4, false],
    ["esp32h4", 0, 5, true],
    ["esp32s31", 0, 5, true],
    ["esp32c5", 22, 5, false],
  ])("%s: both halves of a 256-bit key", (id, shift, width, isKey) => {
    const register = FIRST_PURPOSE[id]?.[0] ?? 0;
    const both = ((2 << shift) | (3 << (shift + width))) >>> 0;
    expect(facts(id, { [register]: both }).keyProgrammed).toBe(isKey);
  });

  it.each<[ChipId, number, number]>([
    ["esp32c5", 0x600b4834, 2 << 10],
    ["esp32p4", 0x5012d034, 2 << 9],
    ["esp32h4", 0x600b1838, 2 << 19],
    ["esp32s31", 0x20715034, 2 << 12],
  ])("%s: may be the key manager's", (id, register, value) => {
    expect(facts(id, { [register]: value }).keyProgrammed).toBe(true);
  });

  it("of an ESP32 is read-protected, or not 0", () => {
    expect(facts("esp32", { [0x3ff5a000]: 1 << 16 }).keyProgrammed).toBe(true);
    expect(facts("esp32", { [0x3ff5a038]: 1 }).keyProgrammed).toBe(true);
    expect(facts("esp32", { [0x3ff5a054]: 1 }).keyProgrammed).toBe(true);
  });

  it.each<[number, number, boolean]>([
    [0b000_0000_0001, 0, true],
    [0b100_0000_0001, 0, false],
    [0b100_0000_0011, 0, true],
    [0, 0x60008860, true],
    [0, 0x60008870, false],
    [0b100_0000_0000, 0x60008870, true],
  ])("of an ESP32-C2 with the word %i and the key word %i", (word, keyWord, isKey) => {
    const words = keyWord === 0 ? { [0x60008830]: word } : { [0x60008830]: word, [keyWord]: 1 };
    expect(facts("esp32c2", words).keyProgrammed).toBe(isKey);
  });
});

describe("FLASH_CRYPT_CONFIG", () => {
  it("of an ESP32 must be F, and is taken for it where it cannot be read", () => {
    expect(facts("esp32").unexpectedCryptConfig).toBe(0);
    expect(facts("esp32", { [0x3ff5a014]: 0x70000000 }).unexpectedCryptConfig).toBe(7);
    expect(facts("esp32", { [0x3ff5a014]: 0xf0000000 }).unexpectedCryptConfig).toBeNull();
    expect(facts("esp32", { [0x3ff5a000]: 1 << 19 }).unexpectedCryptConfig).toBeNull();
  });

  it.each(CHIPS.filter(({ id }) => id !== "esp32").map(({ id }) => id))("does not exist on %s", (id) => {
    expect(facts(id).unexpectedCryptConfig).toBeNull();
  });
});
