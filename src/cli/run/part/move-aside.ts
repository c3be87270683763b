import { EspError, isEspError, type ReadCheckpoint } from "../../../index.ts";
import type { RunContext } from "../../context.ts";
import { partPath, recordPath } from "./part-file.ts";
import { encodeRecord } from "./part-record.ts";

/** So many parts of other reads are kept beside one file. */
const MOST_KEPT = 99;

/** Another read than that of which something is left: of another chip, or of another range. Pure. */
export function isOfAnotherRead(left: ReadCheckpoint, now: ReadCheckpoint): boolean {
  return left.mac !== now.mac || left.address !== now.address || left.sizeBytes !== now.sizeBytes;
}

/**
 * Gives the part of another read another name, together with its record: what was read of that chip may be all there is
 * of it. Returns the file that it is a part of from now on, `FILE.1` or what is free. Throws `file.exists`,
 * `operation.aborted`, and rejects with the system's error.
 */
export async function movePartAside(
  { host, signal }: Pick<RunContext, "host" | "signal">,
  output: string,
  left: ReadCheckpoint,
): Promise<string> {
  const { files } = host;
  for (let count = 1; count <= MOST_KEPT; count++) {
    const aside = `${output}.${count}`;
    const release = await lockedUnlessBusy({ host, signal }, aside);
    if (release === null) continue;
    try {
      if (await isTaken(host, aside)) continue;
      // First, as always: a part without one would be taken for somebody else's.
      await files.writeAtomically(recordPath(aside), encodeRecord(left), { isPrivate: true });
      try {
        await files.move(partPath(output), partPath(aside));
      } catch (error) {
        await files.remove(recordPath(aside)).catch(() => {});
        throw error;
      }
      return aside;
    } finally {
      await release();
    }
  }
  throw new EspError(
    "file.exists",
    `The file '${partPath(output)}' is a part of another read, and there are ${MOST_KEPT} such parts beside it.`,
    { hint: "Move it, or remove it.", details: { file: partPath(output) } },
  );
}

async function isTaken({ files }: RunContext["host"], output: string): Promise<boolean> {
  for (const path of [output, partPath(output), recordPath(output)]) if (await files.exists(path)) return true;
  return false;
}

/** Null: a read into that file is under way. */
async function lockedUnlessBusy(
  { host, signal }: Pick<RunContext, "host" | "signal">,
  output: string,
): Promise<(() => Promise<void>) | null> {
  try {
    return await host.files.lock(partPath(output), { signal });
  } catch (error) {
    if (isEspError(error, "file.busy")) return null;
    throw error;
  }
}
