// Shelf: what this computer remembers from one run to the next, in the state folder of the user.
// In: words for what it is, and bytes.
// Out: the same bytes another day, or nothing.

import { homedir } from "node:os";
import { checkBytes } from "../../core/check/bytes.ts";
import { optional } from "../../core/check/check.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkFunction, checkName } from "../../core/check/values.ts";
import { checkMemoryWord, type HostMemory } from "../../core/host-memory.ts";
import {
  type IsOwn,
  type KeptBounds,
  type KeptPlace,
  pruneKept,
  readKept,
  removeKept,
  writeKept,
} from "./kept-files.ts";
import { stateFolder } from "./state-folder.ts";

export interface StateMemoryOptions {
  /** Default: `esptool-ts` in the place that the platform has for such (`$XDG_STATE_HOME`, ...). */
  readonly folder?: string | undefined;
  /** Whether what this user id owns is to be believed. Default: the id is that of this process. */
  readonly isOwn?: IsOwn | undefined;
}

const MEGABYTE = 1024 * 1024;
/** Of one topic. A file with all its debug information has some tens of megabytes. */
const BOUNDS: KeptBounds = { things: 1000, totalBytes: 512 * MEGABYTE, thingBytes: 128 * MEGABYTE };

/**
 * A memory in files that nobody but the user can read; each topic holds at most 1000 things and 512 MB, and loses the oldest
 * first. Files of other users, links and what is larger than 128 MB are not believed. Where it cannot write, it keeps nothing.
 *
 * Throws `argument.invalid`.
 *
 * @example
 * const session = await connect(port, { memory: stateMemory() });
 */
export function stateMemory(options: StateMemoryOptions = {}): HostMemory {
  const wanted = checkOptions(options, "options");
  const folder = wanted.folder ?? defaultFolder();
  const place: KeptPlace | null = folder === null ? null : { folder, isOwn: wanted.isOwn ?? isMine, bounds: BOUNDS };
  return {
    async recall(topic, key) {
      const name = nameOf(topic, key);
      return place === null ? undefined : await readKept(place, name).catch(() => undefined);
    },
    async keep(topic, key, bytes) {
      const name = nameOf(topic, key);
      const given = checkBytes(bytes, "bytes");
      if (place === null || given.length > place.bounds.thingBytes) return;
      try {
        if (given.length === 0) await removeKept(place, name);
        else {
          await writeKept(place, name, given);
          await pruneKept(place, prefixOf(topic));
        }
      } catch {
        // A full disk, a folder that is read-only: it is not remembered.
      }
    },
  };
}

const checkOptions = shape<StateMemoryOptions>({
  folder: optional(checkName),
  isOwn: optional<IsOwn>(checkFunction),
});

// No word of a topic or key holds the character between them, and no system has a device of such a name.
const prefixOf = (topic: string): string => `${checkMemoryWord(topic, "topic")}~`;
const nameOf = (topic: string, key: string): string => `${prefixOf(topic)}${checkMemoryWord(key, "key")}`;

/** Windows does not tell by numbers whose a file is; its local application data are the user's alone. */
function isMine(uid: number): boolean {
  const own = process.getuid?.();
  return own === undefined || uid === own;
}

function defaultFolder(): string | null {
  try {
    return stateFolder({ platform: process.platform, env: process.env, home: homedir() });
  } catch {
    // Nobody's home is known.
    return null;
  }
}
