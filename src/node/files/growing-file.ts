import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** A file that is written from its start to its end, piece by piece. */
export interface GrowingFile {
  /** Adds to its end. When it fails, a part of it may be there. */
  append(data: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Only the owner may read and write it: who may read the finished file is decided when it gets its name. */
const OWNER_ONLY = 0o600;

/**
 * Opens a file to be added to, behind the first `keptBytes` of it: what is behind them is cut off. It is made if it is not
 * there, and no link is followed. Rejects with the system's error.
 */
export async function growFile(path: string, keptBytes: number): Promise<GrowingFile> {
  const {
    O_RDWR,
    O_CREAT,
    O_NOFOLLOW = 0,
  }: Partial<typeof constants> & { O_RDWR: number; O_CREAT: number } = constants;
  const file = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW, OWNER_ONLY);
  try {
    await file.truncate(keptBytes);
  } catch (error) {
    await file.close();
    throw error;
  }
  let end = keptBytes;
  return {
    async append(data) {
      for (let done = 0; done < data.length; ) {
        const { bytesWritten } = await file.write(data, done, data.length - done, end);
        done += bytesWritten;
        end += bytesWritten;
      }
    },
    close: () => file.close(),
  };
}

/** Bytes of a file; fewer where it ends. Rejects with the system's error. */
export async function readSlice(path: string, offset: number, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path, "r");
  try {
    return await readAt(file, offset, new Uint8Array(sizeBytes));
  } finally {
    await file.close();
  }
}

async function readAt(
  file: FileHandle,
  offset: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}
