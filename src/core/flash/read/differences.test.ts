import { expect, it } from "vitest";
import { DifferenceList } from "./differences.ts";

const blank = (sizeBytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(sizeBytes).fill(0xff);

it("nothing differs", () => {
  const list = new DifferenceList();
  list.add({ address: 0x1000, flash: blank(64), file: blank(64) });
  expect(list.result(0x1000)).toEqual({ count: 0, firstAddress: 0x1000, lastAddress: 0x1000, runs: [] });
});

it("rows stand where addresses divide the flash, and neighbours are one run, also over the border of two pieces", () => {
  const list = new DifferenceList();
  list.add({ address: 0x1008, flash: blank(24), file: new Uint8Array(24) });
  list.add({ address: 0x1020, flash: blank(48), file: Uint8Array.from([...new Uint8Array(16), ...blank(31), 1]) });
  const { count, firstAddress, lastAddress, runs } = list.result(0x1008);
  expect({ count, firstAddress, lastAddress }).toEqual({ count: 41, firstAddress: 0x1008, lastAddress: 0x104f });
  expect(runs.map(({ address, sizeBytes, count: differing }) => [address, sizeBytes, differing])).toEqual([
    [0x1008, 40, 40],
    [0x1040, 16, 1],
  ]);
});

it("is bounded, however much differs", () => {
  const list = new DifferenceList();
  const file = Uint8Array.from({ length: 32 * 1000 }, (_, index) => (index % 32 === 0 ? 0 : 0xff));
  list.add({ address: 0, flash: blank(file.length), file });
  list.add({ address: 0x10_0000, flash: blank(0x10_0000), file: new Uint8Array(0x10_0000) });
  const { count, lastAddress, runs } = list.result(0);
  expect({ count, lastAddress, runs: runs.length }).toEqual({
    count: 1000 + 0x10_0000,
    lastAddress: 0x1f_ffff,
    runs: 256,
  });
  expect(Math.max(...runs.map((run) => run.file.length))).toBeLessThanOrEqual(128);
});
