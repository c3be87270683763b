// Shelf: backups of the flash of a board: what of it is kept, as files with a manifest, and brought back.
// In: a session, and a place for files.
// Out: files with a manifest; flash as it was; plans of what would be written.

import { strictUtf8, toUtf8 } from "../../bytes/text.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, orNull } from "../../check/check.ts";
import { checkAddress, wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { anything, checkBoolean, listOf } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError, isEspError } from "../../errors.ts";
import { checkPartition, type Partition, SECTOR_BYTES } from "../../partition/table/partition.ts";

/** The manifest among the files of a backup. */
export const BACKUP_MANIFEST = "backup.json";

/** `gap`: what lies between partitions, or has no table to tell of it. */
export type BackupRegionKind = (typeof REGION_KINDS)[number];
export const REGION_KINDS = ["bootloader", "partition-table", "partition", "gap"] as const;

/** A part of the flash in whole sectors; all of them together are the flash. */
export interface BackupRegion {
  /** Of a partition its own name. */
  readonly name: string;
  readonly kind: BackupRegionKind;
  readonly address: number;
  readonly sizeBytes: number;
}

/** A region whose contents are known. */
export interface BackupEntry extends BackupRegion {
  /** Name of the gzip file with its contents, without the blank sectors at their end; null: all of it is blank. */
  readonly file: string | null;
  /** Of the contents in the file. */
  readonly dataBytes: number;
  /** Of the whole region as it is on the chip, 32 hexadecimal digits. */
  readonly md5: string;
}

/** What a backup says of itself. */
export interface BackupManifest {
  readonly chip: ChipId;
  /** Of the board, `24:0a:c4:00:5a:05`. */
  readonly mac: string;
  readonly flashBytes: number;
  /** Flash encryption was on: what was read is of use to the same board alone. */
  readonly encrypted: boolean;
  /** Null: no table was found. */
  readonly tableAddress: number | null;
  readonly partitions: readonly Partition[];
  readonly entries: readonly BackupEntry[];
  /** False: it was broken off. */
  readonly complete: boolean;
}

/** Where files of a backup are kept: a folder, an archive, the storage of a page. Names have no folders in them. */
export interface BackupStore {
  /** Null: there is no such file. */
  read(name: string): Promise<Uint8Array | null>;
  /** Replaces it as a whole. */
  write(name: string, bytes: Uint8Array): Promise<void>;
}

const FORMAT = "esptool-ts backup";
const VERSION = 1;
const MOST_FLASH_BYTES = 256 * 1024 * 1024;
const MOST_MANIFEST_BYTES = 1024 * 1024;
const MOST_ENTRIES = 1000;
/** No folder, no dot in front, none of the characters that a system gives a meaning. */
const FILE_NAME = /^[0-9A-Za-z][0-9A-Za-z_.-]{0,99}$/;

const matching =
  (pattern: RegExp, what: string): Check<string> =>
  (value, argument) => {
    if (typeof value === "string" && pattern.test(value)) return value;
    throw new EspError("argument.invalid", `'${argument}' is not ${what}.`);
  };
const checkEntry: Check<BackupEntry> = shape<BackupEntry>({
  name: matching(/^.{0,64}$/su, "a name of a region"),
  kind: oneOf(REGION_KINDS),
  address: checkAddress,
  sizeBytes: wholeNumber(1, MOST_FLASH_BYTES),
  file: orNull(matching(FILE_NAME, "a plain name of a file")),
  dataBytes: wholeNumber(0, MOST_FLASH_BYTES),
  md5: matching(/^[0-9a-f]{32}$/, "an MD5 digest"),
});
export const checkBackupManifest: Check<BackupManifest> = shape<BackupManifest>({
  chip: checkChipId,
  mac: matching(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5,7}$/, "a MAC address"),
  flashBytes: wholeNumber(SECTOR_BYTES, MOST_FLASH_BYTES),
  encrypted: checkBoolean,
  tableAddress: orNull(checkAddress),
  partitions: listOf(checkPartition),
  entries: listOf(checkEntry),
  complete: checkBoolean,
});
const checkHead: Check<{ readonly format: unknown; readonly version: unknown }> = shape({
  format: anything,
  version: anything,
});

export function formatBackupManifest(manifest: BackupManifest): Uint8Array<ArrayBuffer> {
  const { partitions, ...checked } = checkBackupManifest(manifest, "manifest");
  const plain = partitions.map(({ source: _, ...partition }) => partition);
  const { entries, ...head } = checked;
  return toUtf8(
    `${JSON.stringify({ format: FORMAT, version: VERSION, ...head, partitions: plain, entries }, null, 2)}\n`,
  );
}

/**
 * What the bytes of a `backup.json` say, with all that could lead astray looked at: names of files are plain, regions lie in the
 * flash, in whole sectors and apart. Throws `backup.invalid`.
 */
export function parseBackupManifest(bytes: ByteSource): BackupManifest {
  const given = checkBytes(bytes, "bytes");
  if (given.length > MOST_MANIFEST_BYTES) throw invalidBackup("its manifest is too large");
  const value = jsonOf(given);
  const manifest = wellFormed(value);
  const { entries, flashBytes } = manifest;
  if (entries.length > MOST_ENTRIES) throw invalidBackup("it has too many regions");
  let end = 0;
  for (const { address, sizeBytes, dataBytes, file, name } of entries) {
    const isWhole = address % SECTOR_BYTES === 0 && sizeBytes % SECTOR_BYTES === 0;
    const isData = dataBytes <= sizeBytes && dataBytes % SECTOR_BYTES === 0 && (file === null) === (dataBytes === 0);
    if (address < end || address + sizeBytes > flashBytes || !isWhole || !isData)
      throw invalidBackup(`its region '${name.slice(0, 40)}' is not where one can be`);
    end = address + sizeBytes;
  }
  const files = entries.flatMap(({ file }) => file ?? []);
  if (new Set(files.map((file) => file.toLowerCase())).size < files.length || files.includes(BACKUP_MANIFEST))
    throw invalidBackup("two of its regions have one file");
  if (manifest.complete && entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) !== flashBytes)
    throw invalidBackup("its regions are not the whole flash");
  return manifest;
}

function jsonOf(bytes: Uint8Array): unknown {
  const text = strictUtf8(bytes);
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw invalidBackup("its manifest is no JSON");
  }
}

function wellFormed(value: unknown): BackupManifest {
  try {
    const { format, version } = checkHead(value, "manifest");
    if (format !== FORMAT || version !== VERSION) throw invalidBackup("its manifest is of another kind or version");
    return checkBackupManifest(value, "manifest");
  } catch (error) {
    if (!isEspError(error) || error.code === "backup.invalid") throw error;
    throw invalidBackup(`in its manifest ${error.message}`, error);
  }
}

export function invalidBackup(what: string, cause?: unknown): EspError {
  return new EspError("backup.invalid", `The backup cannot be used: ${what.replace(/\.$/, "")}.`, {
    hint: "Nothing was written. Take another copy of the backup.",
    ...(cause !== undefined && { cause }),
  });
}
