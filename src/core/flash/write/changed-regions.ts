import { SECTOR_BYTES, sectorEnd, sectorStart } from "../sectors.ts";

/** Whole sectors, one behind the other, with what they are to hold. */
export interface ChangedRegion {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What erased flash holds, and so what either side has where it has nothing. */
const ERASED = 0xff;

/**
 * The sectors in which new data differs from what was written before at the same address (fact sheet 6.2, item 8). What
 * lies in them outside the new data becomes FF, as it does when all of it is written. Sectors that the new data does
 * not touch are left out, whatever the old one had there: they may belong to another file. Pure.
 */
export function changedRegions(address: number, data: Uint8Array, previous: Uint8Array): ChangedRegion[] {
  const spans: { start: number; end: number }[] = [];
  const end = sectorEnd(address + data.length);
  for (let sector = sectorStart(address); sector < end; sector += SECTOR_BYTES) {
    const from = Math.max(sector, address) - address;
    if (!differs(data, previous, { from, to: sector + SECTOR_BYTES - address })) continue;
    const last = spans.at(-1);
    if (last?.end === sector) last.end += SECTOR_BYTES;
    else spans.push({ start: sector, end: sector + SECTOR_BYTES });
  }
  return spans.map((span) => ({ address: span.start, data: cutOut(address, data, span) }));
}

function differs(data: Uint8Array, previous: Uint8Array, { from, to }: { from: number; to: number }): boolean {
  for (let offset = from; offset < to; offset++)
    if ((data[offset] ?? ERASED) !== (previous[offset] ?? ERASED)) return true;
  return false;
}

function cutOut(
  address: number,
  data: Uint8Array,
  { start, end }: { start: number; end: number },
): Uint8Array<ArrayBuffer> {
  const region = new Uint8Array(end - start).fill(ERASED);
  const first = Math.max(start, address);
  region.set(data.subarray(first - address, end - address), first - start);
  return region;
}
