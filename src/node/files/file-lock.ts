import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { sleep, systemClock } from "../../core/clock.ts";
import { type AbortSignalLike, EspError, throwIfAborted } from "../../core/errors.ts";
import { holderHere, isFromHere, isGone, type LockHolder, readHolder, writeHolder } from "./lock-holder.ts";

export interface LockOptions {
  /** How long one and the same holder is waited for. Default 10 000; the wait begins anew when the lock changes hands. */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** Gives the lock back. */
export type Unlock = () => Promise<void>;

const PATIENCE_MS = 10_000;
/** Between two looks; by chance, so that those who wait do not look in step. */
const PAUSE_MS = { least: 10, most: 50 };
/** A taker that ended in the middle of taking over is taken over from as well, so often. */
const TAKEOVER_DEPTH = 3;

/**
 * Takes the lock of a file, which all programs of this project respect: a file `PATH.lock` beside it that says which
 * process has it. The lock of a process that has ended is taken over. What is no regular file needs none.
 *
 * Throws `file.busy` when somebody keeps it, `file.unwritable`, `operation.aborted`.
 */
export async function lockFile(path: string, { patienceMs = PATIENCE_MS, signal }: LockOptions = {}): Promise<Unlock> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile()) return async () => {};
  const subject = await placeOf(path);
  const wanted = { path, patienceMs, signal, depth: 0 };
  try {
    return await acquire(`${subject}.lock`, wanted);
  } catch (error) {
    // A folder in which nothing can be made: all who come find the same, and meet where everybody may write.
    if (!DENIED.has((error as NodeJS.ErrnoException).code ?? "")) throw readable(path, error);
  }
  const name = createHash("sha256").update(subject).digest("hex").slice(0, 32);
  try {
    return await acquire(join(tmpdir(), `esptool-ts-${name}.lock`), wanted);
  } catch (error) {
    throw readable(path, error);
  }
}

const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/** By whatever links it is reached, a file has one lock. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = dirname(resolve(path));
    return join(await realpath(folder).catch(() => folder), basename(path));
  }
}

function readable(path: string, cause: unknown): unknown {
  if (cause instanceof EspError) return cause;
  return new EspError("file.unwritable", `The file '${path}' cannot be locked, because nothing can be put beside it.`, {
    hint: "Check the directory, its permissions and the free space.",
    details: { path, system: (cause as NodeJS.ErrnoException).code },
    cause,
  });
}

interface Wanted {
  /** What the lock is for, as the user named it. */
  readonly path: string;
  readonly patienceMs: number;
  readonly signal: AbortSignalLike | undefined;
  readonly depth: number;
}

async function acquire(lock: string, wanted: Wanted): Promise<Unlock> {
  const { path, patienceMs, signal } = wanted;
  const nonce = randomBytes(12).toString("hex");
  const mine = writeHolder(holderHere(nonce));
  const draft = `${lock}.${nonce}.tmp`;
  await writeFile(draft, mine, { flag: "wx", mode: 0o644 });
  try {
    let seen = "";
    let until = systemClock.now() + patienceMs;
    for (;;) {
      throwIfAborted(signal);
      if (await publish(draft, lock, mine)) return keep(lock, mine);
      const text = await readFile(lock, "utf8").catch(() => null);
      // It was given back between the two looks.
      if (text === null) continue;
      const holder = readHolder(text);
      if (holder !== null && isGone(holder) && (await takeOver({ lock, text, draft }, wanted))) return keep(lock, mine);
      if (text !== seen) {
        seen = text;
        until = systemClock.now() + patienceMs;
      } else if (systemClock.now() >= until) throw busy(path, lock, holder);
      await sleep(systemClock, PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least), signal);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Gives the finished file the name of the lock, if there is none: nobody ever sees a lock without its holder. */
async function publish(draft: string, lock: string, mine: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  // A file system without links, such as FAT.
  try {
    await writeFile(lock, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

interface Takeover {
  readonly lock: string;
  /** What the lock said whose holder is gone. */
  readonly text: string;
  /** What it shall say. */
  readonly draft: string;
}

/**
 * Takes the lock from one that is gone. Two who see the same at once must not both succeed, nor may the slower one take
 * it from the faster: so this is done under a lock of its own, and what the lock says is looked at again under it.
 */
async function takeOver({ lock, text, draft }: Takeover, wanted: Wanted): Promise<boolean> {
  if (wanted.depth >= TAKEOVER_DEPTH) return false;
  const unlock = await acquire(`${lock}.takeover`, { ...wanted, depth: wanted.depth + 1 });
  try {
    if ((await readFile(lock, "utf8").catch(() => null)) !== text) return false;
    await rename(draft, lock);
    return true;
  } finally {
    await unlock();
  }
}

/** Locks of this process, so that none is left when it ends by itself. */
const held = new Map<string, string>();
let isWatchingExit = false;

function keep(lock: string, mine: string): Unlock {
  held.set(lock, mine);
  if (!isWatchingExit) {
    isWatchingExit = true;
    process.on("exit", removeAll);
  }
  return async () => {
    if (held.get(lock) !== mine) return;
    held.delete(lock);
    // Whoever deleted it by hand may have let somebody else in.
    if ((await readFile(lock, "utf8").catch(() => null)) === mine) await rm(lock, { force: true });
  };
}

function removeAll(): void {
  for (const [lock, mine] of held) {
    try {
      if (readFileSync(lock, "utf8") === mine) rmSync(lock);
    } catch {
      // Gone already.
    }
  }
}

function busy(path: string, lock: string, holder: LockHolder | null): EspError {
  const isHere = holder !== null && isFromHere(holder);
  const who = isHere
    ? `process ${holder.pid}`
    : holder === null
      ? "an unknown program"
      : `a process of ${holder.place}`;
  return new EspError("file.busy", `The file '${path}' is in use by another program (${who}).`, {
    hint: isHere
      ? "Wait until it has ended, or name another file."
      : `Wait until it has ended, or name another file. If no such program runs any more, delete '${lock}'.`,
    details: { path, lock, ...(holder !== null && { pid: holder.pid, place: holder.place }) },
  });
}
