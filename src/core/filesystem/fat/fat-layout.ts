// Shelf: FAT of 12 and 16 bits, and ESP-IDF's wear levelling below it.
// In: bytes of a partition, or files and the sizes that an image is to have.
// Out: files with what is wrong; a fresh image.

import { readU16, readU32 } from "../../bytes/words.ts";

/** Facts: sheet build-outputs 5.4; Microsoft, "FAT: General Overview of On-Disk Format". */
export const DIRECTORY_ENTRY_BYTES = 32;
export const SIGNATURE_AT = 510;
/** More clusters than this make it a FAT of 16, and of 32 bits. */
export const FEWEST_16 = 4085;
export const FEWEST_32 = 65525;
export const ATTRIBUTE = { label: 0x08, directory: 0x10, archive: 0x20, longName: 0x0f } as const;

/** Where the parts of a volume stand, in bytes. */
export interface FatGrid {
  readonly bits: 12 | 16;
  readonly sectorBytes: number;
  readonly clusterBytes: number;
  readonly fatCopies: number;
  readonly rootEntries: number;
  readonly fatAt: number;
  readonly fatBytes: number;
  readonly rootAt: number;
  readonly dataAt: number;
  /** Numbered from 2. */
  readonly clusters: number;
  /** Of the whole volume. */
  readonly sectors: number;
}

/** What the first sector says. `bits: 32`: it is a FAT32. Null: it is the first sector of no FAT. */
export function readGrid(bytes: Uint8Array): FatGrid | { readonly bits: 32 } | null {
  if (bytes.length < 512 || bytes[SIGNATURE_AT] !== 0x55 || bytes[SIGNATURE_AT + 1] !== 0xaa) return null;
  const sectorBytes = readU16(bytes, 11);
  const sectorsPerCluster = bytes[13] ?? 0;
  const reserved = readU16(bytes, 14);
  const fatCopies = bytes[16] ?? 0;
  const rootEntries = readU16(bytes, 17);
  const sectors = readU16(bytes, 19) || readU32(bytes, 32);
  const fatSectors = readU16(bytes, 22);
  const isJump = bytes[0] === 0xeb || bytes[0] === 0xe9;
  if (!isJump || ![512, 1024, 2048, 4096].includes(sectorBytes)) return null;
  if (sectorsPerCluster === 0 || (sectorsPerCluster & (sectorsPerCluster - 1)) !== 0) return null;
  if (reserved === 0 || fatCopies === 0 || fatCopies > 2 || sectors === 0) return null;
  if (fatSectors === 0) return { bits: 32 };
  const rootSectors = Math.ceil((rootEntries * DIRECTORY_ENTRY_BYTES) / sectorBytes);
  const before = reserved + fatCopies * fatSectors + rootSectors;
  const clusters = Math.floor((sectors - before) / sectorsPerCluster);
  if (rootEntries === 0 || clusters < 1) return null;
  if (clusters >= FEWEST_32) return { bits: 32 };
  return {
    bits: clusters < FEWEST_16 ? 12 : 16,
    sectorBytes,
    clusterBytes: sectorsPerCluster * sectorBytes,
    fatCopies,
    rootEntries,
    fatAt: reserved * sectorBytes,
    fatBytes: fatSectors * sectorBytes,
    rootAt: (reserved + fatCopies * fatSectors) * sectorBytes,
    dataAt: before * sectorBytes,
    clusters,
    sectors,
  };
}

export function clusterAt({ dataAt, clusterBytes }: FatGrid, cluster: number): number {
  return dataAt + (cluster - 2) * clusterBytes;
}

/** What the table says comes behind a cluster. */
export function nextCluster(
  bytes: Uint8Array,
  { bits, fatAt }: Pick<FatGrid, "bits" | "fatAt">,
  cluster: number,
): number {
  if (bits === 16) return readU16(bytes, fatAt + cluster * 2);
  const pair = readU16(bytes, fatAt + cluster + (cluster >> 1));
  return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
}

/** From here on a number means that no cluster follows. */
export function endMark({ bits }: Pick<FatGrid, "bits">): number {
  return bits === 12 ? 0xff8 : 0xfff8;
}
