import { existsSync } from "node:fs";
import { appendFile, mkdir, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { EspError } from "../../index.ts";
import { folderTree } from "../../node/files/folder-tree.ts";
import { growFile, readSlice } from "../../node/files/growing-file.ts";
import { moveFile } from "../../node/files/move-file.ts";
import { boundedContent, readBounded } from "../../node/files/read-bounded.ts";
import { rescueFile } from "../../node/files/rescue-file.ts";
import { checkSavable, saveFile } from "../../node/files/save-file.ts";
import { isOthersFile } from "./file-owner.ts";
import type { ByteInput, CliFiles, ReadFileOptions } from "./host.ts";

/** The files of this computer. */
export const nodeFiles: CliFiles = {
  exists: async (path) => existsSync(path),
  sizeOf,
  isFolder: async (path) => (await stat(path).catch(() => null))?.isDirectory() ?? false,
  tree: async (path) => folderTree(path),
  read: readBounded,
  isOthers: isOthersFile,
  writeAtomically: (path, data, { isPrivate = false } = {}) =>
    saveFile(path, data, { readers: isPrivate ? "private" : "shared" }),
  readSlice,
  grow: growFile,
  checkWritable: (path) => checkSavable(path),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  remove: (path) => rm(path),
  move: moveFile,
  append: appendFile,
  writeSecret: (path, data, { replace }) => saveFile(path, data, { readers: "secret", onlyNew: !replace }),
  rescue: rescueFile,
  lock: async (path, options) => (await import("../../node.ts")).hostFiles.lock(path, options),
  isSameFile,
};

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true ? found.size : null;
}

async function isSameFile(first: string, second: string): Promise<boolean> {
  const [one, other] = await Promise.all([first, second].map((path) => stat(path, { bigint: true }).catch(() => null)));
  if (one && other) return one.dev === other.dev && one.ino === other.ino;
  if (one || other) return false;
  const [here, there] = await Promise.all([first, second].map(placeOf));
  return here === there;
}

/** Where a file that is not there would be. */
async function placeOf(path: string): Promise<string> {
  const folder = dirname(resolve(path));
  return join(await realpath(folder).catch(() => folder), basename(path));
}

/** All that comes from a stream. Throws `file.too-large`, `operation.aborted`. */
export function readStream(
  input: ByteInput,
  { kind = "firmware", signal }: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const content = boundedContent("standard input", kind);
    let isSettled = false;
    let stop = (): void => {};
    const settle = (how: () => void): void => {
      isSettled = true;
      signal?.removeEventListener("abort", onAbort);
      stop();
      how();
    };
    const onAbort = (): void => {
      const cause = signal?.reason;
      settle(() => reject(new EspError("operation.aborted", "The operation was stopped.", { cause })));
    };
    stop = input.listen({
      data(bytes) {
        try {
          content.add(bytes);
        } catch (error) {
          settle(() => reject(error));
        }
      },
      end: () => settle(() => resolve(content.joined())),
    });
    // What is there already may come before `listen` returns.
    if (isSettled) stop();
    else if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort);
  });
}
