import type { ChipDescriptor } from "../../chip/types.ts";
import { protects, signaturesBehind } from "../signature/signature-marks.ts";
import type { HeaderTools } from "./header-tools.ts";
import type { ImageOutline } from "./parse-header.ts";

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
  if (data[0] !== tools.imageMagic) return refuse("doesn't look like an image file");
  const outline = tools.outlineOf(chip, data);
  if (outline === null) return refuse(`is not a valid ${chip.name} image`);
  // A changed header breaks the signature, and the chip would refuse to start the image.
  const marks = { mayBeV1: chip.security.secureBootV1 !== null, checksum: tools.crc32 };
  if (protects(signaturesBehind(data, outline.endBytes, marks))) return refuse("is signed");
  const mode = settings.mode === "keep" ? outline.modeByte : tools.modeCode(settings.mode);
  const sizeFrequency = sizeFrequencyByte(chip, outline.sizeFrequencyByte, settings, tools);
  const changed = mode !== outline.modeByte || sizeFrequency !== outline.sizeFrequencyByte;
  const hasDigest = outline.extended === null ? digestMatches(data, outline, tools) : outline.extended.hasDigest;
  if (!changed && !hasDigest) return untouched;
  // Not slice(): of a Node Buffer that would be a view, and the caller's bytes would change.
  const patched = new Uint8Array(data);
  patched[2] = mode;
  patched[3] = sizeFrequency;
  if (hasDigest) patched.set(tools.sha256(patched.subarray(0, outline.dataBytes)), outline.dataBytes);
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
function digestMatches(data: Uint8Array<ArrayBuffer>, { dataBytes }: ImageOutline, { sha256 }: HeaderTools): boolean {
  const digest = sha256(data.subarray(0, dataBytes));
  return digest.every((byte, index) => data[dataBytes + index] === byte);
}
