import { fromHex } from "../../bytes/hex.ts";
import { digestFlash } from "../../flash/read/digest-flash.ts";
import { isErasedDigest } from "../../flash/skip/ask-flash.ts";
import type { Session } from "../../session/session.ts";
import type { BackupRegion, BackupStore } from "./manifest.ts";
import { type BackupFlashOptions, entryOf, isStored, prepareBackup } from "./prepare-backup.ts";

/** `same`: the store has it already. `blank`: it gets no file. `data`: it would be read and kept. */
export type BackupRegionState = "same" | "blank" | "data";

export interface PlannedBackupRegion extends BackupRegion {
  readonly state: BackupRegionState;
}

/** What a backup would do. */
export interface BackupPlan {
  /** Of the board. */
  readonly mac: string;
  readonly flashBytes: number;
  /** Flash encryption is on: what would be read is of use to the same board alone. */
  readonly encrypted: boolean;
  /** Null: no table was found. */
  readonly tableAddress: number | null;
  /** All of them together are the flash, in the order of their addresses. */
  readonly regions: readonly PlannedBackupRegion[];
}

/**
 * What `backupFlash` would do with the same arguments, by the chip's digests alone: nothing is written, to the store neither. Throws as it
 * does, and `flash.verify-unsupported`.
 *
 * @example
 * const { regions } = await planBackup(session, store, { update: true });
 */
export async function planBackup(
  session: Session,
  store: BackupStore,
  options: BackupFlashOptions = {},
): Promise<BackupPlan> {
  const { place, board, before, tableAddress, regions, flash } = await prepareBackup(session, store, options);
  const planned: PlannedBackupRegion[] = [];
  for (const region of regions) {
    const { address, sizeBytes } = region;
    const { md5: digest } = await digestFlash(session, { address, sizeBytes }, flash);
    const known = entryOf(before, region);
    const isKnown = known !== null && known.md5 === digest && (await isStored(place, known));
    const isBlank = isErasedDigest(fromHex(digest) ?? new Uint8Array(0), sizeBytes);
    const state = isKnown ? "same" : isBlank ? "blank" : "data";
    planned.push({ ...region, state });
  }
  const { mac, flashBytes, encrypted } = board;
  return { mac, flashBytes, encrypted, tableAddress, regions: planned };
}
