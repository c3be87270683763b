import type { Compressor } from "../../bytes/deflate.ts";
import { hexAddress, toHex } from "../../bytes/hex.ts";
import { md5 } from "../../bytes/md5.ts";
import { padTo } from "../../bytes/words.ts";
import type { LoaderTraits } from "../../chip/loader-traits.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import type { Notice } from "../../events.ts";
import type { HeaderRewriter, HeaderSettings, PatchedImage } from "../../image/firmware/rewrite-header.ts";
import { encryptedAlignment, type FileToWrite, fileName } from "../guard/file-to-write.ts";
import { type PieceContext, planPiece, type WritePiece } from "./plan-piece.ts";
import type { ShortcutApproach } from "./shortcuts.ts";
import type { Shortcuts } from "./write-parts.ts";

export type CompressChoice = "auto" | "always" | "never";

export interface PlanContext {
  readonly chip: ChipDescriptor;
  readonly traits: LoaderTraits;
  /** Security features are on: image headers are left alone, or signatures would no longer be right. */
  readonly keepHeaders: boolean;
  readonly settings: HeaderSettings;
  /** Null: everything is sent plain. */
  readonly compressor: Compressor | null;
  /** Null: there is no header to change. */
  readonly rewriteHeader: HeaderRewriter | null;
  /** The whole chip is erased before. */
  readonly eraseAll: boolean;
  /** Null: nothing is to be left out by what the caller says. */
  readonly shortcuts: Shortcuts | null;
  /** Leave out files that are in flash already. */
  readonly skipFlashed: boolean;
  /** Ask the chip what is there already, and leave that out. */
  readonly skip: boolean;
}

/**
 * How much of a file is written: all of it; all of it unless flash holds it already; what differs from its previous
 * contents; what differs from flash, as the chip's digests tell.
 */
export type Approach = "whole" | "differences" | ShortcutApproach;

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
  readonly data: Uint8Array<ArrayBuffer>;
  /** The loader encrypts it, so that flash shows something else. */
  readonly encrypted: boolean;
  readonly approach: Approach;
  /**
   * What is written, in this order; only of the approach `changes` there may be none or several. Of the approach
   * `differences` there are none before the chip was asked (`partPieces`).
   */
  readonly pieces: readonly WritePiece[];
  readonly patched: Pick<PatchedImage, "parameters" | "digestUpdated">;
  readonly notes: readonly Notice[];
  readonly warnings: readonly Notice[];
}

export interface SkippedFile {
  readonly index: number;
  readonly name: string;
  readonly address: number;
}

export interface WritePlan extends PieceContext, Pick<PlanContext, "shortcuts"> {
  readonly files: readonly FilePlan[];
  /** Files without contents. */
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly Notice[];
  readonly warnings: readonly Notice[];
}

const WORD_BYTES = 4;

/** Whether data is to be compressed. Throws `argument.unsupported` where the loader cannot take it. */
export function wantsCompression(choice: CompressChoice, traits: LoaderTraits): boolean {
  if (choice === "always" && !traits.canCompress)
    throw new EspError("argument.unsupported", "The ROM of this chip cannot take compressed data.", {
      hint: "Use the stub, or write without compression.",
    });
  return choice === "always" || (choice === "auto" && traits.compressByDefault);
}

/** Decides everything about a write, without a chip. Throws `flash.unsupported-*`. */
export function planWrite(files: readonly FileToWrite[], context: PlanContext): WritePlan {
  const { traits, eraseAll, compressor } = context;
  const piece: PieceContext = { compressor, blockSize: traits.flashBlockSize, eraseAll };
  const obstacle = context.shortcuts?.shortcutObstacle(files, context) ?? null;
  const shortcuts = obstacle === null ? context.shortcuts : null;
  const planned: FilePlan[] = [];
  const skipped: SkippedFile[] = [];
  for (const [index, file] of files.entries()) {
    if (file.data.length === 0) skipped.push({ index, name: fileName(file), address: file.address });
    else planned.push(planFile(index, file, { ...context, shortcuts, piece }));
  }
  // The ESP8266's ROM may erase one sector behind the file (fact sheet 3.14): what lies there must come later.
  if (traits.eraseSizeBug) planned.sort((left, right) => left.address - right.address);
  return {
    ...piece,
    shortcuts,
    files: planned,
    skipped,
    notes: obstacle === null ? [] : [obstacle],
    warnings: context.keepHeaders ? [HEADER_KEPT] : [],
  };
}

const HEADER_KEPT: Notice = {
  code: "flash.header-kept",
  message: "Security features enabled, so not changing any flash settings.",
};

