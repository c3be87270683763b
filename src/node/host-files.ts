import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { EspError } from "../core/errors.ts";

/** Whole files, as a virtual chip keeps its state in them. */
export interface HostFiles {
  /** The content, or null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Replaces the file in one step: a reader sees the old or the new content, never a part. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/** The files of this computer. Throws `file.unreadable` and `file.unwritable`. */
export const hostFiles: HostFiles = {
  async read(path) {
    try {
      return new Uint8Array(await readFile(path));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw new EspError("file.unreadable", `The file '${path}' cannot be read.`, {
        hint: "Check its name and its permissions.",
        details: { path },
        cause,
      });
    }
  },
  async write(path, bytes) {
    // In the same folder, because renaming works only within one file system.
    const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
    try {
      await writeFile(temporary, bytes, { flag: "wx", flush: true });
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new EspError("file.unwritable", `The file '${path}' cannot be written.`, {
        hint: "Check the directory, its permissions and the free space.",
        details: { path },
        cause,
      });
    }
  },
};
