import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { EspError } from "../../core/errors.ts";

/** Not files, though they have names in folders: reading one waits for somebody, or does something. */
const KINDS: readonly (readonly [is: (stats: Stats) => boolean, what: string])[] = [
  [(stats) => stats.isFIFO(), "a named pipe"],
  [(stats) => stats.isSocket(), "a socket"],
  [(stats) => stats.isCharacterDevice() || stats.isBlockDevice(), "a device"],
];

/**
 * Refuses pipes, sockets and devices before they are opened, which alone can do something. `shown`: what the error calls it. Throws
 * `file.unreadable`, and the system's errors as they are.
 */
export async function requireRegularFile(path: string, shown: string = path): Promise<void> {
  const stats = await stat(path);
  const what = KINDS.find(([is]) => is(stats))?.[1];
  if (what === undefined) return;
  throw new EspError("file.unreadable", `'${shown}' is ${what}, and a file is wanted there.`, {
    hint: "Put a file in its place, or take it out of the folder.",
    details: { file: shown, kind: what },
  });
}
