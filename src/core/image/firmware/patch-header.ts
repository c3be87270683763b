import { checkBytes, type WithByteSources } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { checkAddress } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkText } from "../../check/values.ts";
import { checkDescriptor } from "../../chip/check-chip.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { HEADER_TOOLS } from "./header-tools.ts";
import { type HeaderSettings, type PatchedImage, type PatchRequest, rewriteHeader } from "./rewrite-header.ts";

export const checkHeaderSettings: Check<HeaderSettings> = shape<HeaderSettings>({
  mode: checkText,
  frequency: checkText,
  size: checkText,
});

const checkPatchRequest: Check<PatchRequest> = shape<PatchRequest>({
  data: checkBytes,
  address: checkAddress,
  name: checkText,
  settings: checkHeaderSettings,
});

/**
 * Puts flash mode, frequency and size into the header of a bootloader image and brings its digest up to date (fact
 * sheet 5.9). What is not such an image comes back untouched, with a warning if it stands in a bootloader's place.
 * Throws `flash.unsupported-size`, `flash.unsupported-frequency`, `argument.invalid` for names the chip does not know.
 */
export function patchHeader(chip: ChipDescriptor, request: WithByteSources<PatchRequest>): PatchedImage {
  checkDescriptor(chip, "chip");
  return rewriteHeader(chip, checkPatchRequest(request, "request"), HEADER_TOOLS);
}
