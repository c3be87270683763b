import { sha256 } from "../../bytes/digests.ts";
import { equalBytes } from "../../bytes/words.ts";
import { checkBytes, type WithByteSources } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { checkAddress } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkText } from "../../check/values.ts";
import { checkDescriptor } from "../../chip/check-chip.ts";
import { flashFrequencyCode, flashModeByte, flashSizeCode } from "../../chip/flash-header.ts";
import type { ChipDescriptor } from "../../chip/types.ts";

import { DIGEST_BYTES, IMAGE_MAGIC, type ImageOutline, parseImageOutline } from "./parse-header.ts";
import { findSignatures, isSigned } from "./signatures.ts";

/** By name, or `keep`. */
export interface HeaderSettings {
  readonly mode: string;
  readonly frequency: string;
  readonly size: string;
}

export const checkHeaderSettings: Check<HeaderSettings> = shape<HeaderSettings>({
  mode: checkText,
  frequency: checkText,
  size: checkText,
});

export interface PatchRequest {
  readonly data: Uint8Array<ArrayBuffer>;
  /** Where it goes; only what goes to the chip's bootloader offset is patched. */
  readonly address: number;
  /** For messages. */
  readonly name: string;
  readonly settings: HeaderSettings;
}

export interface PatchWarning {
  readonly code: "image.not-patched";
  readonly message: string;
}

export interface PatchedImage {
  /** The same array when nothing changed, else a copy. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The new bytes 2 and 3, if they differ from the old ones. */
  readonly parameters: { readonly mode: number; readonly sizeFrequency: number } | null;
  readonly digestUpdated: boolean;
  readonly warning: PatchWarning | null;
}

/** Whether anything is asked for at all. */
export function changesHeader({ mode, frequency, size }: HeaderSettings): boolean {
  return mode !== "keep" || frequency !== "keep" || size !== "keep";
}

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
  const { data, address, name, settings } = checkPatchRequest(request, "request");
  const untouched: PatchedImage = { data, parameters: null, digestUpdated: false, warning: null };
  if (data.length < 8 || address !== chip.bootloaderOffset || !changesHeader(settings)) return untouched;
  const refuse = (what: string): PatchedImage => ({ ...untouched, warning: notPatched(name, address, what) });
  if (data[0] !== IMAGE_MAGIC) return refuse("doesn't look like an image file");
  const outline = parseImageOutline(chip, data);
  if (outline === null) return refuse(`is not a valid ${chip.name} image`);
  // A changed header breaks the signature, and the chip would refuse to start the image.
  if (isSigned(findSignatures(data, outline.endBytes, chip))) return refuse("is signed");
  const mode = settings.mode === "keep" ? outline.modeByte : flashModeByte(settings.mode);
  const sizeFrequency = sizeFrequencyByte(chip, outline.sizeFrequencyByte, settings);
  const changed = mode !== outline.modeByte || sizeFrequency !== outline.sizeFrequencyByte;
  const hasDigest = outline.extended === null ? digestMatches(data, outline) : outline.extended.hasDigest;
  if (!changed && !hasDigest) return untouched;
  // Not slice(): of a Node Buffer that would be a view, and the caller's bytes would change.
  const patched = new Uint8Array(data);
  patched[2] = mode;
  patched[3] = sizeFrequency;
  if (hasDigest) patched.set(sha256(patched.subarray(0, outline.dataBytes)), outline.dataBytes);
  return {
    data: patched,
    parameters: changed ? { mode, sizeFrequency } : null,
    digestUpdated: hasDigest,
    warning: null,
  };
}

/** The reference's sentence, by which scripts know it (fact sheets 5.9 and 8), behind the name it leaves out. */
function notPatched(name: string, address: number, what: string): PatchWarning {
  const sentence = `Image file at 0x${address.toString(16)} ${what}, so not changing any flash settings.`;
  return { code: "image.not-patched", message: `'${name}': ${sentence}` };
}

function sizeFrequencyByte(chip: ChipDescriptor, old: number, settings: HeaderSettings): number {
  const size = settings.size === "keep" ? old & 0xf0 : flashSizeCode(chip, settings.size);
  const frequency = settings.frequency === "keep" ? old & 0x0f : flashFrequencyCode(chip, settings.frequency);
  return size | frequency;
}

/** ESP8266 images have no flag for their digest: it is there when it is right. */
function digestMatches(data: Uint8Array<ArrayBuffer>, { dataBytes }: ImageOutline): boolean {
  const stored = data.subarray(dataBytes, dataBytes + DIGEST_BYTES);
  return stored.length === DIGEST_BYTES && equalBytes(stored, sha256(data.subarray(0, dataBytes)));
}
