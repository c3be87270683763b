// Shelf: what may be written where, and what must not: sizes, overlaps, secure boot, encryption. Pure but for reading
//   the facts.
// In: files, facts, options.
// Out: nothing, or the refusals in the order in which they matter.

import { hexAddress } from "../../bytes/hex.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { imageChipName } from "../../image/firmware/detect-image-chip.ts";
import { inspectImage } from "../../image/firmware/inspect-image.ts";
import { type ExtendedHeader, parseImageOutline } from "../../image/firmware/parse-header.ts";
import { overlapError } from "../../image/overlap.ts";
import type { SecurityFacts } from "../setup/flash-memo.ts";
import { outOfRange } from "../setup/range.ts";
import { type FlashFile, fileName } from "./file-to-write.ts";

/** Encrypted files are checked like all others, by what they are before. */
export type GuardedFile = FlashFile & { readonly encrypted?: boolean | undefined };

/** Everything the decision whether to write depends on. */
export interface WriteFacts {
  readonly chip: ChipDescriptor;
  readonly security: SecurityFacts;
  /** major x 100 + minor; null where it cannot be read. */
  readonly revision: number | null;
  readonly secureDownload: boolean;
  /** Size of the flash as far as is known, else null. */
  readonly limitBytes: number | null;
  readonly reachesBeyond16MiB: boolean;
  /** What data is that is plainly no firmware, as in "an HTML page"; null for anything else. */
  readonly recognise: (data: Uint8Array<ArrayBuffer>) => string | null;
}

/** As `loadSecurityRules` gives it. */
interface GuardsSecurity {
  readonly guardSecurity: (files: readonly GuardedFile[], facts: WriteFacts) => EspError | null;
}

export interface GuardOptions {
  /** Skip what can be wanted by someone who knows: security features, other chip's images. */
  readonly force: boolean;
  /** Null: no security feature is on. */
  readonly rules: GuardsSecurity | null;
}

/** The first reason not to write these files, or null (fact sheet 6.1, items 8, 10 and 12). */
export function guardWrite(files: readonly GuardedFile[], facts: WriteFacts, options: GuardOptions): EspError | null {
  return (
    guardArguments(files) ??
    guardOverlap(files) ??
    (options.force ? null : (options.rules?.guardSecurity(files, facts) ?? guardImages(files, facts))) ??
    guardSize(files, facts)
  );
}

/** Addresses that are none. */
export function guardArguments(files: readonly FlashFile[]): EspError | null {
  const wrong = files.find(({ address }) => !Number.isInteger(address) || address < 0 || address > 0xffffffff);
  if (wrong === undefined) return null;
  return new EspError("argument.invalid", `${wrong.address} is no flash address.`, {
    hint: "Give a number from 0 to 0xffffffff.",
    details: { address: wrong.address },
  });
}

/** Two files in one sector would erase each other. */
export function guardOverlap(files: readonly FlashFile[]): EspError | null {
  return overlapError(files.map((file) => ({ address: file.address, data: file.data, name: fileName(file) })));
}

/** Only on chips whose images tell what they are for, and not where the revision cannot be read. */
function guardImages(files: readonly FlashFile[], facts: WriteFacts): EspError | null {
  return guardContents(files, facts) ?? guardTarget(files, facts) ?? guardSoundness(files, facts);
}

/** What the ROM starts from can be no web page and no archive. */
function guardContents(files: readonly FlashFile[], { chip, recognise }: WriteFacts): EspError | null {
  for (const file of files) {
    const what = file.address === chip.bootloaderOffset ? recognise(file.data) : null;
    if (what === null) continue;
    return new EspError(
      "image.not-firmware",
      `'${fileName(file)}' is ${what}, and the ${chip.name} starts from ${hexAddress(file.address)}.`,
      {
        hint: "Fetch or unpack the firmware's file again; by force this one is written all the same.",
        remedies: ["force"],
        details: { file: fileName(file), contents: what, address: file.address },
      },
    );
  }
  return null;
}

