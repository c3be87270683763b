import { expect, it } from "vitest";
import { differenceLines } from "./difference-lines.ts";

const run = (address: number, sizeBytes: number, byte = 0x41) => ({
  address,
  sizeBytes,
  count: sizeBytes,
  flash: new Uint8Array(Math.min(sizeBytes, 128)).fill(0xff),
  file: new Uint8Array(Math.min(sizeBytes, 128)).fill(byte),
});

it("shows rows in columns, long runs by their beginning, and sums up the rest", () => {
  const lines = differenceLines({
    count: 4104,
    firstAddress: 0x1008,
    lastAddress: 0x2fff,
    runs: [run(0x1008, 8), run(0x2000, 4096)],
  });
  expect(lines).toMatchInlineSnapshot(`
    [
      "  - flash, + file",
      "  - 0x00001008                          ff ff ff ff ff ff ff ff         ........",
      "  + 0x00001008                          41 41 41 41 41 41 41 41         AAAAAAAA",
      "  - 0x00002000  ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ................",
      "  + 0x00002000  41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 AAAAAAAAAAAAAAAA",
      "  - 0x00002010  ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ................",
      "  + 0x00002010  41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 AAAAAAAAAAAAAAAA",
      "  - 0x00002020  ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ................",
      "  + 0x00002020  41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 AAAAAAAAAAAAAAAA",
      "  - 0x00002030  ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ................",
      "  + 0x00002030  41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 AAAAAAAAAAAAAAAA",
      "  ... 4,032 more bytes differ to 0x00002fff",
    ]
  `);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});

it("is bounded, and still says how much there is", () => {
  const runs = Array.from({ length: 256 }, (_, index) => run(index * 32, 16));
  const lines = differenceLines({ count: 5000, firstAddress: 0, lastAddress: 0xabcdef, runs });
  expect(lines.length).toBeLessThan(150);
  expect(lines.at(-1)).toBe("  ... 3,976 more bytes differ further on, the last at 0x00abcdef");
});
