import { type Check, optional } from "../../check/check.ts";
import { checkAddress } from "../../check/numbers.ts";
import { hasParts, shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean, checkFunction, checkName } from "../../check/values.ts";
import { chipById } from "../../chip/catalog.ts";
import { EspError, isEspError } from "../../errors.ts";
import { readFlash } from "../../flash/read/read-flash.ts";
import { PARTITION_TABLE_ADDRESS, type Partition } from "../../partition/table/partition.ts";
import type { Session } from "../../session/session.ts";
import { readPartitionTable } from "../read-partition-table.ts";
import { type BoardFacts, boardOf } from "./board-of-session.ts";
import {
  BACKUP_MANIFEST,
  type BackupEntry,
  type BackupManifest,
  type BackupRegion,
  type BackupStore,
  formatBackupManifest,
  parseBackupManifest,
} from "./manifest.ts";
import { planRegions } from "./plan-regions.ts";
import { chipHolds, packRegion, type RegionOptions, regionContents } from "./region-contents.ts";

export interface BackupFlashOptions extends RegionOptions {
  /** Where the partition table stands; default 0x8000. */
  readonly tableAddress?: number | undefined;
  /** Bring a backup of the same board that is complete up to date; default: it is refused. */
  readonly update?: boolean | undefined;
}

export interface BackupFlashResult {
  readonly manifest: BackupManifest;
  /** Regions that were read. */
  readonly read: readonly string[];
  /** Regions of which the store had the contents already, as the chip's digests say. */
  readonly kept: readonly string[];
}

export const checkStore: Check<BackupStore> = hasParts<BackupStore>("a store with read and write", {
  read: checkFunction,
  write: checkFunction,
});
const checkOptions: Check<BackupFlashOptions> = shape<BackupFlashOptions>({
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
  tableAddress: optional(checkAddress),
  update: optional(checkBoolean),
});

/**
 * Keeps the whole flash of a board in a store: a gzip file a region (bootloader, table, partition, what lies between), none
 * for what is blank, and `backup.json`, which tells of all. After each region the manifest is written: a backup that was broken off
 * goes on where it was, and what of it is proved by the chip's digests is not read again.
 *
 * Throws `backup.exists` where the store has a backup of another board, or a complete one; `backup.invalid` for a manifest that cannot
 * be read; `flash.unknown-size`, and as `readFlash`. What the store throws goes through.
 *
 * @example
 * const { manifest } = await backupFlash(session, store);
 */
export async function backupFlash(
  session: Session,
  store: BackupStore,
  options: BackupFlashOptions = {},
): Promise<BackupFlashResult> {
  const place = checkStore(store, "store");
  const { tableAddress = PARTITION_TABLE_ADDRESS, update = false, ...flash } = checkOptions(options, "options");
  const written = await place.read(BACKUP_MANIFEST);
  const before = written === null ? null : parseBackupManifest(written);
  const board = await boardOf(session, flash);
  if (before !== null) requireSame(before, board, update);
  const partitions = await partitionsOf(session, tableAddress, flash);
  const regions = planRegions({
    flashBytes: board.flashBytes,
    bootloaderAddress: board.chip === "esp8266" ? 0 : chipById(board.chip).bootloaderOffset,
    tableAddress: partitions === null ? null : tableAddress,
    partitions: partitions ?? [],
  });
  const head = { ...board, tableAddress: partitions === null ? null : tableAddress, partitions: partitions ?? [] };
  const save = async (entries: readonly BackupEntry[], complete: boolean): Promise<BackupManifest> => {
    const manifest: BackupManifest = { ...head, entries, complete };
    await place.write(BACKUP_MANIFEST, formatBackupManifest(manifest));
    return manifest;
  };
  return await fill(session, place, { regions, before, flash, save });
}

interface Work {
  readonly regions: readonly BackupRegion[];
  readonly before: BackupManifest | null;
  readonly flash: RegionOptions;
  readonly save: (entries: readonly BackupEntry[], complete: boolean) => Promise<BackupManifest>;
}

async function fill(session: Session, store: BackupStore, work: Work): Promise<BackupFlashResult> {
  const { regions, before, flash, save } = work;
  const entries: BackupEntry[] = [];
  const read: string[] = [];
  const kept: string[] = [];
  for (const region of regions) {
    const known = before?.entries.find((one) => isSame(one, region));
    if (known !== undefined && (await isProved(session, store, known, flash))) {
      entries.push(known);
      kept.push(region.name);
      continue;
    }
    const { data } = await readFlash(session, { address: region.address, sizeBytes: region.sizeBytes }, flash);
    // Before a file of a backup that was complete is replaced: broken off here, it is not, and may be gone on with.
    if (before?.complete === true && read.length === 0)
      await save([...entries, ...onward(before, region.address)], false);
    const { entry, packed } = await packRegion(region, data);
    // The file first: a manifest tells of nothing that is not there.
    if (packed !== null && entry.file !== null) await store.write(entry.file, packed);
    entries.push(entry);
    read.push(region.name);
    await save([...entries, ...onward(before, region.address + region.sizeBytes)], false);
  }
  return { manifest: await save(entries, true), read, kept };
}

/** What an older backup has from this address on may be good yet. */
function onward(before: BackupManifest | null, start: number): readonly BackupEntry[] {
  return before?.entries.filter(({ address }) => address >= start) ?? [];
}

function isSame(one: BackupRegion, other: BackupRegion): boolean {
  const { name, kind, address, sizeBytes } = one;
  return name === other.name && kind === other.kind && address === other.address && sizeBytes === other.sizeBytes;
}

/** The chip holds it, and the store has it. */
async function isProved(
  session: Session,
  store: BackupStore,
  entry: BackupEntry,
  flash: RegionOptions,
): Promise<boolean> {
  try {
    await regionContents(store, entry);
  } catch (error) {
    if (isEspError(error, "backup.invalid")) return false;
    throw error;
  }
  return await chipHolds(session, entry, flash);
}

/** Null: there is none that could be trusted with the names of what is on the chip. */
async function partitionsOf(
  session: Session,
  tableAddress: number,
  flash: RegionOptions,
): Promise<readonly Partition[] | null> {
  try {
    const { partitions, digest } = await readPartitionTable(session, { tableAddress, ...flash });
    return digest === "wrong" ? null : partitions;
  } catch (error) {
    if (isEspError(error, "partition.no-table")) return null;
    throw error;
  }
}

function requireSame(before: BackupManifest, board: BoardFacts, update: boolean): void {
  const isSameBoard = before.mac === board.mac && before.chip === board.chip;
  if (isSameBoard && (!before.complete || update)) return;
  const what = isSameBoard ? "a complete backup of this board" : `a backup of another board (${before.mac})`;
  throw new EspError("backup.exists", `There is ${what} already.`, {
    hint: isSameBoard ? "Choose another place, or have it brought up to date." : "Choose another place.",
    details: { mac: before.mac, chip: before.chip, complete: before.complete },
  });
}
