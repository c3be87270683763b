import { padTo } from "../bytes/words.ts";
import { chipById } from "../chip/catalog.ts";
import type { ChipDescriptor, ChipId } from "../chip/types.ts";
import { type ElfFile, type ElfPiece, loadableSections, loadableSegments, parseElf } from "./elf.ts";
import { requireImageOptions } from "./elf-to-image-options.ts";
import { buildEsp8266Images } from "./esp8266-images.ts";
import { buildFamilyImage } from "./family-image.ts";
import { mergeSegments } from "./merge-segments.ts";
import { chooseMmuPageSize, findDescriptorSection } from "./mmu-page-size.ts";
import { type ImageNotice, note } from "./notice.ts";
import type { SecurePad } from "./secure-pad.ts";
import { requireLoadable } from "./segment-limits.ts";

/** Where ESP-IDF keeps room for the ELF file's digest: in the application descriptor, the first thing in the file. */
const DESCRIPTOR_DIGEST_OFFSET = 0xb0;

export interface ElfToImageOptions {
  readonly chip: ChipId;
  /** `qio`, `qout`, `dio` or `dout`. Default `qio`. */
  readonly flashMode?: string;
  /** E.g. `40m`. Default: code 0. */
  readonly flashFrequency?: string;
  /** E.g. `4MB`. Default `1MB`. */
  readonly flashSize?: string;
  /** Format of an ESP8266 image. Default 1. */
  readonly version?: 1 | 2 | 3;
  /** The old field for the minimum revision, 0 to 255. Default 0. */
  readonly minimumRevision?: number;
  /** major x 100 + minor, 0 to 65535. Default 0. */
  readonly minimumRevisionFull?: number;
  /** major x 100 + minor, 0 to 65535. Default 65535: no limit. */
  readonly maximumRevisionFull?: number;
  /** Offset in the image at which the ELF file's SHA-256 is stored. Default: in the application descriptor. */
  readonly elfSha256Offset?: number;
  /** Pads the image so that it can be signed for secure boot. */
  readonly securePad?: SecurePad;
  /** Take the ELF file's segments instead of its sections. */
  readonly useSegments?: boolean;
  /** Page size of the flash cache. Default: what the application descriptor says, else 64 KB. */
  readonly mmuPageBytes?: number;
  /** Fill the file with 0xFF up to a multiple of this. */
  readonly padToBytes?: number;
  /** Let the boot ROM see the RAM segments only; no digest is appended. */
  readonly ramOnlyHeader?: boolean;
  /** Default true. */
  readonly appendDigest?: boolean;
}

/** One file to write. */
export interface ImageOutput {
  readonly bytes: Uint8Array;
  /** Where in flash it belongs, if its format fixes that (ESP8266 versions 1 and 2); else null. */
  readonly flashOffset: number | null;
}

export interface ElfToImageResult {
  /** One file; two for ESP8266 version 1 with code in flash. */
  readonly outputs: readonly ImageOutput[];
  /** How many sections were joined with the one before them. */
  readonly mergedCount: number;
  readonly notices: readonly ImageNotice[];
}

/** What the builders of the formats need. */
export interface ImagePlan {
  readonly chip: ChipDescriptor;
  readonly options: ElfToImageOptions;
  readonly entry: number;
  readonly segments: readonly ElfPiece[];
  readonly pageBytes: number;
  /** The ELF file's digest and where it goes; null: nowhere. */
  readonly elfDigest: { readonly offset: number; readonly file: Uint8Array } | null;
}

export interface BuiltImages {
  readonly outputs: readonly ImageOutput[];
  readonly notices: readonly ImageNotice[];
}

/**
 * Makes the firmware image of a program.
 * Throws `image.invalid` and `image.truncated` for the ELF file, and for the options `argument.invalid`,
 * `argument.conflict`, `argument.unsupported`, `flash.unsupported-size` and `flash.unsupported-frequency`.
 *
 * @example
 * const { outputs } = elfToImage(elf, { chip: "esp32c3", flashSize: "4MB", flashMode: "dio", flashFrequency: "80m" });
 */
export function elfToImage(elf: Uint8Array, options: ElfToImageOptions): ElfToImageResult {
  const chip = chipById(options.chip);
  requireImageOptions(chip, options);
  const file = parseElf(elf);
  const { pieces, notices: elfNotices } = readPieces(file, options);
  const { pageBytes, notices: pageNotices } = chooseMmuPageSize(chip, pieces, options.mmuPageBytes);
  const isRamOnly = options.ramOnlyHeader === true && chip.imageChipId !== null;
  const ordered = isRamOnly ? pieces.toSorted((left, right) => left.address - right.address) : pieces;
  const { segments, mergedCount, notices: mergeNotices } = mergeSegments(chip, ordered, { fillGaps: isRamOnly });
  requireLoadable(segments);
  const offset = options.elfSha256Offset ?? (findDescriptorSection(chip, pieces) ? DESCRIPTOR_DIGEST_OFFSET : null);
  const plan: ImagePlan = {
    chip,
    options,
    entry: file.entry,
    segments,
    pageBytes,
    elfDigest: offset === null ? null : { offset, file: elf },
  };
  const built = chip.imageChipId === null ? buildEsp8266Images(plan) : buildFamilyImage(plan, chip.imageChipId);
  const ramOnly = isRamOnly ? [note("image.ram-only", RAM_ONLY_MESSAGE)] : [];
  return {
    outputs: built.outputs,
    mergedCount,
    notices: [...elfNotices, ...pageNotices, ...ramOnly, ...mergeNotices, ...built.notices],
  };
}

const RAM_ONLY_MESSAGE =
  "Image has only RAM segments visible. ROM segments are hidden and SHA256 digest is not appended.";

/** The program's parts, each filled up with zeros to a multiple of four bytes. */
function readPieces(file: ElfFile, { useSegments }: ElfToImageOptions): ReturnType<typeof loadableSections> {
  const { pieces, notices } = useSegments ? { pieces: loadableSegments(file), notices: [] } : loadableSections(file);
  return { pieces: pieces.map((piece) => ({ ...piece, data: padTo(piece.data, 4, 0) })), notices };
}
