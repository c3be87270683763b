// Shelf: the commands for file systems in partitions, and how these are read.
// In: a `RunContext`.
// Out: the result object; files in a folder.

import { EspError, type FileSystemContents, type FileSystemKind, type FileSystemProblem } from "../../../filesystem.ts";
import type { Session } from "../../../index.ts";
import type { NamedRange } from "../../../partition.ts";
import { CLI_SESSION, type RunContext, type RunResult } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { tableFromFile } from "../by-name/chip-table.ts";
import { namedRanges } from "../by-name/named-ranges.ts";
import { readFlashImage } from "../partition/backup-folder.ts";
import { sessionFields, withSession } from "../with-session.ts";

/** A partition that was read, and what it is of, for `--json`. */
interface ReadImage {
  readonly bytes: Uint8Array;
  readonly fields: RunResult;
}

/** What is in IMAGE, with what is wrong told. Throws `filesystem.*`, `partition.*`, `file.*`, and as reading flash. */
export async function readContents(
  context: RunContext,
): Promise<{ readonly contents: FileSystemContents; readonly fields: RunResult }> {
  const { parseFileSystem } = await import("../../../filesystem.ts");
  const { bytes, fields } = await readImage(context);
  // The declaration of the option allows these words only.
  const contents = parseFileSystem(bytes, { kind: context.options.text("kind") as FileSystemKind | undefined });
  for (const problem of contents.problems) tellProblem(context, problem);
  return { contents, fields };
}

async function readImage(context: RunContext): Promise<ReadImage> {
  const image = context.arguments.text("IMAGE");
  if (image.startsWith("@"))
    return await withPartition(context, image, async (_, { bytes, fields }) => ({ bytes, fields }));
  const { bytes } = await readFlashImage(context, image);
  const place = await placeInFile(context, image, bytes);
  return { bytes: bytes.subarray(place.offset, place.offset + place.sizeBytes), fields: place.fields };
}

/** A partition of the chip, `@NAME`, where it is. */
export interface ChipPlace extends ReadImage {
  readonly range: NamedRange;
}

/** Finds a partition of the chip, without reading it. */
export async function withRange<Result>(
  context: RunContext,
  image: string,
  work: (session: Session, range: NamedRange) => Promise<Result>,
): Promise<Result> {
  if (context.options.text("partition") !== undefined)
    throw new EspError("argument.conflict", "A partition is named twice: by @NAME and by --partition.", {
      hint: "Leave --partition out; it is for backups.",
    });
  const file = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const { ranges } = await namedRanges(context, session, { references: [image.slice(1)], file });
    const [range] = ranges;
    if (range === undefined) throw new EspError("internal", "A partition that was found is gone.");
    return await work(session, range);
  });
}

/** Reads a partition of the chip, and works on it while the chip is there. */
export async function withPartition<Result>(
  context: RunContext,
  image: string,
  work: (session: Session, place: ChipPlace) => Promise<Result>,
): Promise<Result> {
  return await withRange(context, image, async (session, range) => {
    const { readFlash } = await import("../../../index.ts");
    const { address, sizeBytes, name: partition } = range;
    const { data } = await readFlash(session, { address, sizeBytes }, { signal: context.signal });
    return await work(session, { bytes: data, fields: { ...sessionFields(session), partition, address }, range });
  });
}

/** Where the file system is in a file: all of it, or a partition of a backup. */
export interface FilePlace {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly fields: RunResult;
}

export async function placeInFile(context: RunContext, file: string, bytes: Uint8Array): Promise<FilePlace> {
  const name = context.options.text("partition");
  if (name === undefined) return { offset: 0, sizeBytes: bytes.length, fields: { file } };
  const { PARTITION_TABLE_ADDRESS, PARTITION_TABLE_BYTES, parsePartitionTable, resolveRange } = await import(
    "../../../partition.ts"
  );
  const given = await tableFromFile(context);
  const at = context.options.number("partition-table-address") ?? PARTITION_TABLE_ADDRESS;
  const { partitions } = given ?? parsePartitionTable(bytes.subarray(at, at + PARTITION_TABLE_BYTES));
  const { address, sizeBytes, name: partition } = resolveRange(partitions, name);
  if (address + sizeBytes > bytes.length)
    throw new EspError(
      "filesystem.unreadable",
      `The file ends before the partition '${harmlessText(partition)}' does.`,
      {
        hint: "Give a backup of the whole flash, or an image of the partition without --partition.",
        details: { file, partition, address, sizeBytes },
      },
    );
  return { offset: address, sizeBytes, fields: { file, partition, address } };
}

export function tellProblem({ emit }: RunContext, problem: FileSystemProblem): void {
  const { offset, path, message } = problem;
  const place = [
    offset === null ? "" : `Offset 0x${offset.toString(16)}`,
    path === null ? "" : `'${harmlessText(path)}'`,
  ];
  const before = place.filter((part) => part !== "").join(", ");
  emit({
    session: CLI_SESSION,
    type: "warning",
    code: "filesystem.problem",
    message: before === "" ? message : `${before}: ${message}`,
    details: { ...problem },
  });
}
