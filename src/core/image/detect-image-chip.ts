import { chipByImageId } from "../chip/catalog.ts";
import type { ChipId } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import { EXTENDED_HEADER_BYTES, IMAGE_HEADER_BYTES, WRAPPER_MAGIC } from "./firmware-image.ts";
import { IMAGE_MAGIC } from "./parse-header.ts";

const CHIP_ID_AT = 12;
const DIGEST_FLAG_AT = 23;

/**
 * The chip an image was made for, as far as its header tells (fact sheet 5.11): what has no extended header that makes
 * sense counts as an ESP8266 image. Throws `file.empty`, and `image.invalid` for what begins like no image.
 */
export function detectImageChip(bytes: Uint8Array): ChipId {
  requireImageMagic(bytes);
  if (bytes[0] === WRAPPER_MAGIC || bytes.length < IMAGE_HEADER_BYTES + EXTENDED_HEADER_BYTES) return "esp8266";
  const chip = chipByImageId(bytes[CHIP_ID_AT] ?? 0);
  return chip !== undefined && (bytes[DIGEST_FLAG_AT] ?? 2) <= 1 ? chip.id : "esp8266";
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
