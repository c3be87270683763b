import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRecord, encodeRecord, LONGEST_RECORD } from "./part-record.ts";

const RECORD = {
  mac: "24:0a:c4:00:5a:05",
  address: 0x1000,
  sizeBytes: 2 ** 32,
  doneBytes: 0x4000,
  md5: "0123456789abcdef0123456789abcdef",
};
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe("the record of a part", () => {
  it.each([RECORD, { ...RECORD, mac: null, address: 0, sizeBytes: 0, doneBytes: 0 }])("comes back", (record) => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
    expect(encodeRecord(record).length).toBeLessThan(LONGEST_RECORD);
  });

  it.each([
    ["another version", { version: 2 }],
    ["no version", { version: undefined }],
    ["a number for the MAC", { mac: 5 }],
    ["a text for the MAC", { mac: "a chip" }],
    ["no MAC", { mac: undefined }],
    ["a short digest", { md5: "00" }],
    ["a negative size", { sizeBytes: -1 }],
    ["half a byte", { doneBytes: 0.5 }],
    ["an address beyond 32 bits", { address: 2 ** 32 }],
    ["a size beyond 32 bits", { sizeBytes: 2 ** 32 + 1 }],
  ])("with %s is none", (_what, change) => {
    expect(decodeRecord(bytesOf({ version: 1, ...RECORD, ...change }))).toBe(null);
  });

  it.each([
    ["nothing", ""],
    ["a list", "[]"],
    ["a null", "null"],
    ["a cut text", '{"version":1,'],
  ])("%s is none", (_what, text) => {
    expect(decodeRecord(new TextEncoder().encode(text))).toBe(null);
  });

  it("too long is none, whatever it says", () => {
    const long = new Uint8Array(LONGEST_RECORD + 1).fill(32);
    long.set(bytesOf({ version: 1, ...RECORD }));
    expect(decodeRecord(long)).toBe(null);
    expect(decodeRecord(long.slice(0, LONGEST_RECORD))).toEqual(RECORD);
  });

  it("of any bytes is one or none, and never an error", () => {
    const whole = encodeRecord(RECORD);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.uint8Array({ maxLength: 64 }), (at, byte, noise) => {
        const spoiled = whole.slice();
        spoiled[at] = byte;
        decodeRecord(spoiled);
        decodeRecord(noise);
      }),
      { numRuns: 500 },
    );
  });
});
