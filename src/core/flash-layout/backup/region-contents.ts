import { toHex } from "../../bytes/hex.ts";
import { md5 } from "../../bytes/md5.ts";
import { roundUp } from "../../bytes/words.ts";
import { checkBytes } from "../../check/bytes.ts";
import type { AbortSignalLike } from "../../errors.ts";
import { isEspError } from "../../errors.ts";
import { digestFlash } from "../../flash/read/digest-flash.ts";
import { readFlash } from "../../flash/read/read-flash.ts";
import { loadPart } from "../../load-part.ts";
import { SECTOR_BYTES } from "../../partition/table/partition.ts";
import type { Session } from "../../session/session.ts";
import { type BackupEntry, type BackupRegion, type BackupStore, invalidBackup } from "./manifest.ts";

export interface RegionOptions {
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export async function loadPacker(): Promise<typeof import("../../bytes/deflate.ts")> {
  return await loadPart("the compressor", () => import("../../bytes/deflate.ts"));
}

/** A region as an entry, and the bytes of its file. */
export async function packRegion(
  region: BackupRegion,
  data: Uint8Array<ArrayBuffer>,
): Promise<{ readonly entry: BackupEntry; readonly packed: Uint8Array<ArrayBuffer> | null }> {
  const last = data.findLastIndex((byte) => byte !== 0xff);
  const dataBytes = roundUp(last + 1, SECTOR_BYTES);
  const file = dataBytes === 0 ? null : fileName(region);
  const entry: BackupEntry = { ...region, file, dataBytes, md5: toHex(md5(data)) };
  const packed = dataBytes === 0 ? null : (await loadPacker()).gzip(data.subarray(0, dataBytes));
  return { entry, packed };
}

/** The address makes it the only one of its name. */
function fileName({ name, address }: BackupRegion): string {
  const plain = name.replace(/[^0-9A-Za-z_-]/g, "_").slice(0, 40);
  return `${address.toString(16).padStart(8, "0")}${plain.startsWith("0x") ? "" : `-${plain}`}.bin.gz`;
}

/** The contents of a region, from its file, proved by their digest. Throws `backup.invalid`. */
export async function regionContents(store: BackupStore, entry: BackupEntry): Promise<Uint8Array<ArrayBuffer>> {
  const { name, file, dataBytes, sizeBytes } = entry;
  const data = new Uint8Array(sizeBytes).fill(0xff);
  if (file !== null) {
    const packed = await store.read(file);
    if (packed === null) throw invalidBackup(`its file '${file}' is missing`);
    const unpacked = (await loadPacker()).gunzip(checkBytes(packed, file), dataBytes);
    if (unpacked === null) throw invalidBackup(`its file '${file}' is damaged, or not as long as it should be`);
    data.set(unpacked);
  }
  if (toHex(md5(data)) !== entry.md5) throw invalidBackup(`what it has of '${name}' is not what was read then`);
  return data;
}

/** Whether flash holds the region, by the digest of the chip; where there is none, by reading. */
export async function chipHolds(session: Session, entry: BackupEntry, options: RegionOptions): Promise<boolean> {
  const { address, sizeBytes } = entry;
  try {
    return (await digestFlash(session, { address, sizeBytes }, options)).md5 === entry.md5;
  } catch (error) {
    if (!isEspError(error, "flash.verify-unsupported")) throw error;
  }
  const { data } = await readFlash(session, { address, sizeBytes }, options);
  return toHex(md5(data)) === entry.md5;
}
