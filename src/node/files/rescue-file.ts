import { randomBytes } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { saveFile } from "./save-file.ts";

/**
 * Keeps what could not be saved under its name: beside it, else where the system keeps temporary files, else at home.
 * Only the owner may read it. Resolves with the place, or null when there is none.
 */
export async function rescueFile(path: string, data: Uint8Array): Promise<string | null> {
  for (const folder of [dirname(path), tmpdir(), homedir()]) {
    // Short, so that a name that was too long is no reason to lose the data, too.
    const place = join(folder, `${basename(path).slice(-60)}.${randomBytes(4).toString("hex")}.rescued`);
    try {
      await saveFile(place, data, { readers: "private", onlyNew: true });
      return place;
    } catch {
      // The next place may do.
    }
  }
  return null;
}
