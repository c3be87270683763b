import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../test/support/mutation.ts";
import { classifyMismatch } from "./classify-mismatch.ts";

const random = seededRandom(7);
const EXPECTED = Uint8Array.from({ length: 4096 }, () => random(256));

function changed(change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = EXPECTED.slice();
  change(bytes);
  return bytes;
}

describe("what differs in flash", () => {
  it.each([
    ["erased", new Uint8Array(4096).fill(0xff)],
    ["not-erased", EXPECTED.map((byte) => byte & random(256))],
    ["single-bits", changed((bytes) => bytes.fill((bytes[9] ?? 0) ^ 0x10, 9, 10))],
    [
      "single-bits",
      changed((bytes) => bytes.fill((bytes[9] ?? 0) ^ 0x80, 9, 10).fill((bytes[4000] ?? 0) ^ 1, 4000, 4001)),
    ],
    ["shifted", Uint8Array.of(...EXPECTED.subarray(0, 1000), ...EXPECTED.subarray(1003), 0xff, 0xff, 0xff)],
    ["shifted", Uint8Array.of(...EXPECTED.subarray(0, 1000), 0x55, ...EXPECTED.subarray(1000, 4095))],
    ["other", Uint8Array.from({ length: 4096 }, () => random(256))],
  ] as const)("is %s", (kind, actual) => {
    expect(classifyMismatch(EXPECTED, actual).kind).toBe(kind);
  });

  it("tells how far the data are from their place", () => {
    const lost = Uint8Array.of(...EXPECTED.subarray(0, 1000), ...EXPECTED.subarray(1003), 0xff, 0xff, 0xff);
    expect(classifyMismatch(EXPECTED, lost)).toMatchObject({ shiftBytes: -3 });
    expect(classifyMismatch(EXPECTED, EXPECTED)).toEqual({ kind: "single-bits", bits: 0, bytes: 0, shiftBytes: null });
  });

  it("takes contents that are the same everywhere for no shift", () => {
    const zeros = new Uint8Array(4096);
    expect(classifyMismatch(zeros, Uint8Array.from(zeros).fill(0xf0, 0, 1000)).kind).toBe("other");
  });
});
