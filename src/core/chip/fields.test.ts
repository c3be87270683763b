import { expect, it } from "vitest";
import { bit, bits, consecutiveWords, field, flag, maskInRegister } from "./fields.ts";
import { readField } from "./read-field.ts";

it("takes bits out of a word, both ends included", () => {
  expect(bits(0x12345678, 15, 8)).toBe(0x56);
  expect(bits(0x80000000, 31, 31)).toBe(1);
  expect(bits(0xfffffffe, 31, 0)).toBe(0xfffffffe);
  expect(bit(0x80000000, 31)).toBe(1);
  expect(bit(0x7fffffff, 31)).toBe(0);
});

it("describes fields of registers", () => {
  expect(field(0x100, 20, 18)).toEqual({ register: 0x100, shift: 18, mask: 7 });
  expect(flag(0x100, 31)).toEqual({ register: 0x100, shift: 31, mask: 1 });
  expect(maskInRegister(flag(0x100, 31))).toBe(0x80000000);
  expect(maskInRegister(field(0x100, 20, 18))).toBe(0x1c0000);
});

it("reads a field from its own register, never as a negative number", () => {
  const word = (register: number) => (register === 0x100 ? 0xffffffff : 0);
  expect(readField(field(0x100, 31, 0), word)).toBe(0xffffffff);
  expect(readField(field(0x100, 9, 5), word)).toBe(0x1f);
  expect(readField(field(0x104, 9, 5), word)).toBe(0);
});

it("lists consecutive words", () => {
  expect(consecutiveWords(0x60008860, 3)).toEqual([0x60008860, 0x60008864, 0x60008868]);
});
