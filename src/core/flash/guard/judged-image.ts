import type { EspError } from "../../errors.ts";
import type { ExtendedImageHeader } from "../../image/firmware/firmware-image.ts";
import type { ImageInspection } from "../../image/firmware/inspect-image.ts";
import type { Notice } from "../../notice.ts";
import type { WriteFacts } from "./guard.ts";

export type ImageFacts = Pick<WriteFacts, "chip" | "revision" | "secureDownload" | "recognise">;

/** All that counts of a file as an image. */
export interface JudgedImage {
  readonly name: string;
  readonly address: number;
  /** The address, as it is shown. */
  readonly place: string;
  readonly sizeBytes: number;
  /** Null: it begins like no image that says what it is for. */
  readonly header: ExtendedImageHeader | null;
  /** Of the chip that its header names; null where nobody knows that one. */
  readonly chipName: string | null;
  /** As an image of this chip. */
  readonly ofThisChip: ImageInspection;
  /** Where a chip looks for a program, also what begins like an image of another chip. */
  readonly ofAnyChip: ImageInspection;
  /** What it is where a chip looks for a program, if it is plainly none. */
  readonly contents: string | null;
}

/**
 * What speaks against writing, and what may be wrong of which someone may know better: an image for another chip or with
 * wrong check values; one that is damaged, where a chip looks for an image; and other things in those places.
 */
export interface ImageVerdict {
  readonly refusal: EspError | null;
  readonly warnings: readonly Notice[];
}
