import { describe, expect, it } from "vitest";
import { changedRegions } from "./shortcuts.ts";

const filled = (sizeBytes: number, value = 0xaa): Uint8Array<ArrayBuffer> => new Uint8Array(sizeBytes).fill(value);

function found(address: number, data: Uint8Array, previous: Uint8Array): [number, number][] {
  return changedRegions(address, data, previous).map((region) => [region.address, region.data.length]);
}

describe("changedRegions", () => {
  it("finds the sectors of the reference's vectors", () => {
    const changed = filled(0x4000);
    changed.fill(0xbb, 0, 100);
    expect(found(0x104, changed, filled(0x4000))).toEqual([[0, 0x1000]]);
    expect(found(0x1000, filled(0x3000), filled(0x4000))).toEqual([]);
    expect(found(0x1000, filled(0x3001), filled(0x4000))).toEqual([[0x4000, 0x1000]]);
    expect(found(0x1000, filled(0x3000), filled(0x1000))).toEqual([[0x2000, 0x2000]]);
  });

  it("puts FF around the data in a changed sector", () => {
    const data = filled(0x400);
    data[0] = 2;
    data[0x3ff] = 3;
    const regions = changedRegions(0x10e00, data, filled(0x400));
    // 0x200 bytes in the first sector, 0x200 in the second.
    expect(regions.map(({ address, data: { length } }) => [address, length])).toEqual([[0x10000, 0x2000]]);
    const contents = regions[0]?.data ?? new Uint8Array(0);
    expect(contents.subarray(0, 0xe00).every((byte) => byte === 0xff)).toBe(true);
    expect(contents.subarray(0xe00, 0x1200)).toEqual(data);
    expect(contents.subarray(0x1200).every((byte) => byte === 0xff)).toBe(true);
  });

  it("has nothing to do for equal data, and for what FF stands in for", () => {
    expect(found(0x1000, filled(0x2345), filled(0x2345))).toEqual([]);
    expect(found(0x1000, filled(0x2000, 0xff), new Uint8Array(0))).toEqual([]);
  });

  it("keeps apart what is apart, and joins neighbours", () => {
    const data = filled(0x6000);
    for (const at of [0x0, 0x1fff, 0x4000]) data[at] = 0;
    expect(found(0x10000, data, filled(0x6000))).toEqual([
      [0x10000, 0x2000],
      [0x14000, 0x1000],
    ]);
  });

  it("never reaches into a sector that the new data does not touch", () => {
    expect(found(0x10104, filled(0x100), filled(0x1000))).toEqual([[0x10000, 0x1000]]);
  });
});
