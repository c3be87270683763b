import { sha256ByHost } from "../../bytes/sha256-by-host.ts";
import { equalBytes } from "../../bytes/words.ts";
import { isInMemory } from "../../chip/regions.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import type { ImageProblem } from "../image-problem.ts";
import { MAXIMUM_SEGMENTS } from "./firmware-image.ts";
import type { ReadImage } from "./read-image.ts";

const DIGEST_FLAG_AT = 23;

/** What speaks against starting an image on its chip. */
export interface ImageInspection {
  /** With these no chip can load it. */
  readonly problems: readonly ImageProblem[];
  /** Check values that are wrong, by name: someone may have changed the image by hand. */
  readonly wrongChecks: readonly string[];
}

/** Whether the chip can load it, and whether its check values are right. Throws `package.part-missing`. */
export async function inspectImage(
  { problems, checksum, digest, dataBytes }: ReadImage,
  data: Uint8Array<ArrayBuffer>,
): Promise<ImageInspection> {
  const wrongChecks: string[] = [];
  if (checksum !== null && checksum.stored !== checksum.computed) wrongChecks.push("checksum");
  if (digest !== null && !equalBytes(digest, await sha256ByHost(data.subarray(0, dataBytes))))
    wrongChecks.push("SHA-256 digest");
  return { problems, wrongChecks };
}

/**
 * Whether data that were read as an image are meant to be one: the magic byte alone is found too often. `own`: they have the
 * chip's id, or on the ESP8266 a first segment in its memory. `another`: they would make sense for another chip.
 */
export function likenessOf(
  chip: ChipDescriptor,
  { header: { segmentCount }, extended, segments: [first] }: ReadImage,
  data: Uint8Array<ArrayBuffer>,
): "own" | "another" | null {
  if (first === undefined) return null;
  if (extended !== null && extended.chipId === chip.imageChipId) return "own";
  if (segmentCount > MAXIMUM_SEGMENTS) return null;
  if (extended === null) return isInMemory(chip, first.address) ? "own" : null;
  return (data[DIGEST_FLAG_AT] ?? 2) <= 1 ? "another" : null;
}
