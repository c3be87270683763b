import type { ChipDescriptor } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import type { ElfToImageOptions } from "./elf-to-image.ts";

type NumberOption =
  | "minimumRevision"
  | "minimumRevisionFull"
  | "maximumRevisionFull"
  | "elfSha256Offset"
  | "padToBytes";

/** Smallest and largest values; revisions are limited by the width of their fields in the header. */
const LIMITS: Readonly<Record<NumberOption, readonly [number, number]>> = {
  minimumRevision: [0, 0xff],
  minimumRevisionFull: [0, 0xffff],
  maximumRevisionFull: [0, 0xffff],
  elfSha256Offset: [0, 0xffffffff],
  padToBytes: [1, 0x40000000],
};

/** Throws `argument.invalid`, `argument.conflict` or `argument.unsupported` for options that cannot be followed. */
export function requireImageOptions(chip: ChipDescriptor, options: ElfToImageOptions): void {
  for (const [name, [lowest, highest]] of Object.entries(LIMITS)) {
    const value = options[name as NumberOption];
    if (value === undefined || (Number.isInteger(value) && value >= lowest && value <= highest)) continue;
    throw new EspError("argument.invalid", `The option ${name} cannot be ${value}.`, {
      hint: `Give an integer from ${lowest} to ${highest}.`,
      details: { option: name, value },
    });
  }
  if (options.securePad !== undefined) requireSecurePad(chip, options, options.securePad);
}

function requireSecurePad(chip: ChipDescriptor, options: ElfToImageOptions, securePad: "v1" | "v2"): void {
  const { secureBootV1, secureBootV2 } = chip.security;
  if ((securePad === "v1" ? secureBootV1 : secureBootV2) === null)
    throw new EspError("argument.unsupported", `The ${chip.name} has no secure boot ${securePad}.`, {
      hint: securePad === "v1" ? "Pad for secure boot v2 instead." : "Leave the padding for secure boot away.",
      details: { chip: chip.id, securePad },
    });
  if (options.appendDigest === false || options.ramOnlyHeader === true)
    throw new EspError("argument.conflict", "Padding for secure boot needs the digest at the image's end.", {
      hint: "Append the digest, and show all segments in the header.",
    });
}
