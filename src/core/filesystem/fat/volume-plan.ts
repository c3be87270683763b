import { invalidArgument } from "../../check/check.ts";
import { fullError } from "../make-errors.ts";
import { DIRECTORY_ENTRY_BYTES, type FatGrid, FEWEST_16, FEWEST_32 } from "./fat-layout.ts";

/** What a volume is to be made of. */
export interface VolumeShape {
  readonly sectors: number;
  readonly sectorBytes: number;
  readonly clusterBytes: number;
  readonly fatCopies: number;
  readonly rootEntries: number;
  readonly label: string;
  readonly volumeId: number;
  readonly hasLongNames: boolean;
}

const RESERVED_SECTORS = 1;

/**
 * Where everything stands in a new volume. A table has entries for all sectors of the volume, as the original generator counts,
 * and the number of clusters alone says how wide they are. Throws `filesystem.full` where nothing is left for files.
 */
export function planVolume(shape: VolumeShape): FatGrid {
  const { sectors, sectorBytes, clusterBytes, fatCopies, rootEntries } = shape;
  const perCluster = clusterBytes / sectorBytes;
  const rootSectors = Math.ceil((rootEntries * DIRECTORY_ENTRY_BYTES) / sectorBytes);
  const most = Math.ceil(sectors / perCluster) + 2;
  const tableSectors = Math.ceil((most * (most - 2 < FEWEST_16 ? 12 : 16)) / 8 / sectorBytes);
  const before = RESERVED_SECTORS + fatCopies * tableSectors + rootSectors;
  const clusters = Math.floor((sectors - before) / perCluster);
  if (clusters < 1) throw fullError("FAT", sectors * sectorBytes, (before + perCluster - sectors) * sectorBytes);
  if (clusters >= FEWEST_32)
    throw invalidArgument(
      "options.clusterBytes",
      clusterBytes,
      `larger: there are more than ${FEWEST_32 - 1} clusters`,
    );
  return {
    bits: clusters < FEWEST_16 ? 12 : 16,
    sectorBytes,
    clusterBytes,
    fatCopies,
    rootEntries,
    fatAt: RESERVED_SECTORS * sectorBytes,
    fatBytes: tableSectors * sectorBytes,
    rootAt: (RESERVED_SECTORS + fatCopies * tableSectors) * sectorBytes,
    dataAt: before * sectorBytes,
    clusters,
    sectors,
  };
}
