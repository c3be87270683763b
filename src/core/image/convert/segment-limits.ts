import { hexAddress } from "../../bytes/hex.ts";
import { EspError } from "../../errors.ts";
import { MAXIMUM_SEGMENTS, SEGMENT_BYTES_LIMIT } from "../firmware/firmware-image.ts";

interface Sized {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * Throws `image.invalid` for what no boot ROM can load: too many segments, none, or one that is too large. There may be
 * none where something was left out with a warning.
 */
export function requireLoadable(
  segments: readonly Sized[],
  { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
): void {
  if (segments.length === 0 && !mayBeEmpty)
    throw new EspError(
      "image.invalid",
      "There is nothing to put into the image: no part of the program has contents.",
      {
        hint: "Check the linker script, and whether this ELF file is a linked program.",
      },
    );
  if (segments.length > MAXIMUM_SEGMENTS)
    throw new EspError("image.invalid", `Invalid segment count ${segments.length} (max ${MAXIMUM_SEGMENTS}).`, {
      hint: "Usually this indicates a linker script problem.",
      details: { segments: segments.length, maximum: MAXIMUM_SEGMENTS },
    });
  const large = segments.find(({ data }) => data.length >= SEGMENT_BYTES_LIMIT);
  if (large !== undefined) throw segmentTooLarge(large.address, large.data.length);
}

export function segmentTooLarge(address: number, sizeBytes: number): EspError {
  return new EspError(
    "image.invalid",
    `The segment at ${hexAddress(address)} has ${sizeBytes} bytes, 16 MiB is too much.`,
    {
      hint: "Usually this indicates a linker script problem.",
      details: { address, sizeBytes },
    },
  );
}
