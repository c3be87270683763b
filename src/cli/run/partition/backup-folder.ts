import { join } from "node:path";
import type { BackupStore } from "../../../partition.ts";
import type { RunContext } from "../../context.ts";
import { readFileInFolder, writeError, writeOutput } from "../../host/user-files.ts";

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
