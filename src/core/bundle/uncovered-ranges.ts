import { roundUp } from "../bytes/words.ts";
import { checkBytes } from "../check/bytes.ts";
import { checkAddress, checkSize } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { listOf } from "../check/values.ts";
import { SECTOR_BYTES } from "../partition/table/partition.ts";

/** Flash from an address on. */
export interface FlashExtent {
  readonly address: number;
  readonly sizeBytes: number;
}

/** What lies in flash. */
export interface PlacedData {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

const checkExtent = shape<FlashExtent>({ address: checkAddress, sizeBytes: checkSize });
const checkPlaced = listOf(shape<PlacedData>({ address: checkAddress, data: checkBytes }));

/**
 * What of a part of flash no file comes to lie on, in whole sectors: what is erased when the files are written. Pure.
 *
 * @example
 * const gaps = uncoveredRanges({ address: 0x9000, sizeBytes: 0x6000 }, [{ address: 0xa000, data: keys }]);
 */
export function uncoveredRanges(extent: FlashExtent, files: readonly PlacedData[]): readonly FlashExtent[] {
  const { address, sizeBytes } = checkExtent(extent, "extent");
  const end = address + sizeBytes;
  const covered = checkPlaced(files, "files")
    .map((file) => ({
      from: file.address - (file.address % SECTOR_BYTES),
      to: roundUp(file.address + file.data.length, SECTOR_BYTES),
    }))
    .filter(({ from, to }) => from < end && address < to)
    .sort((left, right) => left.from - right.from);
  const gaps: FlashExtent[] = [];
  let at = address;
  for (const { from, to } of [...covered, { from: end, to: end }]) {
    if (from > at) gaps.push({ address: at, sizeBytes: from - at });
    at = Math.max(at, to);
  }
  return gaps;
}
