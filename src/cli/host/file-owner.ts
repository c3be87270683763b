import { lstat, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** What counts of a file or directory. */
export interface Ownership {
  readonly uid: number;
  readonly mode: number;
}

const WRITABLE_BY_ALL = 0o002;
/** In such a directory, as /tmp is one, nobody can rename or remove what belongs to somebody else. */
const STICKY = 0o1000;
const SUPERUSER = 0;

/** See `CliFiles.isOthers`. `users`: the ids by which the user is known. */
export function isOthers(file: Ownership, directory: Ownership, users: readonly number[]): boolean {
  if (![SUPERUSER, ...users].includes(file.uid)) return true;
  if ((file.mode & WRITABLE_BY_ALL) !== 0) return true;
  return (directory.mode & WRITABLE_BY_ALL) !== 0 && (directory.mode & STICKY) === 0;
}

/**
 * See `CliFiles.isOthers`. Of a link both count: who made it chose the file, and who owns the file says what is in it.
 * Rejects with `EPERM` for a pipe or device of somebody else: even to read it would be to wait for them.
 */
export async function isOthersFile(path: string): Promise<boolean> {
  const uid = process.getuid?.();
  // Windows has no such ids; who may write where is decided by lists that are not looked at.
  if (uid === undefined) return false;
  const [file, link, directory] = await Promise.all([stat(path), lstat(path), stat(dirname(path))]);
  const users = [uid, ...whoCalledSudo(uid)];
  const answer = isOthers(file, directory, users) || isOthers({ uid: link.uid, mode: 0 }, directory, users);
  if (answer && !file.isFile() && !file.isDirectory()) {
    throw Object.assign(new Error(`${path} is a pipe or device of somebody else`), { code: "EPERM" });
  }
  return answer;
}

/** With sudo the files in a user's own directory stay the user's. */
function whoCalledSudo(uid: number): number[] {
  const text = process.env["SUDO_UID"] ?? "";
  return uid === SUPERUSER && /^\d{1,10}$/.test(text) ? [Number(text)] : [];
}
