import type { Check } from "../check/check.ts";
import { wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkText } from "../check/values.ts";
import { checkHeaderCodes } from "./check-chip.ts";
import { FLASH_MODES, frequencyCode, modeCode, sizeCode } from "./flash-codes.ts";
import type { FlashHeaderCodes } from "./types.ts";

/** Flash settings by name, as in `dio`, `4MB`, `80m`. */
export interface FlashSettings {
  readonly mode: string;
  readonly size: string;
  readonly frequency: string;
}

/** Bytes 2 and 3 of an image header. */
export interface FlashHeaderBytes {
  readonly modeByte: number;
  /** Size in the high half, frequency in the low half. */
  readonly sizeFrequencyByte: number;
}

const checkSettings: Check<FlashSettings> = shape<FlashSettings>({
  mode: checkText,
  size: checkText,
  frequency: checkText,
});
const checkHeaderBytes: Check<FlashHeaderBytes> = shape<FlashHeaderBytes>({
  modeByte: wholeNumber(0, 0xff),
  sizeFrequencyByte: wholeNumber(0, 0xff),
});

/** The header bytes of all three settings. Throws what the single functions below throw. */
export function encodeFlashHeader(chip: FlashHeaderCodes, settings: FlashSettings): FlashHeaderBytes {
  checkHeaderCodes(chip, "chip");
  const wanted = checkSettings(settings, "settings");
  return {
    modeByte: flashModeByte(wanted.mode),
    sizeFrequencyByte: flashSizeCode(chip, wanted.size) | flashFrequencyCode(chip, wanted.frequency),
  };
}

/** The settings in the header bytes; null for codes the chip does not know. Where names share a code, the first. */
export function decodeFlashHeader(
  chip: FlashHeaderCodes,
  bytes: FlashHeaderBytes,
): { readonly [Setting in keyof FlashSettings]: string | null } {
  checkHeaderCodes(chip, "chip");
  const header = checkHeaderBytes(bytes, "bytes");
  return {
    mode: nameOf(FLASH_MODES, header.modeByte),
    size: nameOf(chip.flashSizes, header.sizeFrequencyByte & 0xf0),
    frequency: nameOf(chip.flashFrequencies, header.sizeFrequencyByte & 0x0f),
  };
}

/** The mode byte. Throws `argument.invalid` for an unknown mode. */
export function flashModeByte(mode: string): number {
  return modeCode(checkText(mode, "mode"));
}

/** The code of a size, standing in the high half of the byte. Throws `flash.unsupported-size`. */
export function flashSizeCode(chip: FlashHeaderCodes, size: string): number {
  return sizeCode(checkHeaderCodes(chip, "chip"), checkText(size, "size"));
}

/** The code of a frequency, for the low half of the byte. Throws `flash.unsupported-frequency`. */
export function flashFrequencyCode(chip: FlashHeaderCodes, frequency: string): number {
  return frequencyCode(checkHeaderCodes(chip, "chip"), checkText(frequency, "frequency"));
}

function nameOf(codes: Readonly<Record<string, number>>, code: number): string | null {
  return Object.keys(codes).find((name) => codes[name] === code) ?? null;
}
