import { type Check, checkThat, invalidArgument, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, listOf } from "../../check/values.ts";
import type { DirectoryToStore, FileToStore } from "../file-system.ts";
import { sizeError } from "../make-errors.ts";
import { checkDirectory, checkFile, treeOf } from "../tree.ts";
import { toCodePage } from "./code-page.ts";
import { FLASH_SECTOR, wearGrid } from "./wear-levelling.ts";
import { withWearLevelling } from "./with-wear-levelling.ts";
import { writeVolume } from "./write-volume.ts";

/** Larger partitions than this are a mistake: flash chips end there. */
const LARGEST_BYTES = 0x1000_0000;
const SECTOR_SIZES = [512, 1024, 2048, 4096];
/** Of the volume, which the safe mode of wear levelling keeps for itself. */
export const SAFE_SECTORS = 2;

export interface MakeFatOptions {
  /** Of the partition: a multiple of 4,096 bytes. */
  readonly sizeBytes: number;
  /** ESP-IDF's layer below the volume, which its firmware expects unless it mounts the partition raw. Default true. */
  readonly wearLevelling?: boolean | undefined;
  /** For firmware with sectors of 512 bytes in the safe mode of wear levelling. Default false. */
  readonly safeMode?: boolean | undefined;
  /** 512, 1,024, 2,048 or 4,096, as the firmware was built. Default 4,096. */
  readonly sectorBytes?: number | undefined;
  /** A multiple of the sector by a power of two. Default: one sector. */
  readonly clusterBytes?: number | undefined;
  /** 1 or 2. Default 2. */
  readonly fatCopies?: number | undefined;
  /** Of the root directory; each long name takes several. A multiple of what fills a sector. Default 512. */
  readonly rootEntries?: number | undefined;
  /** Names in small letters or longer than eight and three, which firmware has to be built for. Default false. */
  readonly longNames?: boolean | undefined;
  /** At most eleven letters. Default `Espressif`. */
  readonly label?: string | undefined;
  /** Default 1; the original generator takes one at random. */
  readonly volumeId?: number | undefined;
  /** Of wear levelling. Default 1; the original generator takes one at random. */
  readonly deviceId?: number | undefined;
  /** Those that are to be there though no file is in them, or with a time of their own. */
  readonly directories?: readonly DirectoryToStore[] | undefined;
}

const checkLabel: Check<string> = checkThat(
  (value) => typeof value === "string" && value.length <= 11 && toCodePage(value) !== null,
  "at most eleven letters of code page 437",
);
const checkOptions: Check<MakeFatOptions> = shape<MakeFatOptions>({
  sizeBytes: wholeNumber(1, LARGEST_BYTES),
  wearLevelling: optional(checkBoolean),
  safeMode: optional(checkBoolean),
  sectorBytes: optional(wholeNumber(512, 4096)),
  clusterBytes: optional(wholeNumber(512, 0x10000)),
  fatCopies: optional(wholeNumber(1, 2)),
  rootEntries: optional(wholeNumber(16, 0x8000)),
  longNames: optional(checkBoolean),
  label: optional(checkLabel),
  volumeId: optional(wholeNumber(0, 0xffff_ffff)),
  deviceId: optional(wholeNumber(0, 0xffff_ffff)),
  directories: optional(listOf(checkDirectory)),
});

/**
 * The image of a FAT partition with these files, FAT12 or FAT16 by its size, as ESP-IDF's wl_fatfsgen.py makes it, or without
 * wear levelling fatfsgen.py. Files stand in the order of their names.
 * Throws `filesystem.full`, `filesystem.bad-size`, `filesystem.bad-name`, `argument.invalid`. Facts: sheet build-outputs 5.4.
 *
 * @example
 * const image = makeFat([{ path: "INDEX.HTM", content: page }], { sizeBytes: 0x100000 });
 */
export function makeFat(files: readonly FileToStore[], options: MakeFatOptions): Uint8Array<ArrayBuffer> {
  const wanted = listOf(checkFile)(files, "files");
  const given = checkOptions(options, "options");
  const { sizeBytes, directories = [], wearLevelling = true, safeMode = false, deviceId = 1 } = given;
  const { sectorBytes = 4096, clusterBytes = sectorBytes, fatCopies = 2, rootEntries = 512 } = given;
  const { longNames: hasLongNames = false, label = "Espressif", volumeId = 1 } = given;
  requireSizes({ sectorBytes, clusterBytes, rootEntries, safeMode, wearLevelling });
  if (sizeBytes % FLASH_SECTOR !== 0) throw sizeError(sizeBytes, FLASH_SECTOR);
  const grid = wearLevelling ? wearGrid(sizeBytes) : { sectors: sizeBytes / FLASH_SECTOR, stateSectors: 0 };
  if (grid === null)
    throw invalidArgument("options.sizeBytes", sizeBytes, "large enough for wear levelling, 20,480 bytes");
  const volume = new Uint8Array(grid.sectors * FLASH_SECTOR).fill(0xff);
  const sectors = ((grid.sectors - (safeMode ? SAFE_SECTORS : 0)) * FLASH_SECTOR) / sectorBytes;
  const root = treeOf(wanted, directories);
  const volumeShape = { sectors, sectorBytes, clusterBytes, fatCopies, rootEntries, label, volumeId, hasLongNames };
  writeVolume(volume, root, volumeShape);
  return wearLevelling ? withWearLevelling(volume, sizeBytes, deviceId) : volume;
}

type Sizes = Required<
  Pick<MakeFatOptions, "sectorBytes" | "clusterBytes" | "rootEntries" | "safeMode" | "wearLevelling">
> & { readonly [Key in "sectorBytes" | "clusterBytes" | "rootEntries"]: number };

function requireSizes({ sectorBytes, clusterBytes, rootEntries, safeMode, wearLevelling }: Sizes): void {
  if (!SECTOR_SIZES.includes(sectorBytes))
    throw invalidArgument("options.sectorBytes", sectorBytes, `one of ${SECTOR_SIZES.join(", ")}`);
  const perCluster = clusterBytes / sectorBytes;
  if (!Number.isInteger(Math.log2(perCluster)) || perCluster < 1 || perCluster > 128)
    throw invalidArgument("options.clusterBytes", clusterBytes, "a sector, or two, four, to 128 of them");
  if ((rootEntries * 32) % sectorBytes !== 0)
    throw invalidArgument("options.rootEntries", rootEntries, `a multiple of ${sectorBytes / 32}, which fill a sector`);
  if (safeMode && (sectorBytes !== 512 || !wearLevelling))
    throw invalidArgument("options.safeMode", safeMode, "left out, but for wear levelling with sectors of 512 bytes");
}
