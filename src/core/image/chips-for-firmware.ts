import { listOf } from "../check/values.ts";
import { CHIPS, chipById } from "../chip/catalog.ts";
import { memoryTypesAt } from "../chip/regions.ts";
import type { ChipId } from "../chip/types.ts";
import { type ElfFile, parseElf } from "../elf/elf.ts";
import { loadableSections } from "./elf/loadable-parts.ts";
import { describeImage } from "./firmware/describe-image.ts";
import { IMAGE_MAGIC } from "./firmware/firmware-image.ts";
import type { PlacedFile } from "./overlap.ts";
import { checkFirmwareFile, type FirmwareFile } from "./read-firmware-file.ts";

const checkFiles = listOf(checkFirmwareFile);

/**
 * The chips that all of the files are for: of images by what is in their headers, of ELF files by their kind of core and
 * where in memory their parts belong. One chip: it is this one. Several: the files fit them all, or do not say. Null: no
 * file says anything, as a partition table does not. None: the files contradict each other, or nobody knows the chip.
 *
 * @example
 * const chips = chipsForFirmware([readFirmwareFile(bytes, { address: 0, name })]);
 */
export function chipsForFirmware(files: readonly FirmwareFile[]): ChipId[] | null {
  const said = checkFiles(files, "files").flatMap(({ kind, parts }) =>
    parts.flatMap((part) => (kind === "elf" ? [chipsOfElf(part)] : chipsOfImage(part))),
  );
  const [first, ...others] = said;
  if (first === undefined) return null;
  return first.filter((chip) => others.every((chips) => chips.includes(chip)));
}

/** Nothing of what only begins like an image: data may, by chance. */
function chipsOfImage({ data }: PlacedFile): ChipId[][] {
  if (data[0] !== IMAGE_MAGIC) return [];
  const { chip, problems } = describeImage(data, { chip: "auto" });
  if (problems.length > 0) return [];
  return [chip === null ? [] : [chip]];
}

function chipsOfElf({ data }: PlacedFile): ChipId[] {
  const elf = parseElf(data);
  const pieces = piecesOf(elf);
  return CHIPS.filter(
    ({ id, instructionSet }) =>
      instructionSet === elf.machine && pieces.every(({ first, last }) => holds(id, first) && holds(id, last)),
  ).map(({ id }) => id);
}

function piecesOf(elf: ElfFile): { first: number; last: number }[] {
  const found = elf.sections.length === 0 ? [] : loadableSections(elf).pieces;
  return found.map(({ address, data }) => ({ first: address, last: address + data.length - 1 }));
}

/** The lowest addresses stand for padding and are no memory. */
function holds(chip: ChipId, address: number): boolean {
  return memoryTypesAt(chipById(chip), address).some((name) => name !== "PADDING");
}
