import { equalBytes, readU16, readU32 } from "../../bytes/words.ts";
import { memoryTypesAt } from "../../chip/regions.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import type { ImageProblem } from "../image-problem.ts";
import { EXTENDED_HEADER_BYTES, IMAGE_HEADER_BYTES, MAXIMUM_SEGMENTS, SEGMENT_HEADER_BYTES } from "./firmware-image.ts";
import { IMAGE_MAGIC } from "./parse-header.ts";
import { parseFamilyImage, parsePlain } from "./parse-image.ts";

const CHIP_ID_AT = 12;
const DIGEST_FLAG_AT = 23;

/** What speaks against starting an image on its chip. */
export interface ImageInspection {
  /** With these no chip can load it. */
  readonly problems: readonly ImageProblem[];
  /** Check values that are wrong, by name: someone may have changed the image by hand. */
  readonly wrongChecks: readonly string[];
}

const NOTHING: ImageInspection = { problems: [], wrongChecks: [] };

export interface InspectOptions {
  /** Also look at what begins like an image of another chip: the data is where a chip looks for one. */
  readonly ofAnyChip?: boolean | undefined;
}

/** Looks at data that begins like an image of this chip. There is nothing to say of data that does not. */
export function inspectImage(
  chip: ChipDescriptor,
  data: Uint8Array<ArrayBuffer>,
  { ofAnyChip = false }: InspectOptions = {},
): ImageInspection {
  if (!beginsLikeImageOf(chip, data, ofAnyChip)) return NOTHING;
  const { id, imageChipId } = chip;
  const { problems, checksum, digest } =
    imageChipId === null ? parsePlain(data, id) : parseFamilyImage(data, id, imageChipId);
  const wrongChecks = [
    ...(checksum === null || checksum.stored === checksum.computed ? [] : ["checksum"]),
    ...(digest === null || equalBytes(digest.stored, digest.computed) ? [] : ["SHA-256 digest"]),
  ];
  return { problems, wrongChecks };
}

/** The magic byte alone is found too often: the chip's own id, or on the ESP8266 a first segment in its memory. */
function beginsLikeImageOf(chip: ChipDescriptor, data: Uint8Array<ArrayBuffer>, ofAnyChip: boolean): boolean {
  const isExtended = chip.imageChipId !== null;
  const first = IMAGE_HEADER_BYTES + (isExtended ? EXTENDED_HEADER_BYTES : 0);
  if (data[0] !== IMAGE_MAGIC || data.length < first + SEGMENT_HEADER_BYTES) return false;
  const count = data[1] ?? 0;
  if (count === 0) return false;
  if (isExtended && readU16(data, CHIP_ID_AT) === chip.imageChipId) return true;
  if (count > MAXIMUM_SEGMENTS) return false;
  if (isExtended) return ofAnyChip && (data[DIGEST_FLAG_AT] ?? 2) <= 1;
  return memoryTypesAt(chip, readU32(data, first)).length > 0;
}
