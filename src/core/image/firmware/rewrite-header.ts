import { crc32 } from "../../bytes/crc32.ts";
import { sha256 } from "../../bytes/sha256.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { protects, signaturesBehind } from "../signature/signature-marks.ts";
import type { HeaderTools } from "./header-tools.ts";
import type { ReadImage } from "./read-image.ts";

/** By name, or `keep`. */
export interface HeaderSettings {
  readonly mode: string;
  readonly frequency: string;
  readonly size: string;
}

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

/** `rewriteHeader` with what it works with. */
export type HeaderRewriter = (chip: ChipDescriptor, request: PatchRequest) => PatchedImage;

/** Whether anything is asked for at all. */
export function changesHeader({ mode, frequency, size }: HeaderSettings): boolean {
  return mode !== "keep" || frequency !== "keep" || size !== "keep";
}

/**
 * What `patchHeader` does, with arguments that were looked at. A page loads this when a write is to change a header, and is
 * given what it shares with the rest of the page.
 */
export function rewriteHeader(
  chip: ChipDescriptor,
  { data, address, name, settings }: PatchRequest,
  tools: HeaderTools,
): PatchedImage {
  const untouched: PatchedImage = { data, parameters: null, digestUpdated: false, warning: null };
  if (data.length < 8 || address !== chip.bootloaderOffset || !changesHeader(settings)) return untouched;
  const refuse = (what: string): PatchedImage => ({ ...untouched, warning: notPatched(name, address, what) });
  const image = tools.readImage(chip, data);
  if (image === null) return refuse("doesn't look like an image file");
  if (image.problems.length > 0) return refuse(`is not a valid ${chip.name} image`);
  // A changed header breaks the signature, and the chip would refuse to start the image.
  const marks = { mayBeV1: chip.security.secureBootV1 !== null, checksum: crc32 };
  if (protects(signaturesBehind(data, image.endBytes, marks))) return refuse("is signed");
  const { modeByte, sizeFrequencyByte: old } = image.header;
  const mode = settings.mode === "keep" ? modeByte : tools.modeCode(settings.mode);
  const sizeFrequency = sizeFrequencyByte(chip, old, settings, tools);
  const changed = mode !== modeByte || sizeFrequency !== old;
  const hasDigest = image.extended === null ? digestMatches(data, image) : image.extended.hasDigest;
  if (!changed && !hasDigest) return untouched;
  // Not slice(): of a Node Buffer that would be a view, and the caller's bytes would change.
  const patched = new Uint8Array(data);
  patched[2] = mode;
  patched[3] = sizeFrequency;
  if (hasDigest) patched.set(sha256(patched.subarray(0, image.dataBytes)), image.dataBytes);
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

function sizeFrequencyByte(
  chip: ChipDescriptor,
  old: number,
  settings: HeaderSettings,
  { sizeCode, frequencyCode }: HeaderTools,
): number {
  const size = settings.size === "keep" ? old & 0xf0 : sizeCode(chip, settings.size);
  const frequency = settings.frequency === "keep" ? old & 0x0f : frequencyCode(chip, settings.frequency);
  return size | frequency;
}

/** ESP8266 images have no flag for their digest: it is there when it is right. */
function digestMatches(data: Uint8Array<ArrayBuffer>, { dataBytes }: ReadImage): boolean {
  const digest = sha256(data.subarray(0, dataBytes));
  return digest.every((byte, index) => data[dataBytes + index] === byte);
}
