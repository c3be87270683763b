import { constants, existsSync } from "node:fs";
import { access, appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isEspError } from "../index.ts";
import { hostFiles } from "../node.ts";
import type { CliFiles } from "./host.ts";

/** The files of this computer. */
export const nodeFiles: CliFiles = {
  exists: async (path) => existsSync(path),
  read: (path) => readFile(path),
  writeAtomically,
  checkWritable,
  append: appendFile,
};

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
    await writeFile(path, data);
    return;
  }
  try {
    await hostFiles.write(path, data);
  } catch (error) {
    // The caller words the system's error itself.
    throw isEspError(error) ? (error.cause ?? error) : error;
  }
}
