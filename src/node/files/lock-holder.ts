import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Who holds a lock, as written into its file. */
export interface LockHolder {
  readonly pid: number;
  /** When that process began, in the system's own words; null where the system does not tell. Process ids are used again. */
  readonly start: string | null;
  /** The computer, and where it keeps several worlds of processes the one of them, in which the process id counts. */
  readonly place: string;
  /** Of this one lock among all that the process ever takes. */
  readonly nonce: string;
}

/** This process as the holder of a lock. */
export function holderHere(nonce: string): LockHolder {
  return { pid: process.pid, start: startOf(process.pid), place: placeHere(), nonce };
}

export function writeHolder(holder: LockHolder): string {
  return `${JSON.stringify(holder)}\n`;
}

/** Null for what no program of ours wrote, and for what is not wholly written yet. */
export function readHolder(text: string): LockHolder | null {
  try {
    const { pid, start, place, nonce } = JSON.parse(text) as Partial<Record<keyof LockHolder, unknown>>;
    if (typeof pid !== "number" || !Number.isInteger(pid) || pid <= 0) return null;
    if (typeof place !== "string" || typeof nonce !== "string") return null;
    return { pid, start: typeof start === "string" ? start : null, place, nonce };
  } catch {
    return null;
  }
}

/** The process can be asked for from here. */
export function isFromHere({ place }: LockHolder): boolean {
  return place === placeHere();
}

/** True only where it is certain that the process has ended. */
export function isGone(holder: LockHolder): boolean {
  if (!isFromHere(holder)) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Anything else, such as EPERM, says that there is such a process.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const start = startOf(holder.pid);
  return start === ENDED || (holder.start !== null && start !== null && start !== holder.start);
}

/** A process that has ended and that its parent has not buried yet still has its number. */
const ENDED = "ended";

/** Linux: the start of a process in ticks since the system's, with the one of that start. Null elsewhere. */
function startOf(pid: number): string | null {
  const status = textOf(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold anything.
  const fields = status?.slice(status.lastIndexOf(")") + 2).split(" ");
  const ticks = fields?.[19];
  if (fields === undefined || ticks === undefined) return null;
  if (fields[0] === "Z" || fields[0] === "X") return ENDED;
  return `${textOf("/proc/sys/kernel/random/boot_id")?.trim() ?? ""}/${ticks}`;
}

/** Containers may share a host's name and still count their processes for themselves. */
function placeHere(): string {
  return `${hostname()}/${namespaceHere()}`;
}

function namespaceHere(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
