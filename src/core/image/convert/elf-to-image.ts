// Shelf: from a program to its image: segments merged, laid out for the flash cache, padded, sealed.
// In: an ELF and options.
// Out: a `FirmwareImage` as bytes, with notices.

import { padTo } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { chipById } from "../../chip/catalog.ts";
import { type ElfFile, parseElf } from "../../elf/elf.ts";
import { loadableSections, loadableSegments } from "../elf/loadable-parts.ts";
import { type ImageNotice, note, warning } from "../notice.ts";
import {
  checkElfOptions,
  type ElfToImageOptions,
  ignoredOptions,
  requireImageOptions,
} from "./elf-to-image-options.ts";
import { buildEsp8266Images } from "./esp8266-images.ts";
import { buildFamilyImage } from "./family-image.ts";
import type { ImageOutput, ImagePlan } from "./image-plan.ts";
import { mergeSegments } from "./merge-segments.ts";
import { chooseMmuPageSize, findDescriptorSection } from "./mmu-page-size.ts";
import { requireLoadable } from "./segment-limits.ts";

/** Where ESP-IDF keeps room for the ELF file's digest: in the application descriptor, the first thing in the file. */
const DESCRIPTOR_DIGEST_OFFSET = 0xb0;

export interface ElfToImageResult {
  /** One file; two for ESP8266 version 1 with code in flash. */
  readonly outputs: readonly ImageOutput[];
  /** How many sections were joined with the one before them. */
  readonly mergedCount: number;
  readonly notices: readonly ImageNotice[];
}

/**
 * Makes the firmware image of a program. `onNotice` is told each notice at once: what is found before an error often
 * explains it. Throws `image.invalid` and `image.truncated` for the ELF file, and for the options `argument.invalid`,
 * `argument.conflict`, `argument.unsupported`, `flash.unsupported-size` and `flash.unsupported-frequency`.
 *
 * @example
 * const { outputs } = elfToImage(elf, { chip: "esp32c3", flashSize: "4MB", flashMode: "dio", flashFrequency: "80m" });
 */
export function elfToImage(
  elf: ByteSource,
  options: ElfToImageOptions,
  onNotice: (notice: ImageNotice) => void = () => {},
): ElfToImageResult {
  const program = checkBytes(elf, "elf");
  const wanted = checkElfOptions(options, "options");
  const notices: ImageNotice[] = [];
  const tell = (found: readonly ImageNotice[]): void => {
    notices.push(...found);
    for (const notice of found) onNotice(notice);
  };
  const chip = chipById(wanted.chip);
  requireImageOptions(chip, wanted);
  const file = parseElf(program);
  const { pieces, notices: elfNotices } = readPieces(file, wanted);
  tell(elfNotices);
  const { pageBytes, notices: pageNotices } = chooseMmuPageSize(chip, pieces, wanted.mmuPageBytes);
  tell(pageNotices);
  const isSorted = wanted.ramOnlyHeader === true;
  const isRamOnly = isSorted && chip.imageChipId !== null;
  if (isRamOnly) tell([note("image.ram-only", RAM_ONLY_MESSAGE)]);
  const ordered = isSorted ? pieces.toSorted((left, right) => left.address - right.address) : pieces;
  const { segments, mergedCount, notices: mergeNotices } = mergeSegments(chip, ordered, { fillGaps: isRamOnly });
  tell(mergeNotices);
  requireLoadable(segments, { mayBeEmpty: elfNotices.length > 0 });
  const offset = wanted.elfSha256Offset ?? (findDescriptorSection(chip, pieces) ? DESCRIPTOR_DIGEST_OFFSET : null);
  const plan: ImagePlan = {
    chip,
    options: wanted,
    entry: file.entry,
    segments,
    pageBytes,
    elfDigest: offset === null ? null : { offset, file: program },
  };
  const built = chip.imageChipId === null ? buildEsp8266Images(plan) : buildFamilyImage(plan, chip.imageChipId);
  tell([...ignoredOptions(chip, wanted), ...built.notices]);
  if (segments.length === 0) tell([warning("elf.nothing-left", NOTHING_LEFT_MESSAGE)]);
  return { outputs: built.outputs, mergedCount, notices };
}

const NOTHING_LEFT_MESSAGE = "No section of the ELF file has contents of a type that is loaded: the image is empty.";
const RAM_ONLY_MESSAGE =
  "Image has only RAM segments visible. ROM segments are hidden and SHA256 digest is not appended.";

/** The program's parts, each filled up with zeros to a multiple of four bytes. */
function readPieces(file: ElfFile, { useSegments }: ElfToImageOptions): ReturnType<typeof loadableSections> {
  const { pieces, notices } = useSegments ? { pieces: loadableSegments(file), notices: [] } : loadableSections(file);
  return { pieces: pieces.map((piece) => ({ ...piece, data: padTo(piece.data, 4, 0) })), notices };
}
