import { hexAddress } from "../bytes/hex.ts";
import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean, checkText } from "../check/values.ts";
import { CHIPS, chipById } from "../chip/catalog.ts";
import { checkChipId } from "../chip/chip-index.ts";
import type { ChipId } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import { elfToImage } from "./convert/elf-to-image.ts";
import type { ElfToImageOptions } from "./convert/elf-to-image-options.ts";
import { requireElfFor } from "./elf/elf-machine.ts";
import { type ImageNotice, note } from "./notice.ts";
import type { PlacedFile } from "./overlap.ts";
import type { FirmwareFamily, FirmwareFile } from "./read-firmware-file.ts";
import { checkFirmwareFile } from "./read-firmware-file.ts";

/** Flash settings for the header of an image that is made of an ELF file; default: those of `elfToImage`. */
export interface FirmwareForChipOptions extends Pick<ElfToImageOptions, "flashMode" | "flashFrequency" | "flashSize"> {
  /** Take a file that says it is for another chip. */
  readonly force?: boolean | undefined;
}

/** What goes where in the flash of one chip. */
export interface ChipFirmware {
  readonly files: readonly PlacedFile[];
  readonly notices: readonly ImageNotice[];
}

const checkFirmwareOptions: Check<FirmwareForChipOptions> = shape<FirmwareForChipOptions>({
  force: optional(checkBoolean),
  flashMode: optional(checkText),
  flashFrequency: optional(checkText),
  flashSize: optional(checkText),
});

/**
 * Turns a firmware file into what is to be written to a chip's flash: ELF files are made images, UF2 files must be for
 * this chip, or have parts for it. The images of an ESP8266 program have places of their own; others go to the address of the file.
 * Throws `image.wrong-chip`, and what `elfToImage` throws.
 *
 * @example
 * const { files } = firmwareForChip(readFirmwareFile(bytes, { address: 0x10000, name }), session.chip.id);
 * await writeFlash(session, files);
 */
export function firmwareForChip(file: FirmwareFile, chip: ChipId, options: FirmwareForChipOptions = {}): ChipFirmware {
  const firmware = checkFirmwareFile(file, "file");
  checkChipId(chip, "chip");
  const wanted = checkFirmwareOptions(options, "options");
  const { force = false, ...settings } = wanted;
  if (firmware.families !== undefined) return ofFamily(firmware, firmware.families, chip);
  if (!force) requireFamily(firmware, chip);
  if (firmware.kind !== "elf") return { files: firmware.parts, notices: [] };
  const converted = firmware.parts.map((part) => imagesOf(part, { ...settings, chip }));
  return {
    files: converted.flatMap(({ files }) => files),
    notices: converted.flatMap(({ notices }) => notices),
  };
}

function imagesOf(elf: PlacedFile, options: ElfToImageOptions): ChipFirmware {
  requireElfFor(options.chip, elf);
  const { outputs, notices } = elfToImage(elf.data, options);
  const files = outputs.map(({ bytes, flashOffset }, index) => ({
    address: flashOffset ?? elf.address,
    data: bytes,
    name: outputs.length === 1 ? elf.name : `${elf.name} [${index + 1}/${outputs.length}]`,
  }));
  return { files, notices: [...notices, ...describeConversion(elf, options.chip, files)] };
}

function describeConversion(elf: PlacedFile, chip: ChipId, files: readonly PlacedFile[]): ImageNotice[] {
  const sizes = files.map(({ data }) => data.length).join(" and ");
  const made = `'${elf.name}' is an ELF file: made an ${chipById(chip).name} image of ${sizes} bytes.`;
  if (files[0]?.address === elf.address) return [note("elf.converted", made)];
  const places = files.map(({ address }) => hexAddress(address)).join(" and ");
  const ignored = `It goes to ${places}; ${hexAddress(elf.address)} is ignored.`;
  return [note("elf.converted", made), note("image.own-addresses", ignored)];
}

/** The chip's own parts, and those that are for every chip. Which others would do, force cannot tell. */
function ofFamily(file: FirmwareFile, families: readonly FirmwareFamily[], chip: ChipId): ChipFirmware {
  const { uf2FamilyId } = chipById(chip);
  const isOwn = ({ familyId }: FirmwareFamily): boolean => familyId === null || familyId === uf2FamilyId;
  const own = families.filter(isOwn);
  const others = families.filter((family) => !isOwn(family)).map(({ familyId }) => familyId);
  if (own.length === 0) throw wrongFamily(file, others, chip);
  const files = own.flatMap(({ parts }) => parts);
  const message = `'${fileOf(file)}' has parts for ${familyNames(others)}, which are left out.`;
  return { files, notices: others.length === 0 ? [] : [note("image.other-families", message)] };
}

function requireFamily(file: FirmwareFile, chip: ChipId): void {
  const { familyId } = file;
  if (familyId === null || familyId === chipById(chip).uf2FamilyId) return;
  throw wrongFamily(file, [familyId], chip);
}

function wrongFamily(file: FirmwareFile, familyIds: readonly (number | null)[], chip: ChipId): EspError {
  const { name, uf2FamilyId } = chipById(chip);
  return new EspError(
    "image.wrong-chip",
    `The UF2 file '${fileOf(file)}' is for ${familyNames(familyIds)}, not for ${name}.`,
    {
      hint: "Give the file that was made for this chip.",
      details: {
        file: fileOf(file),
        familyId: familyIds[0] ?? null,
        familyIds,
        expected: uf2FamilyId,
        forcible: false,
      },
    },
  );
}

function familyNames(familyIds: readonly (number | null)[]): string {
  const names = familyIds.map((familyId) => {
    const known = CHIPS.find(({ uf2FamilyId }) => uf2FamilyId !== null && uf2FamilyId === familyId);
    return known?.name ?? `the unknown family ${hexAddress(familyId ?? 0)}`;
  });
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

function fileOf({ parts }: FirmwareFile): string {
  return parts[0]?.name.replace(/ \[\d+\/\d+\]$/, "") ?? "";
}
