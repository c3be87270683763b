import { hexAddress } from "../../bytes/hex.ts";
import { imageChipName } from "../../image/firmware/detect-image-chip.ts";
import { IMAGE_MAGIC } from "../../image/firmware/firmware-image.ts";
import { type ImageInspection, inspectImage, likenessOf } from "../../image/firmware/inspect-image.ts";
import { readImage } from "../../image/firmware/read-image.ts";
import { loadPart } from "../../load-part.ts";
import { type FlashFile, fileName } from "./file-to-write.ts";
import type { ImageFacts, ImageVerdict, JudgedImage } from "./judged-image.ts";

/** Where ESP-IDF's and Arduino's partition tables have the application, unless told otherwise. */
const APPLICATION_ADDRESS = 0x10000;

/** Where a chip looks for a program. */
function holdsProgram(
  { bootloaderOffset }: Pick<ImageFacts["chip"], "bootloaderOffset">,
  { address }: FlashFile,
): boolean {
  return address === bootloaderOffset || address === APPLICATION_ADDRESS;
}

/** Looks at files as images. Most are sound, so the words for what is not are loaded when they are needed. */
export async function judgeImages(files: readonly FlashFile[], facts: ImageFacts): Promise<ImageVerdict> {
  const images = await Promise.all(files.map((file) => judged(file, facts)));
  if (images.every((image) => isFaultless(image, facts))) return { refusal: null, warnings: [] };
  const { imageVerdict } = await loadPart("the rules of damaged images", () => import("./image-verdict.ts"));
  return imageVerdict(images, facts);
}

const NOTHING: ImageInspection = { problems: [], wrongChecks: [] };

async function judged(file: FlashFile, { chip, recognise }: ImageFacts): Promise<JudgedImage> {
  const { address, data } = file;
  const isStart = holdsProgram(chip, file);
  const image = readImage(chip, data);
  const header = image?.problems.length === 0 ? image.extended : null;
  const likeness = image === null ? null : likenessOf(chip, image, data);
  const isInspected = likeness === "own" || (isStart && likeness === "another");
  const ofAnyChip = image !== null && isInspected ? await inspectImage(image, data) : NOTHING;
  return {
    name: fileName(file),
    address,
    place: hexAddress(address),
    sizeBytes: data.length,
    header,
    chipName: header === null ? null : imageChipName(header.chipId),
    ofThisChip: likeness === "own" ? ofAnyChip : NOTHING,
    ofAnyChip,
    contents: isStart && data[0] !== IMAGE_MAGIC ? await recognise(data) : null,
  };
}

/** True only where nothing can be said of it. */
function isFaultless({ header, ofAnyChip, contents }: JudgedImage, { chip, revision }: ImageFacts): boolean {
  const { problems, wrongChecks } = ofAnyChip;
  if (contents !== null || problems.length + wrongChecks.length > 0) return false;
  if (header === null) return true;
  if (header.chipId !== chip.imageChipId) return false;
  if (revision === null) return true;
  // A header without bounds for whole revisions may have an older one, which the rules know how to read.
  const { minimumRevision, minimumRevisionFull, maximumRevisionFull } = header;
  const isInRange = revision >= minimumRevisionFull && revision <= maximumRevisionFull;
  return isInRange && (minimumRevision === 0 || minimumRevisionFull > 0);
}
