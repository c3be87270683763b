import { type BlobLike, bytesOfFile, checkFile, isBlob, type WithFileSources } from "../../check/blob.ts";
import { checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { checkFinite } from "../../check/numbers.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { type FileToWrite, type FlashFile, fileName } from "./file-to-write.ts";

/** A file as callers give it: its bytes in any of the forms that bytes have, or a Blob. */
export type FlashFileInput = WithFileSources<FlashFile>;
export type FileToWriteInput = WithFileSources<FileToWrite>;

type Given<File extends FlashFile> = {
  readonly [Key in keyof File]: Key extends "data" | "previous" ? File[Key] | BlobLike : File[Key];
};

/** What is no address of flash is told by the guards, with its number. */
const PLACE = { address: checkFinite, name: optional(checkText) };
const WRITTEN: Shape<Given<FileToWrite>> = {
  ...PLACE,
  data: checkFile,
  encrypted: optional(checkBoolean),
  previous: optional(checkFile),
};

/** Of files whose bytes are there already. */
export const checkFilesToWrite: Check<FileToWrite[]> = listOf(
  shape<FileToWrite>({ ...WRITTEN, data: checkBytes, previous: optional(checkBytes) }),
);

const checkGivenToWrite: Check<Given<FileToWrite>[]> = listOf(shape<Given<FileToWrite>>(WRITTEN));
const checkGiven: Check<Given<FlashFile>[]> = listOf(shape<Given<FlashFile>>({ ...PLACE, data: checkFile }));

/** What is wrong is thrown at once, and nothing is waited for where no Blob is. Throws `file.unreadable`. */
export function filesToWrite(value: unknown, argument: string): FileToWrite[] | Promise<FileToWrite[]> {
  return withBytes<FileToWrite>(checkGivenToWrite(value, argument), argument);
}

/** As `filesToWrite`. */
export function flashFiles(value: unknown, argument: string): FlashFile[] | Promise<FlashFile[]> {
  return withBytes<FlashFile>(checkGiven(value, argument), argument);
}

function withBytes<File extends FlashFile>(files: readonly Given<File>[], argument: string): File[] | Promise<File[]> {
  if (!files.some((file) => isBlob(file.data) || isBlob(previousOf(file)))) return files as unknown as File[];
  return readAll<File>(files, argument);
}

function previousOf(file: object): unknown {
  return "previous" in file ? file.previous : undefined;
}

/** One after the other: each may be as large as memory allows. */
async function readAll<File extends FlashFile>(files: readonly Given<File>[], argument: string): Promise<File[]> {
  const read: File[] = [];
  for (const [index, file] of files.entries()) {
    const of = `${argument}[${index}]`;
    const data = await bytesOfFile(file.data, `${of}.data`);
    const before = previousOf(file);
    const previous = before === undefined ? {} : { previous: await bytesOfFile(before, `${of}.previous`) };
    read.push({ ...file, data, ...previous } as unknown as File);
  }
  return read;
}

/**
 * Files to compare with flash, as `flashFiles`: no bytes would match whatever is there, and prove nothing. Throws
 * `file.empty`.
 */
export function filesToVerify(value: unknown, argument: string): FlashFile[] | Promise<FlashFile[]> {
  const given = flashFiles(value, argument);
  const refused = (files: FlashFile[]): FlashFile[] => refuseEmpty(files, argument);
  return given instanceof Promise ? given.then(refused) : refused(given);
}

function refuseEmpty(files: FlashFile[], argument: string): FlashFile[] {
  if (files.length === 0)
    throw new EspError("argument.invalid", `'${argument}' is empty: there is nothing to compare with flash.`, {
      hint: "Give at least one file.",
      details: { argument },
    });
  const empty = files.find(({ data }) => data.length === 0);
  if (empty === undefined) return files;
  throw new EspError("file.empty", `'${fileName(empty)}' is empty: there is nothing in it to compare with flash.`, {
    hint: "Leave it out.",
    details: { file: fileName(empty), address: empty.address },
  });
}
