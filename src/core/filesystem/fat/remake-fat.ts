import type { DirectoryToStore, FatSettings, FileToStore } from "../file-system.ts";
import { findingsIn } from "../findings.ts";
import { treeOf } from "../tree.ts";
import { fatVolume } from "./read-fat.ts";
import { FLASH_SECTOR } from "./wear-levelling.ts";
import { writeVolume } from "./write-volume.ts";

export interface FatToMake {
  readonly files: readonly FileToStore[];
  readonly directories: readonly DirectoryToStore[];
  readonly settings: FatSettings;
  readonly longNames: boolean;
}

/**
 * The partition with a volume made anew in the place of the one that is there: sectors stay where wear levelling has moved them,
 * and what is free keeps what it has.
 */
export function remakeFat(
  bytes: Uint8Array<ArrayBuffer>,
  { files, directories, settings, longNames: hasLongNames }: FatToMake,
): Uint8Array<ArrayBuffer> {
  const { volume, grid } = fatVolume(bytes, findingsIn(bytes));
  const made = Uint8Array.from(volume.bytes);
  // A volume that says to be larger than its partition is made as large as that.
  const sectors = Math.min(grid.sectors, Math.floor(made.length / grid.sectorBytes));
  writeVolume(made, treeOf(files, directories), { ...settings, sectors, hasLongNames });
  const image = bytes.slice();
  for (let at = 0; at < made.length; at += FLASH_SECTOR)
    image.set(made.subarray(at, at + FLASH_SECTOR), volume.offsetOf(at));
  return image;
}
