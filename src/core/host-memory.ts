import { checkBytes } from "./check/bytes.ts";
import { type Check, invalidArgument } from "./check/check.ts";
import { hasParts } from "./check/shapes.ts";
import { checkFunction } from "./check/values.ts";

/**
 * What a host remembers from one run to the next: rates that worked, firmware files that were seen, the last table of
 * partitions. Nothing depends on it being there. What is recalled may be damaged, old, or of another version, so whoever
 * recalls checks it.
 *
 * `topic` says what kind of thing it is and `key` which one; both are words as `isMemoryWord` tells.
 */
export interface HostMemory {
  /** What was kept last, or undefined. Does not reject because it is not there or cannot be read. */
  recall(topic: string, key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Takes the place of what was kept before; no bytes forget it. Does not reject because it cannot be kept. */
  keep(topic: string, key: string, bytes: Uint8Array): Promise<void>;
}

/** How long a topic or a key may be: a digest in hexadecimal fits, and so does the name that a file gets of both. */
export const MOST_LETTERS = 80;

/** Letters of `a-z`, digits, `.` and `-`, none of the last two at its ends; at most 80 of them. */
export function isMemoryWord(word: unknown): word is string {
  if (typeof word !== "string" || word.length > MOST_LETTERS) return false;
  return /^[a-z0-9.-]+$/.test(word) && !/^[.-]|[.-]$/.test(word);
}

/** For a memory of one's own. Throws `argument.invalid`. */
export const checkMemoryWord: Check<string> = (value, argument) => {
  if (isMemoryWord(value)) return value;
  throw invalidArgument(argument, value, `a word of at most ${MOST_LETTERS} letters a-z, digits, '.' and '-'`);
};

export const checkHostMemory: Check<HostMemory> = hasParts<HostMemory>("a memory, with recall and keep", {
  recall: checkFunction,
  keep: checkFunction,
});

/** Remembers nothing. */
export const NO_MEMORY: HostMemory = { recall: async () => undefined, keep: async () => {} };

/** How much a `temporaryMemory` holds; the oldest go first. */
const MOST_THINGS = 1000;

/**
 * A memory that lasts as long as this object does: for tests, and for a program or page that connects many times.
 *
 * @example
 * const memory = temporaryMemory();
 * await memory.keep("rates", "board-1", Uint8Array.of(1));
 */
export function temporaryMemory(): HostMemory {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const nameOf = (topic: string, key: string): string =>
    `${checkMemoryWord(topic, "topic")}~${checkMemoryWord(key, "key")}`;
  return {
    recall: async (topic, key) => kept.get(nameOf(topic, key))?.slice(),
    async keep(topic, key, bytes) {
      const name = nameOf(topic, key);
      const given = checkBytes(bytes, "bytes");
      // Anew at the end, which is the youngest.
      kept.delete(name);
      if (given.length > 0) kept.set(name, given.slice());
      const oldest = kept.keys().next();
      if (kept.size > MOST_THINGS && oldest.done !== true) kept.delete(oldest.value);
    },
  };
}
