import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean, checkName, checkText, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { eraseRegion } from "../../flash/erase/erase.ts";
import { writeFlash } from "../../flash/write/write-flash.ts";
import type { Session } from "../../session/session.ts";
import { boardOf } from "./board-of-session.ts";
import {
  BACKUP_MANIFEST,
  type BackupEntry,
  type BackupManifest,
  type BackupStore,
  parseBackupManifest,
} from "./manifest.ts";
import { type PlanRestoreOptions, planRestore, type RestorePlan } from "./plan-restore.ts";
import { checkStore } from "./prepare-backup.ts";
import { chipHolds, type RegionOptions, regionContents } from "./region-contents.ts";

export interface RestoreFlashOptions extends RegionOptions, PlanRestoreOptions {
  /** Say what would be written, and write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Write although security features speak against it, or the board has another table than the backup. */
  readonly force?: boolean | undefined;
}

export interface RestoreFlashResult extends RestorePlan {
  /** Regions that were not on the board, and are now; with `dryRun`, that would be written. */
  readonly written: readonly string[];
  /** Regions that were there already. */
  readonly same: readonly string[];
}

const checkOptions: Check<RestoreFlashOptions> = shape<RestoreFlashOptions>({
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
  only: optional(listOf(checkText)),
  keep: optional(listOf(checkText)),
  identity: optional(checkBoolean),
  dryRun: optional(checkBoolean),
  force: optional(checkBoolean),
});

/**
 * The manifest of a backup, after all of its files were unpacked and held against their digests. Throws `backup.missing`,
 * `backup.invalid`, `backup.incomplete`.
 */
export async function readBackup(store: BackupStore): Promise<BackupManifest> {
  const place = checkStore(store, "store");
  const manifest = await readManifest(place);
  if (manifest.complete) for (const entry of manifest.entries) await regionContents(place, entry);
  return manifest;
}

/** The manifest alone. Throws `backup.missing`, `backup.invalid`. */
export async function readManifest(place: BackupStore): Promise<BackupManifest> {
  const bytes = await place.read(BACKUP_MANIFEST);
  if (bytes === null)
    throw new EspError("backup.missing", "There is no backup: it has no 'backup.json'.", {
      hint: "Name the folder that the backup was made in.",
    });
  return parseBackupManifest(bytes);
}

/**
 * Brings a backup back to a board: what differs is written and proved by the chip's digests, what is the same stays. All files are
 * proved before anything is erased. On another board than the backup is of, its settings, calibration, keys and certificates
 * stay as they are, unless `identity` is true.
 *
 * Throws as `readBackup` and `planRestore`; `backup.wrong-board` where parts only would be written below another partition table; and as
 * `writeFlash`.
 */
export async function restoreFlash(
  session: Session,
  store: BackupStore,
  options: RestoreFlashOptions = {},
): Promise<RestoreFlashResult> {
  const place = checkStore(store, "store");
  const { dryRun = false, force = false, only, keep, identity, ...flash } = checkOptions(options, "options");
  const manifest = await readBackup(place);
  const plan = planRestore(manifest, await boardOf(session, flash), { only, keep, identity });
  if (!force) await requireTable(session, manifest, plan, flash);
  const written: string[] = [];
  const same: string[] = [];
  for (const entry of plan.entries) {
    if (await chipHolds(session, entry, flash)) {
      same.push(entry.name);
      continue;
    }
    if (!dryRun) await writeEntry(session, place, entry, { ...flash, force });
    written.push(entry.name);
  }
  return { ...plan, written, same };
}

async function writeEntry(
  session: Session,
  store: BackupStore,
  entry: BackupEntry,
  options: RegionOptions & { readonly force: boolean },
): Promise<void> {
  const { address, sizeBytes, dataBytes, name } = entry;
  const { force, ...flash } = options;
  const data = await regionContents(store, entry);
  const restBytes = sizeBytes - dataBytes;
  if (restBytes > 0) await eraseRegion(session, { address: address + dataBytes, sizeBytes: restBytes }, options);
  if (dataBytes > 0) await writeFlash(session, [{ address, data: data.subarray(0, dataBytes), name }], options);
  if (await chipHolds(session, entry, flash)) return;
  throw new EspError("flash.verify-failed", `'${name}' was written, and is not what the backup has.`, {
    hint: "Try again: what is right by now is not written again.",
    details: { address, sizeBytes },
  });
}

/** Parts of a backup have their places by its table. */
async function requireTable(
  session: Session,
  { entries }: BackupManifest,
  plan: RestorePlan,
  flash: RegionOptions,
): Promise<void> {
  const table = entries.find(({ kind }) => kind === "partition-table");
  const isPart = plan.entries.some(({ kind }) => kind === "partition");
  const isWritten = plan.entries.some(({ kind }) => kind === "partition-table");
  if (table === undefined || isWritten || !isPart) return;
  if (await chipHolds(session, table, flash)) return;
  throw new EspError("backup.wrong-board", "The board has another partition table than the backup.", {
    hint: "Restore partition-table with it, or all. Nothing was written.",
    details: { tableAddress: table.address },
  });
}
