import { existsSync } from "node:fs";
import { link, rename, rm } from "node:fs/promises";

/** Gives a file another name. Rejects with the system's error: `EEXIST` where something has that name, `ENOENT`, ... */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT") throw error;
    // A file system without links, such as FAT: renaming replaces what has come there since it was looked for.
    if (existsSync(to)) throw Object.assign(new Error(`${to} exists`), { code: "EEXIST" });
    await rename(from, to);
    return;
  }
  await rm(from);
}
