import { type Check, optional } from "../../check/check.ts";
import { checkAddress } from "../../check/numbers.ts";
import { hasParts, shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean, checkFunction, checkName } from "../../check/values.ts";
import { chipById } from "../../chip/catalog.ts";
import { EspError, isEspError } from "../../errors.ts";
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
  parseBackupManifest,
} from "./manifest.ts";
import { planRegions } from "./plan-regions.ts";
import { type RegionOptions, regionContents } from "./region-contents.ts";

export interface BackupFlashOptions extends RegionOptions {
  /** Where the partition table stands; default 0x8000. */
  readonly tableAddress?: number | undefined;
  /** Bring a backup of the same board that is complete up to date; default: it is refused. */
  readonly update?: boolean | undefined;
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

/** What a backup begins with: the board, what the store has of it, and the flash in regions. */
export interface PreparedBackup {
  readonly place: BackupStore;
  readonly board: BoardFacts;
  readonly before: BackupManifest | null;
  /** Null: no table was found. */
  readonly tableAddress: number | null;
  readonly partitions: readonly Partition[];
  readonly regions: readonly BackupRegion[];
  readonly flash: RegionOptions;
}

/** Writes nothing. Throws `backup.exists`, `backup.invalid`, and as reading flash. */
export async function prepareBackup(
  session: Session,
  store: BackupStore,
  options: BackupFlashOptions,
): Promise<PreparedBackup> {
  const place = checkStore(store, "store");
  const { tableAddress: at = PARTITION_TABLE_ADDRESS, update = false, ...flash } = checkOptions(options, "options");
  const written = await place.read(BACKUP_MANIFEST);
  const before = written === null ? null : parseBackupManifest(written);
  const board = await boardOf(session, flash);
  if (before !== null) requireSame(before, board, update);
  const found = await partitionsOf(session, at, flash);
  const tableAddress = found === null ? null : at;
  const partitions = found ?? [];
  const bootloaderAddress = board.chip === "esp8266" ? 0 : chipById(board.chip).bootloaderOffset;
  const regions = planRegions({ flashBytes: board.flashBytes, bootloaderAddress, tableAddress, partitions });
  return { place, board, before, tableAddress, partitions, regions, flash };
}

/** What an older backup has of this region; null: nothing. */
export function entryOf(before: BackupManifest | null, region: BackupRegion): BackupEntry | null {
  return before?.entries.find((one) => isSame(one, region)) ?? null;
}

function isSame(one: BackupRegion, other: BackupRegion): boolean {
  const { name, kind, address, sizeBytes } = one;
  return name === other.name && kind === other.kind && address === other.address && sizeBytes === other.sizeBytes;
}

/** The store has what it says of it. */
export async function isStored(store: BackupStore, entry: BackupEntry): Promise<boolean> {
  try {
    await regionContents(store, entry);
    return true;
  } catch (error) {
    if (isEspError(error, "backup.invalid")) return false;
    throw error;
  }
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
    hint: isSameBoard ? "Have it brought up to date, or choose another place." : "Choose another place.",
    remedies: isSameBoard ? ["update-backup"] : [],
    details: { mac: before.mac, chip: before.chip, complete: before.complete },
  });
}
