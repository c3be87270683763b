import { concatBytes, wordsToBytes } from "../../core/bytes/words.ts";

/** "SFDP" as a little-endian word. */
const SIGNATURE = 0x50444653;
/** Where the basic table starts in the chips this one is modelled after. */
const TABLE_OFFSET = 0x80;

/**
 * A parameter table as JEDEC JESD216 (revision 1.0) wants it: signature, one header, the basic table of nine words with
 * 4 KB erase by command 20, 32 KB by 52, 64 KB by D8 and the density.
 */
export function createSfdp(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const header = wordsToBytes([
    SIGNATURE,
    // Revision 1.0, one parameter header.
    0xff000100,
    // Basic table: id 00, revision 1.0, nine words.
    0x09010000,
    0xff000000 | TABLE_OFFSET,
  ]);
  const table = wordsToBytes([
    // 4 KB erase by 20h, page writes, three address bytes, all the fast reads.
    0xfff120e5,
    // Density in bits, minus one.
    sizeBytes * 8 - 1,
    // Fast reads: EBh and 6Bh, 3Bh and BBh, with the dummy cycles of a W25Q.
    0x6b08eb44,
    0xbb423b08,
    0xfffffffe,
    0x0000ffff,
    0xeb40ffff,
    // Erase types: 2^12 by 20h, 2^15 by 52h, 2^16 by D8h, none.
    0x520f200c,
    0x0000d810,
  ]);
  return concatBytes([header, new Uint8Array(TABLE_OFFSET - header.length).fill(0xff), table]);
}
