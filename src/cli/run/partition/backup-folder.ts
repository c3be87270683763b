import { join } from "node:path";
import type { BackupManifest, BackupStore } from "../../../partition.ts";
import type { RunContext } from "../../context.ts";
import { readFileInFolder, readInput, writeError, writeOutput } from "../../host/user-files.ts";

/** A folder of this computer for the files of a backup, which nobody else may read: settings and keys are in them. */
export function backupFolder({ host }: RunContext, folder: string): BackupStore {
  return {
    read: async (name) => {
      const path = join(folder, name);
      return (await host.files.exists(path)) ? await readFileInFolder(host, path) : null;
    },
    write: (name, bytes) => writeOutput(host, join(folder, name), bytes, { isPrivate: true }),
  };
}

/** The whole flash: of a file as it is, of the folder of a backup put together. Throws `file.*`, `backup.*`. */
export async function readFlashImage(
  context: RunContext,
  path: string,
): Promise<{ readonly bytes: Uint8Array; readonly manifest: BackupManifest | null }> {
  const { host } = context;
  if (!(await host.files.isFolder(path))) return { bytes: await readInput(host, path), manifest: null };
  const { readBackupImage } = await import("../../../partition.ts");
  const { image, manifest } = await readBackupImage(backupFolder(context, path));
  return { bytes: image, manifest };
}

export async function makeBackupFolder({ host }: RunContext, folder: string): Promise<void> {
  try {
    await host.files.makeFolder(folder);
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

/** Two backups at once would take each other's manifest away, and both be called made. Throws `file.busy`, `file.unwritable`. */
export async function lockBackupFolder({ host, signal }: RunContext, folder: string): Promise<() => Promise<void>> {
  const { BACKUP_MANIFEST } = await import("../../../partition.ts");
  return await host.files.lock(join(folder, BACKUP_MANIFEST), { signal });
}
