import { hexAddress } from "../bytes/hex.ts";
import { type Check, optional } from "../check/check.ts";
import { checkAddress, wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { checkDescriptor } from "../chip/check-chip.ts";
import type { ChipDescriptor } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import type { Run } from "./exchange/runs.ts";
import { writeUf2 } from "./exchange/uf2.ts";
import { writeIntelHex } from "./exchange/write-intel-hex.ts";
import { checkHeaderSettings, patchHeader } from "./firmware/patch-header.ts";
import type { HeaderSettings, PatchedImage } from "./firmware/rewrite-header.ts";
import { type ImageNotice, type ImageNoticeCode, warning } from "./notice.ts";
import { checkPlacedFiles, overlapError, type PlacedFile, type PlacedFileInput } from "./overlap.ts";

export type MergeFormat = "raw" | "uf2" | "hex";

export interface MergeOptions {
  readonly chip: ChipDescriptor;
  readonly format: MergeFormat;
  /** Flash address at which the raw output begins; default 0. No file may lie before it, in any format. */
  readonly targetOffset?: number | undefined;
  /** Raw only: flash size that the output fills up, counted from address 0. */
  readonly padToSizeBytes?: number | undefined;
  /** For the header of the file at the bootloader's place; default: keep all. */
  readonly settings?: HeaderSettings | undefined;
  /** UF2 only: bytes of payload in a block. */
  readonly chunkSizeBytes?: number | undefined;
  /** UF2 only; default true. */
  readonly md5?: boolean | undefined;
  /** HEX only; default line feed. */
  readonly lineEnd?: "\n" | "\r\n" | undefined;
}

/** A file as it went into the output. */
export interface MergedFile {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  readonly patched: Pick<PatchedImage, "parameters" | "digestUpdated">;
}

export interface MergeResult {
  readonly data: Uint8Array<ArrayBuffer>;
  /** Flash address that raw data is to be written to. */
  readonly targetOffset: number;
  /** By address. */
  readonly files: readonly MergedFile[];
  readonly notices: readonly ImageNotice[];
}

const KEEP_ALL: HeaderSettings = { mode: "keep", frequency: "keep", size: "keep" };
const ADDRESS_SPACE = 0x1_0000_0000;

/** The largest flash that has a JEDEC size code (fact sheet 3.11); a wrong address must not fill the memory. */
const LARGEST_RAW_BYTES = 256 * 1024 * 1024;

const checkMergeOptions: Check<MergeOptions> = shape<MergeOptions>({
  chip: checkDescriptor,
  format: oneOf<MergeFormat>(["raw", "uf2", "hex"]),
  targetOffset: optional(checkAddress),
  padToSizeBytes: optional(wholeNumber(1, 0x1_0000_0000)),
  settings: optional(checkHeaderSettings),
  chunkSizeBytes: optional(wholeNumber(1)),
  md5: optional(checkBoolean),
  lineEnd: optional(oneOf<"\n" | "\r\n">(["\n", "\r\n"])),
});

/**
 * Puts files for one flash into one file (fact sheet 5.8), patching the bootloader's header like a write does. Throws
 * `flash.overlap` for files that share a sector, `argument.invalid` for a file before the target offset, addresses or
 * sizes that cannot be, and what `patchHeader` throws.
 * @example mergeFirmware([{ address: 0x1000, data, name: "bootloader.bin" }], { chip, format: "raw" }).data
 */
export function mergeFirmware(files: readonly PlacedFileInput[], options: MergeOptions): MergeResult {
  const placed = checkPlacedFiles(files, "files");
  const wanted = checkMergeOptions(options, "options");
  const targetOffset = wanted.targetOffset ?? 0;
  const sorted = [...placed].sort((left, right) => left.address - right.address);
  checkPlaces(sorted, targetOffset);
  const patched = sorted.map((file) => ({ file, image: patch(file, wanted) }));
  const ready = patched.map(({ file, image }) => ({ address: file.address, data: image.data }));
  return {
    data: encode(ready, { ...wanted, targetOffset }),
    targetOffset,
    files: patched.map(({ file, image }) => ({
      name: file.name,
      address: file.address,
      sizeBytes: file.data.length,
      patched: { parameters: image.parameters, digestUpdated: image.digestUpdated },
    })),
    notices: [
      ...patched.flatMap(({ image }) =>
        image.warning === null ? [] : [warning("image.not-patched", image.warning.message)],
      ),
      ...describeOptions(sorted, wanted),
    ],
  };
}

function patch(file: PlacedFile, { chip, settings }: MergeOptions): PatchedImage {
  return patchHeader(chip, { ...file, settings: settings ?? KEEP_ALL });
}

function checkPlaces(sorted: readonly PlacedFile[], targetOffset: number): void {
  const [first] = sorted;
  if (first === undefined)
    throw new EspError("argument.invalid", "There is no file to merge.", { hint: "Give pairs of address and file." });
  if (!Number.isInteger(targetOffset) || targetOffset < 0 || targetOffset >= ADDRESS_SPACE)
    throw new EspError("argument.invalid", `${targetOffset} is no flash address.`, {
      hint: "Give a whole number from 0 to 0xffffffff.",
      details: { targetOffset },
    });
  for (const { address, data, name } of sorted) {
    if (!Number.isInteger(address) || address < 0 || address + data.length > ADDRESS_SPACE)
      throw new EspError("argument.invalid", `'${name}' does not fit into 32 bits of address.`, {
        details: { file: name, address, sizeBytes: data.length },
      });
  }
  if (first.address < targetOffset)
    throw new EspError(
      "argument.invalid",
      `'${first.name}' at ${hexAddress(first.address)} lies before the target offset ${hexAddress(targetOffset)}.`,
      { hint: "Lower the target offset or leave the file out.", details: { address: first.address, targetOffset } },
    );
  const overlap = overlapError(sorted);
  if (overlap !== null) throw overlap;
}

function endOf(files: readonly Run[]): number {
  return files.reduce((end, { address, data }) => Math.max(end, address + data.length), 0);
}

type EncodeOptions = MergeOptions & { readonly targetOffset: number };

function encode(files: readonly Run[], options: EncodeOptions): Uint8Array<ArrayBuffer> {
  switch (options.format) {
    case "raw":
      return encodeRaw(files, options);
    case "hex":
      return writeIntelHex(files, options.lineEnd === undefined ? {} : { lineEnd: options.lineEnd });
    case "uf2":
      return writeUf2(files, {
        familyId: options.chip.uf2FamilyId,
        md5: options.md5 ?? true,
        ...(options.chunkSizeBytes === undefined ? {} : { chunkSizeBytes: options.chunkSizeBytes }),
      });
  }
}

function encodeRaw(files: readonly Run[], options: EncodeOptions): Uint8Array<ArrayBuffer> {
  const { targetOffset, padToSizeBytes = 0 } = options;
  const end = Math.max(padToSizeBytes, endOf(files));
  const sizeBytes = end - targetOffset;
  if (!(sizeBytes <= LARGEST_RAW_BYTES))
    throw new EspError("argument.invalid", `The merged file would have ${sizeBytes} bytes, more than any flash.`, {
      hint: "Check the addresses, set a target offset, or merge into Intel HEX, which leaves gaps out.",
      details: { sizeBytes, largest: LARGEST_RAW_BYTES },
    });
  const merged = new Uint8Array(sizeBytes);
  let at = 0;
  for (const { address, data } of files) {
    merged.fill(0xff, at, address - targetOffset);
    merged.set(data, address - targetOffset);
    at = address - targetOffset + data.length;
  }
  return merged.fill(0xff, at);
}

function describeOptions(sorted: readonly PlacedFile[], options: MergeOptions): ImageNotice[] {
  const { chip, format, padToSizeBytes } = options;
  const notices: ImageNotice[] = [];
  const warn = (code: ImageNoticeCode, message: string): void => {
    notices.push(warning(code, message));
  };
  for (const { name, data } of sorted) if (data.length === 0) warn("image.empty", `'${name}' is empty.`);
  if (format === "hex" && sorted.length === 1)
    warn("merge.single-file", "Only one input file specified, so there is nothing to merge.");
  if (format === "uf2" && chip.uf2FamilyId === null)
    warn("merge.no-family", `The ${chip.name} has no UF2 family id, so the file does not say which chip it is for.`);
  if (padToSizeBytes !== undefined && format !== "raw")
    warn("merge.padding-ignored", "Only raw files are padded to a size; the size is ignored.");
  const end = endOf(sorted);
  if (padToSizeBytes !== undefined && format === "raw" && end > padToSizeBytes)
    warn("merge.beyond-size", `The files end at ${hexAddress(end)}, beyond the size that was to be padded to.`);
  return notices;
}
