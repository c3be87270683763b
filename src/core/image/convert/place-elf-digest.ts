import { equalBytes } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import { DIGEST_BYTES, SEGMENT_HEADER_BYTES } from "../firmware/firmware-image.ts";
import type { SegmentPart } from "./layout-flash-segments.ts";

interface Placement {
  /** Offset in the file at which the digest is to stand. */
  readonly offset: number;
  readonly digest: () => Uint8Array<ArrayBuffer>;
  /** File offset of the first segment's header. */
  readonly start: number;
}

/**
 * Puts the ELF file's SHA-256 into the segment that lies at the given offset of the image file; the segments come back
 * with that one replaced, or null when no segment is there. Throws `image.invalid` when the place is cut by the
 * segment's ends or is not zero.
 */
export function placeElfDigest(segments: readonly SegmentPart[], placement: Placement): SegmentPart[] | null {
  const { offset, digest, start } = placement;
  let position = start;
  for (const [index, segment] of segments.entries()) {
    const end = position + SEGMENT_HEADER_BYTES + segment.data.length;
    if (offset >= position && offset < end)
      return segments.with(index, patched(segment, offset - position - SEGMENT_HEADER_BYTES, placement, digest));
    position = end;
  }
  return null;
}

function patched(
  segment: SegmentPart,
  at: number,
  { offset }: Placement,
  digest: () => Uint8Array<ArrayBuffer>,
): SegmentPart {
  if (at < 0 || at + DIGEST_BYTES > segment.data.length)
    throw new EspError("image.invalid", "Cannot place SHA256 digest on segment boundary.", {
      hint: "Choose another offset for the digest, or reorder the segments in the linker script.",
      details: { offset },
    });
  if (!equalBytes(segment.data.subarray(at, at + DIGEST_BYTES), new Uint8Array(DIGEST_BYTES)))
    throw new EspError(
      "image.invalid",
      `Contents of segment at SHA256 digest offset 0x${offset.toString(16)} are not zero. Refusing to overwrite.`,
      { hint: "Choose an offset at which the image has 32 zero bytes.", details: { offset } },
    );
  // Not slice(): of a Node Buffer that would be a view, and the ELF file would be changed.
  const data = new Uint8Array(segment.data);
  data.set(digest(), at);
  return { ...segment, data };
}
