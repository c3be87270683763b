import { hexAddress } from "../bytes/hex.ts";
import { roundDown } from "../bytes/words.ts";
import { checkBytes, type WithByteSources } from "../check/bytes.ts";
import type { Check } from "../check/check.ts";
import { checkAddress } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkText, listOf } from "../check/values.ts";
import { EspError } from "../errors.ts";

/** A file of bytes and where in flash it goes; `name` is for messages. */
export interface PlacedFile {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly name: string;
}

/** The smallest unit that flash can erase. */
export const SECTOR_BYTES = 0x1000;

/**
 * The `flash.overlap` of the first two files that share a sector, or null: writing one would erase a part of the other
 * (fact sheet 1.4). Empty files share nothing. Rounding one side is enough: a sector's start below the end of the data
 * is below the end of its last sector too.
 */
export function overlapError(files: readonly PlacedFileInput[]): EspError | null {
  return findOverlap(checkPlacedFiles(files, "files"));
}

/** The same of files that were looked at. */
export function findOverlap(files: readonly PlacedFile[]): EspError | null {
  const sorted = files.filter(({ data }) => data.length > 0).sort((left, right) => left.address - right.address);
  let previous: PlacedFile | null = null;
  for (const file of sorted) {
    if (previous !== null && roundDown(file.address, SECTOR_BYTES) < previous.address + previous.data.length)
      return new EspError(
        "flash.overlap",
        `'${file.name}' at ${hexAddress(file.address)} overlaps '${previous.name}' or shares a sector with it.`,
        {
          hint: "Flash is erased in sectors of 4096 bytes; files must not share one.",
          details: { address: file.address, file: file.name, other: previous.name },
        },
      );
    previous = file;
  }
  return null;
}

export type PlacedFileInput = WithByteSources<PlacedFile>;

const checkPlacedFile: Check<PlacedFile> = shape<PlacedFile>({
  address: checkAddress,
  data: checkBytes,
  name: checkText,
});

export const checkPlacedFiles: Check<PlacedFile[]> = listOf(checkPlacedFile);
