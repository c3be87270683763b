import { EspError, isEspError } from "../../../index.ts";
import type { RunContext } from "../../context.ts";
import { checkOutput, readAgain, readInput, writeError, writeOutput, writePrecious } from "../../host/user-files.ts";

/** The file of virtual eFuses, for the time of one line. */
export interface EfuseFile {
  /** As it was when the line began; null: there was none, which stands for blank eFuses. */
  readonly content: Uint8Array<ArrayBuffer> | null;
  /** There is none yet, and there should be one. */
  isMissing(): boolean;
  /** Throws `efuse.changed-meanwhile` when the file is not what it was, so that no bit of it is lost. */
  confirm(): Promise<void>;
  /** Keeps what differs from it. Throws what `confirm` throws. */
  save(content: Uint8Array<ArrayBuffer>): Promise<void>;
  /** As `save`; what cannot be written there is kept elsewhere, and the error says where. */
  keep(content: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}

/** Keys are in it. One that is there stays as readable as its owner made it. */
const PRIVATE = { isPrivate: true };
const CONTENT = "What the eFuses hold now";

/**
 * A line that may burn has the file for itself from the first look at it on, as if it were a chip on a port: what it
 * plans rests on what it saw. Where the file is changed all the same, by a program that does not care for the lock,
 * nothing is merged: the bits of both together may be what neither wants, and check bits of both together are damage.
 *
 * Throws `file.busy`, `file.unreadable`, `file.unwritable`.
 */
export async function openEfuseFile(
  { host, signal, options }: RunContext,
  path: string,
  { burns }: { readonly burns: boolean },
): Promise<EfuseFile> {
  // As with the reference there is a file afterwards, also where blank eFuses were only looked at.
  const writes = burns || (!options.flag("dry-run") && !(await host.files.exists(path)));
  // Before anything is burned that could not be kept.
  if (writes) await checkOutput(host, path);
  const unlock = writes ? await lock() : async () => {};
  try {
    let known = await readIfThere(readInput);
    const confirm = async (): Promise<void> => {
      if (!isSame(known, await readIfThere(readAgain))) throw changedMeanwhile(path);
    };
    const saveBy = async (content: Uint8Array<ArrayBuffer>, write: () => Promise<void>): Promise<void> => {
      if (isSame(known, content)) return;
      await confirm();
      await write();
      known = content;
    };
    return {
      content: known,
      isMissing: () => writes && known === null,
      confirm,
      save: (content) => saveBy(content, () => writeOutput(host, path, content, PRIVATE)),
      keep: (content) => saveBy(content, () => writePrecious(host, path, content, { ...PRIVATE, what: CONTENT })),
      close: unlock,
    };
  } catch (error) {
    await unlock();
    throw error;
  }

  async function lock(): Promise<() => Promise<void>> {
    try {
      return await host.files.lock(path, { signal });
    } catch (error) {
      throw isEspError(error) ? error : writeError(path, error);
    }
  }

  /** A file that is not there yet stands for blank eFuses. */
  async function readIfThere(read: typeof readInput): Promise<Uint8Array<ArrayBuffer> | null> {
    return (await host.files.exists(path)) ? await read(host, path, "efuses") : null;
  }
}

function isSame(left: Uint8Array | null, right: Uint8Array | null): boolean {
  if (left === null || right === null) return left === right;
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function changedMeanwhile(path: string): EspError {
  return new EspError("efuse.changed-meanwhile", `Another program has changed the file '${path}' meanwhile.`, {
    hint: "Nothing of it was overwritten. Look at the summary, then start again.",
    details: { path },
  });
}
