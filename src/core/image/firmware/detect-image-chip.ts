import { readU16, readU32 } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { entryByImageId, RETIRED_IMAGE_CHIP_IDS } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { EXTENDED_HEADER_BYTES, IMAGE_HEADER_BYTES, IMAGE_MAGIC, WRAPPER_MAGIC } from "./firmware-image.ts";

const CHIP_ID_AT = 12;
const RESERVED_AT = 19;
const DIGEST_FLAG_AT = 23;

/** Where an ESP8266 loads anything to, or sees its flash (fact sheet 4.9). */
const ESP8266_MEMORY = { start: 0x3ff00000, end: 0x40400000 };

/**
 * The chip an image was made for, as far as its header tells (fact sheet 5.11): what has no extended header that makes
 * sense counts as an ESP8266 image. Null for one with such a header, but for a chip that nobody knows: the first
 * segment of an ESP8266 image, which would stand there, lies in its memory. Throws `file.empty`, and `image.invalid` for
 * what begins like no image.
 */
export function detectImageChip(bytes: ByteSource): ChipId | null {
  const file = checkBytes(bytes, "bytes");
  requireImageMagic(file);
  if (file[0] === WRAPPER_MAGIC || file.length < IMAGE_HEADER_BYTES + EXTENDED_HEADER_BYTES) return "esp8266";
  if ((file[DIGEST_FLAG_AT] ?? 2) > 1) return "esp8266";
  const chip = entryByImageId(readU16(file, CHIP_ID_AT));
  if (chip !== undefined) return chip.id;
  const isExtended = file.subarray(RESERVED_AT, DIGEST_FLAG_AT).every((byte) => byte === 0);
  const first = readU32(file, IMAGE_HEADER_BYTES);
  const isEsp8266 = first >= ESP8266_MEMORY.start && first < ESP8266_MEMORY.end;
  return isExtended && !isEsp8266 ? null : "esp8266";
}

/** The name of the chip with that id in its images, retired ones too; null for one that nobody knows. */
export function imageChipName(imageChipId: number): string | null {
  return entryByImageId(imageChipId)?.name ?? RETIRED_IMAGE_CHIP_IDS[imageChipId] ?? null;
}

/** Throws `file.empty`, and `image.invalid` for what begins like no image. */
export function requireImageMagic(bytes: Uint8Array): void {
  const magic = bytes[0];
  if (magic === undefined)
    throw new EspError("file.empty", "The image is empty.", {
      hint: "Build or copy the file again.",
      details: { offset: 0 },
    });
  if (magic === IMAGE_MAGIC || magic === WRAPPER_MAGIC) return;
  throw new EspError("image.invalid", `This is no firmware image: it begins with 0x${hexByte(magic)}, not 0xe9.`, {
    hint: "Give an application or bootloader image, not another kind of file.",
    details: { offset: 0, magic },
  });
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0");
}
