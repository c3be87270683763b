import { checkBytes, type WithByteSources } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { checkFinite } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { type FileToWrite, type FlashFile, fileName } from "./file-to-write.ts";

/** A file as callers give it: its bytes in any of the forms that bytes have. */
export type FlashFileInput = WithByteSources<FlashFile>;
export type FileToWriteInput = WithByteSources<FileToWrite>;

/** What is no address of flash is told by the guards, with its number. */
const FLASH_FILE = { address: checkFinite, data: checkBytes, name: optional(checkText) };

export const checkFlashFiles: Check<FlashFile[]> = listOf(shape<FlashFile>(FLASH_FILE));

export const checkFilesToWrite: Check<FileToWrite[]> = listOf(
  shape<FileToWrite>({ ...FLASH_FILE, encrypted: optional(checkBoolean), previous: optional(checkBytes) }),
);

/** Files to compare with flash: no bytes would match whatever is there, and prove nothing. Throws `file.empty`. */
export const checkFilesToVerify: Check<FlashFile[]> = (value, argument) => {
  const files = checkFlashFiles(value, argument);
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
};
