import { constants } from "node:fs";
import { access, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CliFiles } from "./host.ts";

/** The files of this computer. */
export const nodeFiles: CliFiles = { read: (path) => readFile(path), writeAtomically, checkWritable };

async function checkWritable(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw Object.assign(new Error(`${path} is a directory`), { code: "EISDIR" });
  if (there !== undefined) await access(path, constants.W_OK);
  // A pipe or device is written to directly; a file is replaced, which its directory has to allow.
  if (there === undefined || there.isFile()) await access(dirname(path), constants.W_OK | constants.X_OK);
}

async function writeAtomically(path: string, data: Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) {
    await writeTo(path, data, "w");
    return;
  }
  const temporary = join(dirname(path), `.${process.pid}-${Date.now().toString(36)}.partial`);
  try {
    await writeTo(temporary, data, "wx");
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeTo(path: string, data: Uint8Array, flags: "w" | "wx"): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.writeFile(data);
    if (flags === "wx") await file.sync();
  } finally {
    await file.close();
  }
}
