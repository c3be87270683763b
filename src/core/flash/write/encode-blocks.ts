import type { Compressor, InflateStream } from "../../bytes/deflate.ts";
import { SMALLEST_END_BYTES } from "../setup/block-pace.ts";

/** One block as it goes over the wire. */
export interface EncodedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of flash contents that the block completes; drives timeouts and progress. */
  readonly uncompressedBytes: number;
}

export interface EncodedData {
  readonly compressed: boolean;
  /** No block is longer; plain blocks all have this length. */
  readonly blockSize: number;
  readonly blocks: readonly EncodedBlock[];
  /** Bytes on the wire when compressed, else null. */
  readonly compressedBytes: number | null;
  /** Size of the deflate stream that was given up because it is no smaller, else null. */
  readonly rejectedBytes: number | null;
}

/**
 * Cuts data into blocks, deflated as one stream if there is a compressor and that makes it smaller. Linear in the data: the
 * stream is decoded once to learn what each block but the last decodes to.
 */
export function encodeBlocks(
  data: Uint8Array<ArrayBuffer>,
  options: { readonly compressor: Compressor | null; readonly blockSize: number },
): EncodedData {
  const { compressor, blockSize } = options;
  if (compressor === null) return plain(data, blockSize, null);
  const stream = compressor.deflate(data);
  if (stream.length >= data.length) return plain(data, blockSize, stream.length);
  const blocks: EncodedBlock[] = [];
  let decoder: InflateStream | undefined;
  let left = data.length;
  for (let at = 0; at < stream.length; ) {
    const end = blockEnd(at, stream.length, blockSize);
    const bytes = stream.subarray(at, end);
    const isLast = end === stream.length;
    if (!isLast) decoder ??= compressor.inflateStream();
    const uncompressedBytes = isLast ? left : (decoder?.push(bytes).length ?? 0);
    blocks.push({ bytes, uncompressedBytes });
    left -= uncompressedBytes;
    at = end;
  }
  return { compressed: true, blockSize, blocks, compressedBytes: stream.length, rejectedBytes: null };
}

/** The last block but one is shorter where the last would be next to nothing. */
function blockEnd(start: number, streamBytes: number, blockSize: number): number {
  const end = Math.min(start + blockSize, streamBytes);
  const rest = streamBytes - end;
  return rest > 0 && rest < SMALLEST_END_BYTES ? streamBytes - SMALLEST_END_BYTES : end;
}

/** Plain blocks all have full length: the last is padded with FF, as erased flash is. */
function plain(data: Uint8Array<ArrayBuffer>, blockSize: number, rejectedBytes: number | null): EncodedData {
  const blocks: EncodedBlock[] = [];
  for (let at = 0; at < data.length; at += blockSize) {
    const part = data.subarray(at, at + blockSize);
    if (part.length === blockSize) blocks.push({ bytes: part, uncompressedBytes: part.length });
    else {
      const bytes = new Uint8Array(blockSize).fill(0xff, part.length);
      bytes.set(part);
      blocks.push({ bytes, uncompressedBytes: part.length });
    }
  }
  return { compressed: false, blockSize, blocks, compressedBytes: null, rejectedBytes };
}
