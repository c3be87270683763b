import { hexAddress } from "../bytes/hex.ts";
import { equalBytes } from "../bytes/words.ts";
import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { checkText } from "../check/values.ts";
import { chipById } from "../chip/catalog.ts";
import { isFlashAddress } from "../chip/regions.ts";
import type { ChipDescriptor, ChipId } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import type { Notice } from "../events.ts";
import { detectImageChip, requireImageMagic } from "../image/firmware/detect-image-chip.ts";
import type { FirmwareImage } from "../image/firmware/firmware-image.ts";
import { parseImage } from "../image/firmware/parse-image.ts";
import { readFirmwareFile } from "../image/read-firmware-file.ts";
import { requireSound } from "../image/require-sound.ts";

/** A program for RAM: what goes where, and where it begins. */
export interface RamImage {
  readonly segments: readonly { readonly address: number; readonly data: Uint8Array<ArrayBuffer> }[];
  /** 0: nothing is started. */
  readonly entry: number;
}

/**
 * The image in a file: the file itself, or what its Intel HEX records hold. Throws `file.empty`, and `image.invalid`
 * for several images merged into one file and for what is no image.
 */
export function unpackRamFile(bytes: ByteSource, name: string): Uint8Array<ArrayBuffer> {
  const contents = checkBytes(bytes, "bytes");
  checkText(name, "name");
  const { kind, parts } = readFirmwareFile(contents, { address: 0, name });
  if (kind === "elf")
    throw new EspError("image.invalid", `'${name}' is an ELF file, not an image.`, {
      hint: "Make an image of it first, with a header for RAM only.",
      remedies: ["make-ram-image"],
      details: { file: name },
    });
  const [only, ...more] = parts;
  if (only === undefined || more.length > 0)
    throw new EspError("image.invalid", `Merged binary image detected: '${name}' has ${parts.length} parts.`, {
      hint: "Give one image for RAM, not several in one file.",
      details: { file: name, parts: parts.length },
    });
  requireImageMagic(only.data);
  return only.data;
}

export interface ParsedRamImage {
  readonly image: RamImage;
  /** What a person should know, but nothing that speaks against loading it. */
  readonly warnings: readonly Notice[];
}

/**
 * Reads an image that is to run from RAM on this chip. What the boot ROM would refuse is refused; the digest, which it
 * does not look at, is not: images are patched by hand. Throws `image.invalid` or `image.truncated` for a damaged one,
 * `image.wrong-chip`, and `image.not-for-ram` for one with segments in flash.
 */
export function parseRamImage(bytes: Uint8Array, chip: ChipDescriptor): ParsedRamImage {
  const parsed = parseForChip(bytes, chip);
  const { segments, header, digest, notices } = parsed;
  if (!segments.some(({ data }) => data.length > 0))
    throw new EspError("image.invalid", "The image has nothing in it to load.", {
      hint: "Give an image for RAM.",
    });
  // The one segment that no checksum covers is the flash segment of an ESP8266 image of version 2.
  const flash = segments.find((segment) => isFlashAddress(chip, segment.address) || !segment.includeInChecksum);
  if (flash !== undefined) throw inFlash(flash.address);
  const warnings: Notice[] = notices.map(({ code, message }) => ({ code, message }));
  if (digest !== null && !equalBytes(digest.stored, digest.computed))
    warnings.push({ code: "image.digest-wrong", message: "The SHA-256 digest of the image is wrong; it is loaded." });
  const image = { segments: segments.map(({ address, data }) => ({ address, data })), entry: header.entry };
  return { image, warnings };
}

/** An image of another chip may look like a damaged one of this chip; what its own header says comes first then. */
function parseForChip(bytes: Uint8Array, chip: ChipDescriptor): FirmwareImage {
  const found = detectImageChip(bytes);
  const image = parseHeader(bytes, chip, found);
  if (image.notices.some(({ code }) => code === "image.wrong-chip")) throw wrongChip(bytes, chip, found);
  if (image.problems.length > 0 && found !== chip.id) throw wrongChip(bytes, chip, found);
  requireSound(image);
  requireIntact(image);
  return image;
}

function parseHeader(bytes: Uint8Array, chip: ChipDescriptor, found: ChipId | null): FirmwareImage {
  try {
    return parseImage(bytes, chip.id);
  } catch (error) {
    if (found !== chip.id) throw wrongChip(bytes, chip, found);
    throw error;
  }
}

function requireIntact({ checksum }: FirmwareImage): void {
  if (checksum === null || checksum.stored === checksum.computed) return;
  throw new EspError("image.invalid", "The image is damaged: its checksum is wrong.", {
    hint: "Build or copy it again.",
    details: { ...checksum },
  });
}

function wrongChip(bytes: Uint8Array, chip: ChipDescriptor, found: ChipId | null): EspError {
  // What a damaged extended header leaves the detection with says ESP8266 for want of anything better.
  const isKnown =
    found !== null && found !== chip.id && !(found === "esp8266" && chip.imageChipId !== null && (bytes[23] ?? 2) <= 1);
  const instead = isKnown ? ` but an ${chipById(found).name} image` : "";
  return new EspError("image.wrong-chip", `This is not an ${chip.name} image${instead}.`, {
    hint: `Build it for the ${chip.name}.`,
    details: { expected: chip.id, found: isKnown ? found : null, forcible: false },
  });
}

function inFlash(address: number): EspError {
  return new EspError("image.not-for-ram", `The image has a segment at ${hexAddress(address)}, which is flash.`, {
    hint: "Only images that are linked for RAM alone can be loaded; this one is for flash.",
    remedies: ["write-flash"],
    details: { address },
  });
}
