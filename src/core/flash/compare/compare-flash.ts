// Shelf: what a write would change, without writing.
// In: a session, files with their addresses, the options of a write.
// Out: of each place whether flash holds it, by the chip's own digests.

import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { oneOf } from "../../check/words.ts";
import { checkSession } from "../../session/check-session.ts";
import type { Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { requireDigests } from "../flash-digest.ts";
import { type FileToWriteInput, filesToWrite } from "../guard/check-files.ts";
import { markedFiles, prepareWrite, WRITE_OPTIONS, type WriteFlashOptions } from "../write/write-flash.ts";
import { type ComparedFile, compareFile } from "./compare-file.ts";

export interface CompareFlashOptions extends WriteFlashOptions {
  /**
   * `sector`: each sector is asked about until it is known. `file`: one question for each file, and no notes or warnings,
   * which a write after it gives. Default `sector`.
   */
  readonly by?: "sector" | "file" | undefined;
}

export interface CompareFlashResult {
  readonly files: readonly ComparedFile[];
  /** All of the flash would be erased first. */
  readonly erasesAll: boolean;
  /** Flash would be another one after the write; also where nobody can tell, as of what the chip encrypts. */
  readonly wouldChange: boolean;
  readonly elapsedMs: number;
}

const checkCompareOptions: Check<CompareFlashOptions> = shape<CompareFlashOptions>({
  ...WRITE_OPTIONS,
  by: optional(oneOf<"sector" | "file">(["sector", "file"])),
});

/**
 * Says what `writeFlash` with the same options would find, and changes nothing: the chip is asked for digests alone. Each
 * sector is asked about until it is known, where a write stops when asking no longer pays, so it may write more than this
 * says is different.
 * Throws what `writeFlash` throws before it writes, and `flash.verify-unsupported` where the loader has no digests.
 * @example const { wouldChange } = await compareFlash(session, [{ address: 0x10000, data: app }]);
 */
export async function compareFlash(
  session: Session,
  files: readonly FileToWriteInput[],
  options: CompareFlashOptions = {},
): Promise<CompareFlashResult> {
  const live = checkSession(session, "session");
  const wanted = checkCompareOptions(options, "options");
  const read = filesToWrite(files, "files");
  const marked = markedFiles(read instanceof Promise ? await read : read, wanted);
  return await operation(live, wanted.signal, async () => {
    const elapsed = stopwatch(live);
    const isWhole = wanted.by === "file";
    const plan = await prepareWrite(live, marked, wanted, isWhole ? () => {} : live.emit);
    if (plan.files.some(({ encrypted }) => !encrypted)) requireDigests(live);
    const compared: ComparedFile[] = [];
    for (const { index, name, address } of plan.skipped)
      compared[index] = { name, address, sizeBytes: 0, encrypted: false, regions: [], erased: [] };
    for (const file of plan.files) compared[file.index] = await compareFile(live, file, isWhole);
    const erasesAll = wanted.eraseAll ?? false;
    const wouldChange = erasesAll || compared.some(changes);
    return { files: compared, erasesAll, wouldChange, elapsedMs: elapsed() };
  });
}

function changes({ regions }: ComparedFile): boolean {
  return regions.some(({ state }) => state !== "same");
}
