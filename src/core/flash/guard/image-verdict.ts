import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import type { ExtendedImageHeader } from "../../image/firmware/firmware-image.ts";
import { unexpectedChipId } from "../../image/firmware/unexpected-chip.ts";
import type { Notice } from "../../notice.ts";
import type { ImageFacts, ImageVerdict, JudgedImage } from "./judged-image.ts";

/** The words for images in which `judgeImages` has found something: loaded only then. Pure. */
export function imageVerdict(images: readonly JudgedImage[], facts: ImageFacts): ImageVerdict {
  return {
    refusal: refuseContents(images, facts) ?? refuseTarget(images, facts) ?? refuseDamage(images),
    warnings: images.flatMap((image) => [...foreignChip(image, facts), ...damages(image), ...foreignContents(image)]),
  };
}

/** What the ROM starts from can be no web page and no archive. */
function refuseContents(images: readonly JudgedImage[], { chip }: ImageFacts): EspError | null {
  for (const { name, address, place, contents } of images) {
    if (contents === null || address !== chip.bootloaderOffset) continue;
    return new EspError("image.not-firmware", `'${name}' is ${contents}, and the ${chip.name} starts from ${place}.`, {
      hint: "Fetch or unpack the firmware's file again; by force this one is written all the same.",
      remedies: ["force"],
      details: { file: name, contents, address },
    });
  }
  return null;
}

/** An image that is damaged or breaks off would be written and proved, and would not run. */
function refuseDamage(images: readonly JudgedImage[]): EspError | null {
  for (const { name, sizeBytes, ofThisChip } of images) {
    const { problems } = ofThisChip;
    const [first] = problems;
    if (first === undefined) continue;
    const what = first.code === "image.truncated" ? "is cut off" : "is damaged";
    return new EspError(first.code, `'${name}' ${what}: ${lowerFirst(first.message)}`, {
      hint: "Build or copy the file again; by force it is written all the same.",
      remedies: ["force"],
      details: { file: name, sizeBytes, problems },
    });
  }
  return null;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** Only on chips whose images tell what they are for, and not where the revision cannot be read. */
function refuseTarget(images: readonly JudgedImage[], facts: ImageFacts): EspError | null {
  const { chip, secureDownload } = facts;
  if (secureDownload || chip.imageChipId === null) return null;
  for (const image of images) {
    const { name, header } = image;
    if (header === null) continue;
    if (header.chipId !== chip.imageChipId) return wrongChip(image, header.chipId, chip);
    const problem = facts.revision === null ? null : wrongRevision(chip, facts.revision, header);
    if (problem !== null)
      return new EspError(
        "image.wrong-revision",
        `'${name}' requires chip revision ${problem} (this chip is revision ${shownRevision(facts.revision ?? 0)}).`,
        {
          hint: "Build it for this revision of the chip; by force it is written all the same, and it may not run.",
          remedies: ["force"],
          details: { file: name, revision: facts.revision },
        },
      );
  }
  return null;
}

function wrongChip({ name, chipName: other }: JudgedImage, imageChipId: number, chip: ChipDescriptor): EspError {
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
function wrongRevision(chip: ChipDescriptor, revision: number, header: ExtendedImageHeader): string | null {
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

function foreignChip({ name, header }: JudgedImage, { chip: { id, imageChipId } }: ImageFacts): Notice[] {
  if (header === null || imageChipId === null || header.chipId === imageChipId) return [];
  const message = `'${name}': ${unexpectedChipId(imageChipId, header.chipId)}`;
  return [{ code: "image.wrong-chip", message, details: { file: name, imageChipId: header.chipId, chip: id } }];
}

function damages({ name, ofAnyChip: { problems, wrongChecks } }: JudgedImage): Notice[] {
  const [first] = problems;
  if (first !== undefined) {
    const where = `at offset 0x${first.offset.toString(16)}`;
    return [
      {
        code: first.code,
        message: `'${name}' is damaged ${where}: ${first.message}`,
        details: { file: name, problems },
      },
    ];
  }
  if (wrongChecks.length === 0) return [];
  const message = `'${name}' has a wrong ${wrongChecks.join(" and a wrong ")}: the chip will hardly start it.`;
  return [{ code: "image.wrong-check", message, details: { file: name, wrongChecks } }];
}

function foreignContents({ name, place, contents }: JudgedImage): Notice[] {
  if (contents === null) return [];
  const message = `'${name}' is ${contents}; at ${place} a chip looks for a program.`;
  return [{ code: "image.not-firmware", message, details: { file: name, contents } }];
}