/** An image that is damaged or breaks off would be written and proved, and would not run. */
function guardSoundness(files: readonly FlashFile[], { chip }: WriteFacts): EspError | null {
  for (const file of files) {
    const { problems } = inspectImage(chip, file.data);
    const [first] = problems;
    if (first === undefined) continue;
    const what = first.code === "image.truncated" ? "is cut off" : "is damaged";
    return new EspError(first.code, `'${fileName(file)}' ${what}: ${lowerFirst(first.message)}`, {
      hint: "Build or copy the file again; by force it is written all the same.",
      remedies: ["force"],
      details: { file: fileName(file), sizeBytes: file.data.length, problems },
    });
  }
  return null;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function guardTarget(files: readonly FlashFile[], facts: WriteFacts): EspError | null {
  const { chip, secureDownload } = facts;
  if (secureDownload || chip.imageChipId === null) return null;
  for (const file of files) {
    const header = parseImageOutline(chip, file.data)?.extended;
    if (header === undefined || header === null) continue;
    if (header.chipId !== chip.imageChipId) return wrongChip(file, chip, header.chipId);
    const problem = facts.revision === null ? null : wrongRevision(chip, facts.revision, header);
    if (problem !== null)
      return new EspError(
        "image.wrong-revision",
        `'${fileName(file)}' requires chip revision ${problem} (this chip is revision ${shownRevision(facts.revision ?? 0)}).`,
        {
          hint: "Build it for this revision of the chip; by force it is written all the same, and it may not run.",
          remedies: ["force"],
          details: { file: fileName(file), revision: facts.revision },
        },
      );
  }
  return null;
}

function wrongChip(file: FlashFile, chip: ChipDescriptor, imageChipId: number): EspError {
  const other = imageChipName(imageChipId);
  const name = fileName(file);
  return new EspError(
    "image.wrong-chip",
    `'${name}' is an image for ${other === null ? `an unknown chip (id ${imageChipId})` : `the ${other}`}, and this chip is an ${chip.name}.`,
    {
      hint: `Give the file that was built for the ${chip.name}; by force this one is written, which will not run.`,
      remedies: ["force"],
      details: { file: name, imageChipId, imageChip: other, chipName: chip.name, expected: chip.imageChipId },
    },
  );
}

const NO_MAXIMUM = 65535;

/** What the image wants, in words, or null when the chip has it (fact sheet 6.1, item 8c). */
function wrongRevision(chip: ChipDescriptor, revision: number, header: ExtendedHeader): string | null {
  const { minimumRevision, minimumRevisionFull, maximumRevisionFull } = header;
  const isLegacy =
    maximumRevisionFull === 0 ||
    (maximumRevisionFull === NO_MAXIMUM && minimumRevisionFull === 0 && minimumRevision !== 0);
  if (isLegacy) {
    const part = chip.legacyMinimumRevision === "minor" ? revision % 100 : Math.floor(revision / 100);
    return part < minimumRevision ? `${minimumRevision} or higher` : null;
  }
  if (revision >= minimumRevisionFull && revision <= maximumRevisionFull) return null;
  const maximum = maximumRevisionFull === NO_MAXIMUM ? "max rev not set" : shownRevision(maximumRevisionFull);
  return `in range [${shownRevision(minimumRevisionFull)} - ${maximum}]`;
}

function shownRevision(revision: number): string {
  return `v${Math.floor(revision / 100)}.${revision % 100}`;
}

function guardSize(files: readonly FlashFile[], facts: WriteFacts): EspError | null {
  for (const file of files) {
    const { address, data } = file;
    const { limitBytes } = facts;
    if (limitBytes !== null && address + data.length > limitBytes)
      return new EspError(
        "flash.does-not-fit",
        `'${fileName(file)}' (${data.length} bytes) at ${hexAddress(address)} will not fit in ${limitBytes} bytes of flash.`,
        {
          hint: "Change the address or the flash size.",
          details: { file: fileName(file), address, sizeBytes: data.length, limitBytes },
        },
      );
    // Beyond 16 MiB the loader would wrap around and overwrite the start of the flash.
    const unreachable = outOfRange(address, data.length, { ...facts, flashBytes: null });
    if (unreachable !== null) return unreachable;
  }
  return null;
}
