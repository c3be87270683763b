import type { AesBlock } from "./aes.ts";

/**
 * Espressif's chips take each 16-byte block for the cipher last byte first (fact sheet, D5 and D5b). Read as big-endian
 * words from the end, the bytes of a block are reversed on the way.
 */
export function readReversed(view: DataView, offset: number, block: AesBlock): void {
  block[0] = view.getUint32(offset + 12);
  block[1] = view.getUint32(offset + 8);
  block[2] = view.getUint32(offset + 4);
  block[3] = view.getUint32(offset);
}

export function writeReversed(view: DataView, offset: number, block: AesBlock): void {
  view.setUint32(offset, block[3] ?? 0);
  view.setUint32(offset + 4, block[2] ?? 0);
  view.setUint32(offset + 8, block[1] ?? 0);
  view.setUint32(offset + 12, block[0] ?? 0);
}

/** A view on the bytes where they lie. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