function planFile(index: number, file: FileToWrite, context: PlanContext & { readonly piece: PieceContext }): FilePlan {
  const { chip, traits, shortcuts, piece } = context;
  const name = fileName(file);
  const { address, encrypted = false, previous } = file;
  const unit = encrypted ? encryptedAlignment(chip) : WORD_BYTES;
  const writeAddress = address - (address % traits.writeAlignment);
  const prepared = (contents: Uint8Array<ArrayBuffer>) => {
    const image = patchedImage(file, padTo(contents, unit), context);
    return { ...image, data: prefixed(image.data, address - writeAddress) };
  };
  const { data, parameters, digestUpdated, warning } = prepared(file.data);
  const shared = { index, name, address, sizeBytes: file.data.length, writeAddress, data, encrypted };
  const approach = shortcuts?.shortcutApproach(file, context) ?? usualApproach(encrypted, context);
  const changes =
    approach === "changes" && previous !== undefined
      ? shortcuts?.changedRegions(writeAddress, data, prepared(previous).data)
      : undefined;
  return {
    ...shared,
    approach,
    pieces:
      changes?.map((region) => planPiece({ name, ...region, wantedAddress: region.address }, piece)) ??
      (approach === "differences" ? [] : [wholePiece(shared, piece)]),
    patched: { parameters, digestUpdated },
    notes: shortcuts?.shortcutNotes(file, name) ?? [],
    warnings: warning === null ? [] : [warning],
  };
}

type PlannedData = Pick<FilePlan, "name" | "address" | "writeAddress" | "data">;

/** The given parts of a file, a piece each. */
export function partPieces(
  { name, address, writeAddress, data }: PlannedData,
  parts: readonly { readonly offset: number; readonly sizeBytes: number }[],
  context: PieceContext,
): WritePiece[] {
  return parts.map(({ offset, sizeBytes }) =>
    planPiece(
      {
        name,
        address: writeAddress + offset,
        data: data.subarray(offset, offset + sizeBytes),
        wantedAddress: Math.max(address, writeAddress + offset),
      },
      context,
    ),
  );
}

/** All of a file in one piece. */
export function wholePiece({ name, address, writeAddress, data }: PlannedData, context: PieceContext): WritePiece {
  return planPiece({ name, address: writeAddress, data, wantedAddress: address }, context);
}

/** Flash holds the encrypted form, which nobody can compare with. */
function usualApproach(encrypted: boolean, { skip, eraseAll, traits }: PlanContext): Approach {
  return skip && !encrypted && !eraseAll && traits.md5Reply !== null ? "differences" : "whole";
}

function patchedImage(file: FileToWrite, data: Uint8Array<ArrayBuffer>, context: PlanContext): PatchedImage {
  const { keepHeaders, chip, settings, rewriteHeader } = context;
  if (keepHeaders || rewriteHeader === null) return { data, parameters: null, digestUpdated: false, warning: null };
  return rewriteHeader(chip, { data, address: file.address, name: fileName(file), settings });
}

function prefixed(data: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  if (count === 0) return data;
  const longer = new Uint8Array(count + data.length).fill(0xff, 0, count);
  longer.set(data, count);
  return longer;
}

const messages = (notices: readonly Notice[]): string[] => notices.map(({ message }) => message);

/** The plan as plain data: for a dry run, for tests, for JSON. */
export function describePlan(plan: WritePlan): object {
  return {
    compress: plan.compressor !== null,
    blockSize: plan.blockSize,
    notes: messages(plan.notes),
    warnings: messages(plan.warnings),
    skipped: plan.skipped.map(({ name, address }) => ({ name, address: hexAddress(address) })),
    files: plan.files.map((file) => ({
      name: file.name,
      address: hexAddress(file.address),
      sizeBytes: file.sizeBytes,
      writeAddress: hexAddress(file.writeAddress),
      writtenBytes: file.data.length,
      md5: toHex(md5(file.data)),
      encrypted: file.encrypted,
      approach: file.approach,
      pieces: file.pieces.map(describePiece),
      patched: file.patched,
      notes: messages(file.notes),
      warnings: messages(file.warnings),
    })),
  };
}

function describePiece({ address, data, erases, encoded, notes }: WritePiece): object {
  return {
    address: hexAddress(address),
    sizeBytes: data.length,
    erases: erases === null ? null : [hexAddress(erases.start), hexAddress(erases.end)],
    compressedBytes: encoded.compressedBytes,
    blocks: encoded.blocks.map(({ bytes, uncompressedBytes }) => [bytes.length, uncompressedBytes]),
    notes: messages(notes),
  };
}
