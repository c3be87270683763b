import { md5 } from "../bytes/digests.ts";
import { hexAddress, toHex } from "../bytes/hex.ts";
import { padTo } from "../bytes/words.ts";
import type { LoaderTraits } from "../chip/loader-traits.ts";
import type { ChipDescriptor } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import type { Notice } from "../events.ts";
import { type HeaderSettings, type PatchedImage, patchHeader } from "../image/patch-header.ts";
import { type EncodedData, encodeBlocks } from "./encode-blocks.ts";
import { type FlashFile, fileName } from "./guard.ts";
import { sectorEnd, sectorStart } from "./sectors.ts";

export type CompressChoice = "auto" | "always" | "never";

export interface PlanContext {
  readonly chip: ChipDescriptor;
  readonly traits: LoaderTraits;
  /** Security features are on: image headers are left alone, or signatures would no longer be right. */
  readonly keepHeaders: boolean;
  readonly settings: HeaderSettings;
  readonly compress: CompressChoice;
  /** The whole chip is erased before. */
  readonly eraseAll: boolean;
}

/** What will be done for one file. */
export interface FilePlan {
  /** Position in the list given. */
  readonly index: number;
  readonly name: string;
  /** As given. */
  readonly address: number;
  readonly sizeBytes: number;
  /** Where writing starts: as given, or the sector's start for loaders that can only start there. */
  readonly writeAddress: number;
  /** What will stand in flash from `writeAddress` on: header patched, filled up with FF on both sides. */
  readonly data: Uint8Array;
  /** First and last address that is erased; null when the whole chip has been. */
  readonly erases: { readonly start: number; readonly end: number } | null;
  readonly encoded: EncodedData;
  readonly patched: Pick<PatchedImage, "parameters" | "digestUpdated">;
  readonly notes: readonly Notice[];
  readonly warnings: readonly Notice[];
}

export interface SkippedFile {
  readonly index: number;
  readonly name: string;
  readonly address: number;
}

export interface WritePlan {
  readonly compress: boolean;
  readonly blockSize: number;
  readonly files: readonly FilePlan[];
  /** Files without contents. */
  readonly skipped: readonly SkippedFile[];
  readonly warnings: readonly Notice[];
}

const WORD_BYTES = 4;

/** Decides everything about a write, without a chip. Throws `argument.unsupported`, `flash.unsupported-*`. */
export function planWrite(files: readonly FlashFile[], context: PlanContext): WritePlan {
  const { traits } = context;
  if (context.compress === "always" && !traits.canCompress)
    throw new EspError("argument.unsupported", "The ROM of this chip cannot take compressed data.", {
      hint: "Use the stub, or write without compression.",
    });
  const compress = context.compress === "always" || (context.compress === "auto" && traits.compressByDefault);
  const planned: FilePlan[] = [];
  const skipped: SkippedFile[] = [];
  for (const [index, file] of files.entries()) {
    if (file.data.length === 0) skipped.push({ index, name: fileName(file), address: file.address });
    else planned.push({ index, ...planFile(file, context, compress) });
  }
  return {
    compress,
    blockSize: traits.flashBlockSize,
    files: planned,
    skipped,
    warnings: context.keepHeaders ? [HEADER_KEPT] : [],
  };
}

const HEADER_KEPT: Notice = {
  code: "flash.header-kept",
  message: "Security features enabled, so not changing any flash settings.",
};

function planFile(file: FlashFile, context: PlanContext, compress: boolean): Omit<FilePlan, "index"> {
  const name = fileName(file);
  const { address } = file;
  const padded = padTo(file.data, WORD_BYTES);
  const patched: PatchedImage = context.keepHeaders
    ? { data: padded, parameters: null, digestUpdated: false, warning: null }
    : patchHeader(context.chip, { data: padded, address, name, settings: context.settings });
  const writeAddress = address - (address % context.traits.writeAlignment);
  const data = prefixed(patched.data, address - writeAddress);
  const encoded = encodeBlocks(data, { compress, blockSize: context.traits.flashBlockSize });
  const erases = context.eraseAll
    ? null
    : { start: sectorStart(writeAddress), end: sectorEnd(writeAddress + data.length) - 1 };
  return {
    name,
    address,
    sizeBytes: file.data.length,
    writeAddress,
    data,
    erases,
    encoded,
    patched: { parameters: patched.parameters, digestUpdated: patched.digestUpdated },
    notes: fileNotes(name, address, { erases, encoded, writeAddress, sizeBytes: data.length }),
    warnings: patched.warning === null ? [] : [patched.warning],
  };
}

function prefixed(data: Uint8Array, count: number): Uint8Array {
  if (count === 0) return data;
  const longer = new Uint8Array(count + data.length).fill(0xff, 0, count);
  longer.set(data, count);
  return longer;
}

function fileNotes(
  name: string,
  address: number,
  plan: Pick<FilePlan, "erases" | "encoded" | "writeAddress"> & { readonly sizeBytes: number },
): Notice[] {
  const notes: Notice[] = [];
  if (plan.erases !== null && plan.erases.start < address) {
    const lostBytes = address - plan.erases.start;
    notes.push({
      code: "flash.erases-before",
      message:
        `Flash address ${hexAddress(address)} is not aligned to a 0x1000 byte flash sector. ` +
        `0x${lostBytes.toString(16)} bytes before this address will be erased.`,
      details: { address, lostBytes },
    });
  }
  if (plan.writeAddress < address && plan.erases === null)
    notes.push({
      code: "flash.fills-before",
      message: `The loader starts writing at ${hexAddress(plan.writeAddress)} and fills up to the file with FF.`,
      details: { address, writeAddress: plan.writeAddress },
    });
  if (plan.encoded.rejectedBytes !== null)
    notes.push({
      code: "write.incompressible",
      message:
        `Cannot compress file '${name}' more than the original size, will flash uncompressed. ` +
        `Compressed size ${plan.encoded.rejectedBytes} bytes >= uncompressed ${plan.sizeBytes} bytes.`,
      details: { compressedBytes: plan.encoded.rejectedBytes, sizeBytes: plan.sizeBytes },
    });
  return notes;
}

/** The plan as plain data: for a dry run, for tests, for JSON. */
export function describePlan(plan: WritePlan): object {
  return {
    compress: plan.compress,
    blockSize: plan.blockSize,
    warnings: plan.warnings.map(({ message }) => message),
    skipped: plan.skipped.map(({ name, address }) => ({ name, address: hexAddress(address) })),
    files: plan.files.map((file) => ({
      name: file.name,
      address: hexAddress(file.address),
      sizeBytes: file.sizeBytes,
      writeAddress: hexAddress(file.writeAddress),
      writtenBytes: file.data.length,
      md5: toHex(md5(file.data)),
      erases: file.erases === null ? null : [hexAddress(file.erases.start), hexAddress(file.erases.end)],
      compressedBytes: file.encoded.compressedBytes,
      blocks: file.encoded.blocks.map(({ bytes, uncompressedBytes }) => [bytes.length, uncompressedBytes]),
      patched: file.patched,
      notes: file.notes.map(({ message }) => message),
      warnings: file.warnings.map(({ message }) => message),
    })),
  };
}
