import { sha256 } from "../bytes/digests.ts";
import { equalBytes } from "../bytes/words.ts";
import { flashFrequencyCode, flashModeByte, flashSizeCode } from "../chip/flash-header.ts";
import type { ChipDescriptor } from "../chip/types.ts";
import { DIGEST_BYTES, IMAGE_MAGIC, type ImageOutline, parseImageOutline } from "./parse-header.ts";
import { findSignatures } from "./signatures.ts";

/** By name, or `keep`. */
export interface HeaderSettings {
  readonly mode: string;
  readonly frequency: string;
  readonly size: string;
}

export interface PatchRequest {
  readonly data: Uint8Array;
  /** Where it goes; only what goes to the chip's bootloader offset is patched. */
  readonly address: number;
  /** For messages. */
  readonly name: string;
  readonly settings: HeaderSettings;
}

export interface PatchWarning {
  readonly code: string;
  readonly message: string;
}

export interface PatchedImage {
  /** The same array when nothing changed, else a copy. */
  readonly data: Uint8Array;
  /** The new bytes 2 and 3, if they differ from the old ones. */
  readonly parameters: { readonly mode: number; readonly sizeFrequency: number } | null;
  readonly digestUpdated: boolean;
  readonly warning: PatchWarning | null;
}

/** Whether anything is asked for at all. */
export function changesHeader({ mode, frequency, size }: HeaderSettings): boolean {
  return mode !== "keep" || frequency !== "keep" || size !== "keep";
}

/**
 * Puts flash mode, frequency and size into the header of a bootloader image and brings its digest up to date (fact
 * sheet 5.9). What is not such an image comes back untouched, with a warning if it stands in a bootloader's place.
 * Throws `flash.unsupported-size`, `flash.unsupported-frequency`, `argument.invalid` for names the chip does not know.
 */
export function patchHeader(chip: ChipDescriptor, { data, address, name, settings }: PatchRequest): PatchedImage {
  const untouched: PatchedImage = { data, parameters: null, digestUpdated: false, warning: null };
  if (data.length < 8 || address !== chip.bootloaderOffset || !changesHeader(settings)) return untouched;
  if (data[0] !== IMAGE_MAGIC)
    return refuse(data, `'${name}' doesn't look like an image file, so its flash settings are not changed.`);
  const outline = parseImageOutline(chip, data);
  if (outline === null)
    return refuse(data, `'${name}' is not a valid ${chip.name} image, so its flash settings are not changed.`);
  // A changed header breaks the signature, and the chip would refuse to start the image.
  if (findSignatures(data, outline.endBytes).length > 0)
    return refuse(data, `'${name}' is signed, so its flash settings are not changed.`);
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

function refuse(data: Uint8Array, message: string): PatchedImage {
  return { data, parameters: null, digestUpdated: false, warning: { code: "image.not-patched", message } };
}

function sizeFrequencyByte(chip: ChipDescriptor, old: number, settings: HeaderSettings): number {
  const size = settings.size === "keep" ? old & 0xf0 : flashSizeCode(chip, settings.size);
  const frequency = settings.frequency === "keep" ? old & 0x0f : flashFrequencyCode(chip, settings.frequency);
  return size | frequency;
}

/** ESP8266 images have no flag for their digest: it is there when it is right. */
function digestMatches(data: Uint8Array, { dataBytes }: ImageOutline): boolean {
  const stored = data.subarray(dataBytes, dataBytes + DIGEST_BYTES);
  return stored.length === DIGEST_BYTES && equalBytes(stored, sha256(data.subarray(0, dataBytes)));
}
