import { readdir, readFile, readlink } from "node:fs/promises";

/** A program that has a device open. */
export interface PortHolder {
  readonly processId: number;
  readonly name: string;
}

/**
 * Which programs have these devices open, as far as this user may see (Linux; elsewhere, or without rights, nobody).
 * Looks, opens nothing.
 */
export async function findPortHolders(
  paths: ReadonlySet<string>,
  procRoot = "/proc",
): Promise<ReadonlyMap<string, PortHolder>> {
  const holders = new Map<string, PortHolder>();
  if (paths.size === 0) return holders;
  const processes = (await namesIn(procRoot)).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    processes.map(async (processId) => {
      for (const path of await openFiles(`${procRoot}/${processId}/fd`, paths)) {
        holders.set(path, { processId: Number(processId), name: await processName(procRoot, processId) });
      }
    }),
  );
  return holders;
}

async function openFiles(folder: string, wanted: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  await Promise.all(
    (await namesIn(folder)).map(async (name) => {
      try {
        const target = await readlink(`${folder}/${name}`);
        if (wanted.has(target)) found.add(target);
      } catch {
        // Closed meanwhile.
      }
    }),
  );
  return found;
}

async function processName(procRoot: string, processId: string): Promise<string> {
  try {
    return (await readFile(`${procRoot}/${processId}/comm`, "utf8")).trim();
  } catch {
    return "another program";
  }
}

/** An unreadable folder (another user's process, or one that ended) has no names to offer. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
