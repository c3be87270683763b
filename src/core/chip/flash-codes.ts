import { EspError } from "../errors.ts";
import type { FlashHeaderCodes } from "./types.ts";

/** Flash mode name to the third byte of an image header (fact sheet 4.5). */
export const FLASH_MODES = { qio: 0, qout: 1, dio: 2, dout: 3 } as const;

export type FlashMode = keyof typeof FLASH_MODES;

// The codes of names that are known to be strings, of a chip that is known to be one: what is open to everybody looks at its
// arguments first (flash-header.ts).

/** The mode byte. Throws `argument.invalid` for an unknown mode. */
export function modeCode(mode: string): number {
  const code = codeOf(FLASH_MODES, mode);
  if (code !== undefined) return code;
  throw new EspError("argument.invalid", `There is no flash mode '${mode}'.`, {
    hint: `Choose from ${Object.keys(FLASH_MODES).join(", ")}.`,
    details: { mode },
  });
}

/** The code of a size, standing in the high half of the byte. Throws `flash.unsupported-size`. */
export function sizeCode(chip: FlashHeaderCodes, size: string): number {
  const code = codeOf(chip.flashSizes, size);
  if (code !== undefined) return code;
  const supported = Object.keys(chip.flashSizes);
  throw new EspError("flash.unsupported-size", `The ${chip.name} does not support flash size '${size}'.`, {
    hint: `Supported sizes: ${supported.join(", ")}.`,
    details: { size, supported },
  });
}

/** The code of a frequency, for the low half of the byte. Throws `flash.unsupported-frequency`. */
export function frequencyCode(chip: FlashHeaderCodes, frequency: string): number {
  const code = codeOf(chip.flashFrequencies, frequency);
  if (code !== undefined) return code;
  const supported = Object.keys(chip.flashFrequencies);
  throw new EspError(
    "flash.unsupported-frequency",
    `The ${chip.name} does not support flash frequency '${frequency}'.`,
    {
      hint: `Supported frequencies: ${supported.join(", ")}.`,
      details: { frequency, supported },
    },
  );
}

function codeOf(codes: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(codes, name) ? codes[name] : undefined;
}
