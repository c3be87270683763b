import type { Compressor } from "../../bytes/deflate.ts";

const SLICES = 8;
const SLICE_BYTES = 4096;

/**
 * How many bytes go over the line for one byte of flash contents, told by some slices of the data: compressing all of
 * it, only to find it in flash already, would take longer than to ask. Pure.
 */
export function sentShare(data: Uint8Array, compressor: Compressor | null): number {
  if (compressor === null || data.length === 0) return 1;
  const sample = data.length <= SLICES * SLICE_BYTES ? data : slicesOf(data);
  return Math.min(1, compressor.deflate(sample).length / sample.length);
}

function slicesOf(data: Uint8Array): Uint8Array {
  const sample = new Uint8Array(SLICES * SLICE_BYTES);
  for (let index = 0; index < SLICES; index++) {
    const from = Math.floor(((data.length - SLICE_BYTES) * index) / (SLICES - 1));
    sample.set(data.subarray(from, from + SLICE_BYTES), index * SLICE_BYTES);
  }
  return sample;
}
