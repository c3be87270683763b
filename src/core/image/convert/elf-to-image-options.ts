import { type Check, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, checkText } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { ChipDescriptor, ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { type ImageNotice, note } from "../notice.ts";
import type { SecurePad } from "./secure-pad.ts";

export interface ElfToImageOptions {
  readonly chip: ChipId;
  /** `qio`, `qout`, `dio` or `dout`. Default `qio`. */
  readonly flashMode?: string | undefined;
  /** E.g. `40m`. Default: code 0. */
  readonly flashFrequency?: string | undefined;
  /** E.g. `4MB`. Default `1MB`. */
  readonly flashSize?: string | undefined;
  /** Format of an ESP8266 image. Default 1. */
  readonly version?: 1 | 2 | 3 | undefined;
  /** The old field for the minimum revision, 0 to 255. Default 0. */
  readonly minimumRevision?: number | undefined;
  /** major x 100 + minor, 0 to 65535. Default 0. */
  readonly minimumRevisionFull?: number | undefined;
  /** major x 100 + minor, 0 to 65535. Default 65535: no limit. */
  readonly maximumRevisionFull?: number | undefined;
  /** Offset in the image at which the ELF file's SHA-256 is stored. Default: in the application descriptor. */
  readonly elfSha256Offset?: number | undefined;
  /** Pads the image so that it can be signed for secure boot; ignored with a note where the chip has none of the kind. */
  readonly securePad?: SecurePad | undefined;
  /** Take the ELF file's segments instead of its sections. */
  readonly useSegments?: boolean | undefined;
  /** Page size of the flash cache. Default: what the application descriptor says, else 64 KB. */
  readonly mmuPageBytes?: number | undefined;
  /** Fill the file with 0xFF up to a multiple of this. */
  readonly padToBytes?: number | undefined;
  /** Let the boot ROM see the RAM segments only; no digest is appended. On the ESP8266: sort the segments by address. */
  readonly ramOnlyHeader?: boolean | undefined;
  /** Default true. */
  readonly appendDigest?: boolean | undefined;
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
    throw new EspError("argument.invalid", `'${name}' cannot be ${value}.`, {
      hint: `Give an integer from ${lowest} to ${highest}.`,
      details: { option: name, value },
    });
  }
  requireSecurePad(chip, options);
}

function requireSecurePad(chip: ChipDescriptor, options: ElfToImageOptions): void {
  if (!padsForSecureBoot(chip, options)) return;
  if (options.appendDigest === false || options.ramOnlyHeader === true)
    throw new EspError("argument.conflict", "Padding for secure boot needs the digest at the image's end.", {
      hint: "Append the digest, and show all segments in the header.",
    });
}

/** Only where the chip has that secure boot; elsewhere the option is ignored (fact sheet 5.6). */
export function padsForSecureBoot(chip: ChipDescriptor, { securePad }: ElfToImageOptions): boolean {
  if (securePad === undefined) return false;
  const { secureBootV1, secureBootV2 } = chip.security;
  return (securePad === "v1" ? secureBootV1 : secureBootV2) !== null;
}

/** A note for each option that this chip's images know nothing of. */
export function ignoredOptions(chip: ChipDescriptor, options: ElfToImageOptions): ImageNotice[] {
  const { securePad, ramOnlyHeader, padToBytes } = options;
  const notices: ImageNotice[] = [];
  const tell = (option: keyof ElfToImageOptions, message: string): void => {
    const value = options[option];
    notices.push(note("image.option-ignored", message, { option, value }));
  };
  if (securePad !== undefined && !padsForSecureBoot(chip, options))
    tell(
      "securePad",
      `Padding for secure boot is ignored: the ${chip.name} has no secure boot ${securePad.toUpperCase()}.`,
    );
  if (chip.imageChipId !== null) return notices;
  if (ramOnlyHeader === true)
    tell("ramOnlyHeader", "A header for RAM only does no more to an ESP8266 image than sort its segments.");
  if (padToBytes !== undefined) tell("padToBytes", "Filling up is ignored: ESP8266 images are not filled up.");
  return notices;
}

export const checkVersion: Check<1 | 2 | 3> = (value, argument) => wholeNumber(1, 3)(value, argument) as 1 | 2 | 3;

/** What the numbers may be is said by `requireImageOptions`. */
export const checkElfOptions: Check<ElfToImageOptions> = shape<ElfToImageOptions>({
  chip: checkChipId,
  flashMode: optional(checkText),
  flashFrequency: optional(checkText),
  flashSize: optional(checkText),
  version: optional(checkVersion),
  minimumRevision: optional(wholeNumber(0)),
  minimumRevisionFull: optional(wholeNumber(0)),
  maximumRevisionFull: optional(wholeNumber(0)),
  elfSha256Offset: optional(wholeNumber(0)),
  securePad: optional(oneOf<SecurePad>(["v1", "v2"])),
  useSegments: optional(checkBoolean),
  mmuPageBytes: optional(wholeNumber(0)),
  padToBytes: optional(wholeNumber(0)),
  ramOnlyHeader: optional(checkBoolean),
  appendDigest: optional(checkBoolean),
});
