import { readFlash } from "../../flash/read/read-flash.ts";
import type { Session } from "../../session/session.ts";
import {
  BACKUP_MANIFEST,
  type BackupEntry,
  type BackupManifest,
  type BackupRegion,
  type BackupStore,
  formatBackupManifest,
} from "./manifest.ts";
import { type BackupFlashOptions, entryOf, isStored, prepareBackup } from "./prepare-backup.ts";
import { chipHolds, packRegion, type RegionOptions } from "./region-contents.ts";

export interface BackupFlashResult {
  readonly manifest: BackupManifest;
  /** Regions that were read. */
  readonly read: readonly string[];
  /** Regions of which the store had the contents already, as the chip's digests say. */
  readonly kept: readonly string[];
}

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
  const { place, board, before, tableAddress, partitions, regions, flash } = await prepareBackup(
    session,
    store,
    options,
  );
  const head = { ...board, tableAddress, partitions };
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
    const known = entryOf(before, region);
    if (known !== null && (await isStored(store, known)) && (await chipHolds(session, known, flash))) {
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
