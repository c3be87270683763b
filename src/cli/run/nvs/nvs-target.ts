import type { Session } from "../../../index.ts";
import { type EditedNvs, EspError, editNvs, type NvsContents, type NvsEdit, parseNvs } from "../../../nvs.ts";
import type { RunContext, RunResult } from "../../context.ts";
import { readInput, writeOutput } from "../../host/user-files.ts";
import { keepLastTable } from "../by-name/last-table.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { showProblems } from "./nvs-input.ts";
import { keysOfPartition } from "./nvs-keys.ts";

/** A partition that was read, and the way back to where it is. */
interface NvsTarget {
  readonly bytes: Uint8Array;
  readonly fields: RunResult;
  apply(edited: EditedNvs): Promise<void>;
}

/** The contents of the file or of the chip's partition, with what is wrong told. */
export async function readTarget(
  context: RunContext,
): Promise<{ readonly contents: NvsContents; readonly fields: RunResult }> {
  const keys = await keysOfPartition(context);
  return await onTarget(context, async ({ bytes, fields }) => {
    const contents = parseNvs(bytes, keys === null ? {} : { keys });
    showProblems(context, contents.problems);
    return { contents, fields };
  });
}

/** Edits what is there; `decide` is told what that is. */
export async function editTarget(
  context: RunContext,
  decide: (contents: NvsContents) => readonly NvsEdit[],
): Promise<RunResult> {
  const keys = await keysOfPartition(context);
  return await onTarget(context, async ({ bytes, fields, apply }) => {
    const options = keys === null ? {} : { keys };
    const edited = editNvs(bytes, decide(parseNvs(bytes, options)), options);
    if (edited.steps.length > 0) await apply(edited);
    const pages = edited.changedPages.map(({ offset }) => offset);
    const what = pages.length === 1 ? "One page was" : `${pages.length} pages were`;
    context.print(edited.steps.length === 0 ? "Nothing had to be changed." : `${what} changed.`);
    return { ...fields, changed: edited.steps.length > 0, changedPages: pages };
  });
}

async function onTarget<Result>(context: RunContext, work: (target: NvsTarget) => Promise<Result>): Promise<Result> {
  const file = context.options.text("file");
  return file === undefined ? await onChip(context, work) : await onFile(context, file, work);
}

async function onFile<Result>(
  { host, signal }: RunContext,
  file: string,
  work: (target: NvsTarget) => Promise<Result>,
): Promise<Result> {
  // Nobody else may change it between reading and writing.
  const unlock = await host.files.lock(file, { signal });
  try {
    const bytes = await readInput(host, file);
    return await work({ bytes, fields: { file }, apply: async ({ image }) => await writeOutput(host, file, image) });
  } finally {
    await unlock();
  }
}

async function onChip<Result>(context: RunContext, work: (target: NvsTarget) => Promise<Result>): Promise<Result> {
  return await withSession(context, async (session) => {
    const { patchFlash, readFlash } = await import("../../../index.ts");
    const { signal } = context;
    const { address, sizeBytes } = await rangeOf(context, session);
    const { data: before } = await readFlash(session, { address, sizeBytes }, { signal });
    return await work({
      bytes: before,
      fields: { ...sessionFields(session), address, sizeBytes },
      apply: async ({ steps }) => {
        await patchFlash(session, { address, before, steps }, { signal });
      },
    });
  });
}

/** By the line, or by the chip's own table. */
async function rangeOf(context: RunContext, session: Session): Promise<{ address: number; sizeBytes: number }> {
  const { options, signal } = context;
  const address = options.number("address");
  const sizeBytes = options.number("size");
  if ((address === undefined) !== (sizeBytes === undefined))
    throw new EspError("argument.invalid", "--address and --size belong together.", {
      hint: "Give both, as the partition table has them, or neither: then the partition is found by its name.",
    });
  if (address !== undefined && sizeBytes !== undefined) return wholeSectors(address, sizeBytes);
  const { readPartitionTable, resolveRange } = await import("../../../partition.ts");
  const tableAddress = options.number("partition-table-address");
  const { partitions, digest } = await readPartitionTable(session, { tableAddress, signal });
  if (digest !== "wrong") await keepLastTable(context, partitions);
  const found = resolveRange(partitions, options.text("partition") ?? "nvs");
  return wholeSectors(found.address, found.sizeBytes);
}

function wholeSectors(address: number, sizeBytes: number): { address: number; sizeBytes: number } {
  if (address % 4096 === 0 && sizeBytes % 4096 === 0) return { address, sizeBytes };
  throw new EspError("nvs.bad-size", "An NVS partition begins and ends with a sector of 4,096 bytes.", {
    hint: "Give --address and --size as the partition table has them.",
    details: { address, sizeBytes },
  });
}
