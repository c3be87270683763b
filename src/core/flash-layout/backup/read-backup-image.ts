import { EspError } from "../../errors.ts";
import type { BackupManifest, BackupStore } from "./manifest.ts";
import { checkStore } from "./prepare-backup.ts";
import { regionContents } from "./region-contents.ts";
import { readManifest } from "./restore-flash.ts";

/** The flash that a backup is of. */
export interface BackupImage {
  readonly manifest: BackupManifest;
  /** All of it, from address 0. */
  readonly image: Uint8Array<ArrayBuffer>;
}

/**
 * The whole flash that a backup is of, put together from its files, each proved by its digest: to be looked at without a board. Throws
 * `backup.missing`, `backup.invalid`, `backup.incomplete`, and what the store throws.
 *
 * @example
 * const { image } = await readBackupImage(store);
 * const { partitions } = await describeFlash(flashOfBytes(image));
 */
export async function readBackupImage(store: BackupStore): Promise<BackupImage> {
  const place = checkStore(store, "store");
  const manifest = await readManifest(place);
  if (!manifest.complete)
    throw new EspError("backup.incomplete", "The backup was broken off: not all of the flash is in it.", {
      hint: "Make it again with the board: it goes on where it was.",
    });
  const image = new Uint8Array(manifest.flashBytes).fill(0xff);
  for (const entry of manifest.entries) image.set(await regionContents(place, entry), entry.address);
  return { manifest, image };
}
