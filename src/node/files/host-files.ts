import type { Check } from "../../core/check/check.ts";
import { hasParts } from "../../core/check/shapes.ts";
import { checkFunction } from "../../core/check/values.ts";
import { type AbortSignalLike, EspError, isEspError } from "../../core/errors.ts";
import { type LockOptions, lockFile, type Unlock } from "./file-lock.ts";
import { readBounded } from "./read-bounded.ts";
import { rescueFile } from "./rescue-file.ts";
import { saveFile } from "./save-file.ts";
import { systemHint, systemWords } from "./system-words.ts";

/** Whole files, as a virtual chip keeps its state in them. */
export interface HostFiles {
  /** The content, or null when there is no such file. */
  read(
    path: string,
    options?: { readonly signal?: AbortSignalLike | undefined },
  ): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * Replaces the file in one step wherever that is possible: a reader sees the old or the new content, never a part. A new
   * file is its owner's alone.
   */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Keeps other programs of this kind away from the file until the returned function is called. Throws `file.busy` when
   * one of them keeps it for longer than one waits. Without it, nobody is kept away.
   */
  lock?(path: string, options?: LockOptions): Promise<Unlock>;
}

export const checkHostFiles: Check<HostFiles> = hasParts<HostFiles>("access to files, with read and write", {
  read: checkFunction,
  write: checkFunction,
});

/** The files of this computer. Throws `file.unreadable`, `file.too-large`, `file.unwritable` and `file.busy`. */
export const hostFiles: Required<HostFiles> = {
  async read(path, options = {}) {
    try {
      return await readBounded(path, { kind: "chip-state", ...options });
    } catch (cause) {
      if (isEspError(cause)) throw cause;
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw new EspError("file.unreadable", `The file '${path}' cannot be read: ${systemWords(cause)}.`, {
        hint: systemHint(cause) ?? "Check its name and its permissions.",
        details: { path },
        cause,
      });
    }
  },
  async write(path, bytes) {
    try {
      // What virtual chips hold may be keys.
      await saveFile(path, bytes, { readers: "private" });
    } catch (cause) {
      const rescued = await rescueFile(path, bytes);
      const kept = rescued === null ? "" : ` What it should hold is in '${rescued}'.`;
      throw new EspError("file.unwritable", `The file '${path}' cannot be written: ${systemWords(cause)}.${kept}`, {
        hint: systemHint(cause) ?? "Check the directory, its permissions and the free space.",
        details: { path, rescued },
        cause,
      });
    }
  },
  lock: lockFile,
};
