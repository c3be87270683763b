import type { ChipDescriptor } from "../../chip/types.ts";
import { type ImageProblem, invalid, truncated } from "../image-problem.ts";
import {
  DIGEST_BYTES,
  EXTENDED_HEADER_BYTES,
  type ExtendedImageHeader,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  type ImageHeader,
} from "./firmware-image.ts";
import { EXTENDED_HEADER, IMAGE_HEADER } from "./header-layouts.ts";
import { type ImageBody, readBody } from "./image-body.ts";

/** An image as it stands in its file; its digest is not computed. */
export interface ReadImage extends ImageBody {
  readonly header: ImageHeader;
  /** Null on the ESP8266, and where it breaks off. */
  readonly extended: ExtendedImageHeader | null;
  /** Where the header announces one and it is whole. */
  readonly digest: Uint8Array<ArrayBuffer> | null;
  /** Where the image ends, with the digest that is announced. */
  readonly endBytes: number;
}

/** As all chips but the ESP8266 read it. */
export function readFamilyImage(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader): ReadImage {
  const found = readExtendedHeader(bytes, IMAGE_HEADER_BYTES);
  if (found === null) {
    const problems = [truncated("its extended header", bytes.length)];
    return {
      ...readBody(bytes, bytes.length, 0),
      header,
      extended: null,
      digest: null,
      endBytes: bytes.length,
      problems,
    };
  }
  const { extended, problems } = found;
  const body = readBody(bytes, IMAGE_HEADER_BYTES + EXTENDED_HEADER_BYTES, header.segmentCount);
  const endBytes = body.dataBytes + (extended.hasDigest ? DIGEST_BYTES : 0);
  // What breaks off before its checksum has no place for a digest.
  const hasDigest = extended.hasDigest && body.checksum !== null;
  const isCut = hasDigest && endBytes > bytes.length;
  return {
    ...body,
    header,
    extended,
    digest: hasDigest && !isCut ? bytes.subarray(body.dataBytes, endBytes) : null,
    endBytes,
    problems: [...problems, ...body.problems, ...(isCut ? [truncated("its SHA-256 digest", bytes.length)] : [])],
  };
}

/** As the ESP8266's boot ROM reads it: nothing announces a digest. */
export function readPlainImage(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader): ReadImage {
  const body = readBody(bytes, IMAGE_HEADER_BYTES, header.segmentCount);
  return { ...body, header, extended: null, digest: null, endBytes: body.dataBytes };
}

/** What begins with the magic byte, as this kind of chip reads it; null for anything else. */
export function readImage(
  { imageChipId }: Pick<ChipDescriptor, "imageChipId">,
  data: Uint8Array<ArrayBuffer>,
): ReadImage | null {
  const { header } = readHeader(data, 0, IMAGE_MAGIC);
  if (header === null) return null;
  return imageChipId === null ? readPlainImage(data, header) : readFamilyImage(data, header);
}

/** The same where it is a whole image; another chip's id is no reason against it: the caller decides what to make of that. */
export function readSoundImage(
  chip: Pick<ChipDescriptor, "imageChipId">,
  data: Uint8Array<ArrayBuffer>,
): ReadImage | null {
  const image = readImage(chip, data);
  return image?.problems.length === 0 ? image : null;
}

type FoundHeader =
  | { readonly header: ImageHeader; readonly problem: null }
  | { readonly header: null; readonly problem: ImageProblem };

export function readHeader(bytes: Uint8Array<ArrayBuffer>, offset: number, magic: number): FoundHeader {
  const fields = IMAGE_HEADER.decode(bytes.subarray(offset, offset + IMAGE_HEADER_BYTES));
  if (fields === null) return { header: null, problem: truncated("its header", bytes.length) };
  const { magic: found, ...header } = fields;
  if (found === magic) return { header, problem: null };
  const message = `A header should begin with 0x${magic.toString(16)}, not 0x${found.toString(16)}.`;
  return { header: null, problem: invalid(message, offset) };
}

/** Null: it breaks off. */
function readExtendedHeader(
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
): { readonly extended: ExtendedImageHeader; readonly problems: readonly ImageProblem[] } | null {
  const fields = EXTENDED_HEADER.decode(bytes.subarray(offset, offset + EXTENDED_HEADER_BYTES));
  if (fields === null) return null;
  const { digestFlag, ...facts } = fields;
  const extended = { ...facts, hasDigest: digestFlag === 1 };
  if (digestFlag <= 1) return { extended, problems: [] };
  const message = `The header's mark for the digest is ${digestFlag}, it must be 0 or 1.`;
  return { extended, problems: [invalid(message, offset + 15)] };
}
