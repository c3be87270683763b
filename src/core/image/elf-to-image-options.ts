import type { ChipDescriptor, ChipId } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import type { SecurePad } from "./secure-pad.ts";

export interface ElfToImageOptions {
  readonly chip: ChipId;
  /** `qio`, `qout`, `dio` or `dout`. Default `qio`. */
  readonly flashMode?: string;
  /** E.g. `40m`. Default: code 0. */
  readonly flashFrequency?: string;
  /** E.g. `4MB`. Default `1MB`. */
  readonly flashSize?: string;
  /** Format of an ESP8266 image. Default 1. */
  readonly version?: 1 | 2 | 3;
  /** The old field for the minimum revision, 0 to 255. Default 0. */
  readonly minimumRevision?: number;
  /** major x 100 + minor, 0 to 65535. Default 0. */
  readonly minimumRevisionFull?: number;
  /** major x 100 + minor, 0 to 65535. Default 65535: no limit. */
  readonly maximumRevisionFull?: number;
  /** Offset in the image at which the ELF file's SHA-256 is stored. Default: in the application descriptor. */
  readonly elfSha256Offset?: number;
  /** Pads the image so that it can be signed for secure boot. */
  readonly securePad?: SecurePad;
  /** Take the ELF file's segments instead of its sections. */
  readonly useSegments?: boolean;
  /** Page size of the flash cache. Default: what the application descriptor says, else 64 KB. */
  readonly mmuPageBytes?: number;
  /** Fill the file with 0xFF up to a multiple of this. */
  readonly padToBytes?: number;
  /** Let the boot ROM see the RAM segments only; no digest is appended. */
  readonly ramOnlyHeader?: boolean;
  /** Default true. */
  readonly appendDigest?: boolean;
}

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

function requireSecurePad(chip: ChipDescriptor, options: ElfToImageOptions, securePad: SecurePad): void {
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
