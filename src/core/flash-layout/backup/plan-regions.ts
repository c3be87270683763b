import { roundDown, roundUp } from "../../bytes/words.ts";
import { type Partition, SECTOR_BYTES } from "../../partition/table/partition.ts";
import type { BackupRegion, BackupRegionKind } from "./manifest.ts";

/** What is known of a flash. */
export interface FlashLayout {
  readonly flashBytes: number;
  readonly bootloaderAddress: number;
  /** Null: there is no table, or none that can be read. */
  readonly tableAddress: number | null;
  readonly partitions: readonly Partition[];
}

/** What has no name is cut into pieces of this size, each of which is read and proved by itself. */
const GAP_BYTES = 1024 * 1024;

/** The whole flash in regions, in the order of their addresses: bootloader, table, partitions, and what lies between. */
export function planRegions({ flashBytes, bootloaderAddress, tableAddress, partitions }: FlashLayout): BackupRegion[] {
  const named: BackupRegion[] = partitions
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .map(({ name, address, sizeBytes }) => region(name, "partition", address, address + sizeBytes));
  if (tableAddress !== null) {
    named.push(region("partition-table", "partition-table", tableAddress, tableAddress + SECTOR_BYTES));
    if (bootloaderAddress < tableAddress)
      named.push(region("bootloader", "bootloader", bootloaderAddress, tableAddress));
  }
  named.sort((left, right) => left.address - right.address);
  const regions: BackupRegion[] = [];
  let at = 0;
  for (const { name, kind, address, sizeBytes } of named) {
    // Of regions that overlap, as only a table with faults has them, the first one keeps what both have.
    const start = Math.max(at, roundDown(address, SECTOR_BYTES));
    const end = Math.min(roundUp(address + sizeBytes, SECTOR_BYTES), flashBytes);
    if (end <= start) continue;
    regions.push(...gaps(at, start), region(name, kind, start, end));
    at = end;
  }
  return [...regions, ...gaps(at, flashBytes)];
}

function region(name: string, kind: BackupRegionKind, start: number, end: number): BackupRegion {
  return { name, kind, address: start, sizeBytes: end - start };
}

function gaps(start: number, end: number): BackupRegion[] {
  const pieces: BackupRegion[] = [];
  for (let at = start; at < end; ) {
    const next = Math.min(roundDown(at, GAP_BYTES) + GAP_BYTES, end);
    pieces.push(region(`0x${at.toString(16)}`, "gap", at, next));
    at = next;
  }
  return pieces;
}
