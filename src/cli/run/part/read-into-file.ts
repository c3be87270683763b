// Shelf: what is read, kept in a file beside its own while it comes, so that a read that is broken off can be gone on with.
// In: a `RunContext`, a range, the name of the file.
// Out: the file, or a part of it with a record that says what is proved.

import {
  EspError,
  type FlashRange,
  isEspError,
  type ReadCheckpoint,
  type ReadFlashIntoResult,
  type ReadFlashOptions,
  type Session,
} from "../../../index.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { writeError, writePrecious } from "../../host/user-files.ts";
import { hex32 } from "../../show/numbers.ts";
import { isOfAnotherRead, movePartAside } from "./move-aside.ts";
import { canHavePart, type GiveWay, type LeftBefore, leftBefore, PartFile, partPath } from "./part-file.ts";

const PRECIOUS = { what: "What was read" } as const;

/** How what is read comes into a file. */
export interface ReadingIntoFile {
  /** Throws what reading and writing throw; what was read by then is kept where that is possible, and told. */
  read(session: Session, range: FlashRange, options: ReadFlashOptions): Promise<ReadFlashIntoResult>;
  /** Others may write the file again. */
  release(): Promise<void>;
}

/** Looks what there is from before. Throws `file.exists`, `file.busy`, before a chip is asked for anything. */
export async function prepareReadingInto(context: RunContext, output: string): Promise<ReadingIntoFile> {
  const { host, signal } = context;
  if (!(await canHavePart(host, output)))
    return { read: (...what) => readInMemory(context, output, ...what), release: async () => {} };
  const release = await host.files.lock(partPath(output), { signal });
  try {
    const left = await leftBefore(host, output);
    return { read: (...what) => readOverPart(context, { output, left }, ...what), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** For what is no file, and where no other can stand beside it. */
async function readInMemory(
  { host, signal }: RunContext,
  output: string,
  session: Session,
  range: FlashRange,
  options: ReadFlashOptions,
): Promise<ReadFlashIntoResult> {
  const { readFlash } = await import("../../../index.ts");
  const { data, address, elapsedMs } = await readFlash(session, range, { ...options, signal });
  await writePrecious(host, output, data, PRECIOUS);
  return { address, sizeBytes: data.length, resumedBytes: 0, elapsedMs };
}

interface Target {
  readonly output: string;
  readonly left: LeftBefore;
}

async function readOverPart(
  context: RunContext,
  { output, left }: Target,
  session: Session,
  range: FlashRange,
  options: ReadFlashOptions,
): Promise<ReadFlashIntoResult> {
  const { host, emit, signal } = context;
  const giveWay: GiveWay = async (before, now) => {
    const isKept = before.doneBytes > 0 && isOfAnotherRead(before, now) && (await host.files.exists(partPath(output)));
    if (!isKept) return "stays";
    tellMoved(context, { aside: await movePartAside(context, output, before), before });
    return "moved";
  };
  const part = new PartFile(host, output, { left, giveWay });
  if (left === "damaged") emit({ type: "read.restarted", session: CLI_SESSION, reason: "damaged" });
  const { readFlashInto } = await import("../../../index.ts");
  let result: ReadFlashIntoResult;
  try {
    result = await readFlashInto(session, range, part.take, { ...options, resumeFrom: part.resumeFrom, signal });
  } catch (error) {
    const kept = await part.settled();
    // Nothing is missing: it is saved, whoever stops the program meanwhile.
    if (kept !== null && kept.doneBytes === kept.sizeBytes) await save(context, output, part, kept.sizeBytes);
    else {
      await part.leave();
      tellPart(context, output, kept ?? (part.isUntouched ? "untouched" : null));
    }
    throw error;
  }
  part.resumed(result.resumedBytes);
  await save(context, output, part, result.sizeBytes);
  return result;
}

/** The part becomes the file. When that fails the part stays, and is told of. */
async function save({ host }: RunContext, output: string, part: PartFile, sizeBytes: number): Promise<void> {
  await part.leave();
  try {
    await host.files.writeAtomically(output, { sizeBytes, pieces: () => part.pieces() });
  } catch (cause) {
    const error = isEspError(cause) ? cause : writeError(output, cause);
    const rescued = partPath(output);
    throw new EspError(error.code, `${error.message} What was read is in '${rescued}'.`, {
      hint: "When that is mended, the same command goes on from there.",
      details: { ...error.details, rescued },
      cause: error,
    });
  }
  await part.remove();
}

/** Nobody has to look for what was moved. */
function tellMoved(
  { emit }: RunContext,
  { aside, before }: { readonly aside: string; readonly before: ReadCheckpoint },
): void {
  const { mac, address, sizeBytes, doneBytes } = before;
  const file = partPath(aside);
  const chip = mac === null ? "" : ` of the chip ${mac}`;
  emit({
    type: "note",
    session: CLI_SESSION,
    code: "read.part-moved",
    message: `What was read before (${doneBytes} of ${sizeBytes} bytes from ${hex32(address)}${chip}) is kept in '${file}'; the same read into '${aside}' goes on from there.`,
    details: { file, output: aside, mac, address, sizeBytes, doneBytes },
  });
}

/** What is there for the next time. */
function tellPart({ emit }: RunContext, output: string, kept: ReadCheckpoint | "untouched" | null): void {
  if (kept === null) return;
  const file = partPath(output);
  const about = { type: "note", session: CLI_SESSION, code: "read.part-kept" } as const;
  if (kept === "untouched")
    emit({ ...about, message: `'${file}' is as it was; nothing new was read.`, details: { file } });
  else {
    const { doneBytes, sizeBytes } = kept;
    const message = `${doneBytes} of ${sizeBytes} bytes are in '${file}'; the same command goes on from there.`;
    emit({ ...about, message, details: { file, doneBytes, sizeBytes } });
  }
}
