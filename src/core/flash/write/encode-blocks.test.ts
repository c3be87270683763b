import { describe, expect, it, vi } from "vitest";
import * as compressor from "../../bytes/deflate.ts";
import { concatBytes } from "../../bytes/words.ts";
import { encodeBlocks } from "./encode-blocks.ts";
import { loadCompressor } from "./write-parts.ts";

/** Compressible, but not to nothing. */
function firmware(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(sizeBytes);
  let state = 1;
  for (let index = 0; index < sizeBytes; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[index] = index % 7 < 3 ? index >>> 8 : state >>> 27;
  }
  return data;
}

function noise(sizeBytes: number): Uint8Array<ArrayBuffer> {
  let state = 7;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

describe("encodeBlocks", () => {
  it("cuts the one deflate stream and accounts for every byte in the block that completes it", () => {
    const data = firmware(300_001);
    const { compressed, blocks, compressedBytes } = encodeBlocks(data, { compressor, blockSize: 0x4000 });
    expect(compressed).toBe(true);
    const stream = concatBytes(blocks.map(({ bytes }) => bytes));
    expect(stream).toEqual(compressor.deflate(data));
    expect(compressedBytes).toBe(stream.length);
    expect(blocks.slice(0, -1).every(({ bytes }) => bytes.length === 0x4000)).toBe(true);
    expect(blocks.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0)).toBe(data.length);
    const decoder = compressor.inflateStream();
    for (const block of blocks) expect(decoder.push(block.bytes).length).toBe(block.uncompressedBytes);
    expect(decoder.ended).toBe(true);
  });

  it.each([0x400, 0x1000])(
    "has contents in the last block of %i bytes at most, whatever is left for it",
    (blockSize) => {
      // Each byte that is not compressible makes the stream longer by one.
      const lengths = new Set<number>();
      for (let size = blockSize - 200; size < blockSize - 80; size++) {
        const data = new Uint8Array(0x8000);
        data.set(noise(size));
        const { blocks, compressedBytes } = encodeBlocks(data, { compressor, blockSize });
        lengths.add((compressedBytes ?? 0) - blockSize);
        expect(blocks.at(-1)?.uncompressedBytes).toBeGreaterThan(0);
        expect(blocks.every(({ bytes }) => bytes.length > 0 && bytes.length <= blockSize)).toBe(true);
        expect(blocks.length).toBe(Math.ceil((compressedBytes ?? 0) / blockSize));
        expect(concatBytes(blocks.map(({ bytes }) => bytes))).toEqual(compressor.deflate(data));
      }
      // Nothing but parts of the checksum would have been left for it.
      expect([...lengths].filter((over) => over > 0 && over <= 4).length).toBeGreaterThan(1);
    },
  );

  it("unpacks nothing to learn what the last block decodes to", () => {
    const unpacking = { ...compressor, inflateStream: vi.fn(compressor.inflateStream) };
    const { blocks } = encodeBlocks(firmware(5000), { compressor: unpacking, blockSize: 0x4000 });
    expect(blocks.map(({ uncompressedBytes }) => uncompressedBytes)).toEqual([5000]);
    expect(unpacking.inflateStream).not.toHaveBeenCalled();
  });

  it("accounts for much data in few blocks", () => {
    const { blocks } = encodeBlocks(new Uint8Array(3_000_000), { compressor, blockSize: 0x400 });
    expect(blocks.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0)).toBe(3_000_000);
  });

  it("sends plain what deflate does not make smaller", () => {
    const data = noise(5000);
    const encoded = encodeBlocks(data, { compressor, blockSize: 0x400 });
    expect(encoded.compressed).toBe(false);
    expect(encoded.compressedBytes).toBeNull();
    expect(encoded.rejectedBytes).toBeGreaterThanOrEqual(5000);
    expect(encoded.blocks.map(({ bytes }) => bytes.length)).toEqual([1024, 1024, 1024, 1024, 1024]);
    expect(encoded.blocks.map(({ uncompressedBytes }) => uncompressedBytes)).toEqual([1024, 1024, 1024, 1024, 904]);
    const joined = concatBytes(encoded.blocks.map(({ bytes }) => bytes));
    expect(joined.subarray(0, 5000)).toEqual(data);
    expect(joined.subarray(5000).every((byte) => byte === 0xff)).toBe(true);
  });
});

describe("the compressor of a write", () => {
  it("does not do again what it did last, and takes nothing else for that", async () => {
    const { deflate } = await loadCompressor();
    const data = firmware(5000);
    const stream = deflate(data);
    expect(deflate(data.subarray(0))).toBe(stream);
    for (const other of [data.slice(), data.subarray(1), data.subarray(0, 4999)]) {
      expect(deflate(other)).not.toBe(stream);
      expect(deflate(other)).toEqual(compressor.deflate(other));
    }
  });
});
