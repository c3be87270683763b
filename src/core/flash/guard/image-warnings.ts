import { hexAddress } from "../../bytes/hex.ts";
import type { Notice } from "../../events.ts";
import { inspectImage } from "../../image/firmware/inspect-image.ts";
import { parseImageOutline } from "../../image/firmware/parse-header.ts";
import { unexpectedChipId } from "../../image/firmware/parse-image.ts";
import { type FlashFile, fileName } from "./file-to-write.ts";
import type { WriteFacts } from "./guard.ts";

/** Where ESP-IDF's and Arduino's partition tables have the application, unless told otherwise. */
const APPLICATION_ADDRESS = 0x10000;

/**
 * What may be wrong with files that are to be written, of which someone may know better: an image for another chip or
 * with wrong check values; one that is damaged, where a chip looks for an image; and other things in those places.
 */
export function imageWarnings(
  files: readonly FlashFile[],
  { chip, recognise }: Pick<WriteFacts, "chip" | "recognise">,
): Notice[] {
  return files.flatMap((file) => {
    const isStart = holdsProgram(chip, file);
    return [
      ...foreignChip(file, chip),
      ...damages(file, chip, isStart),
      ...(isStart ? foreignContents(file, recognise) : []),
    ];
  });
}

/** Where a chip looks for a program. */
export function holdsProgram({ bootloaderOffset }: Pick<Chip, "bootloaderOffset">, { address }: FlashFile): boolean {
  return address === bootloaderOffset || address === APPLICATION_ADDRESS;
}

type Chip = WriteFacts["chip"];

function foreignChip(file: FlashFile, { imageChipId: expected, ...chip }: Chip): Notice[] {
  const imageChipId = parseImageOutline({ imageChipId: expected }, file.data)?.extended?.chipId;
  if (expected === null || imageChipId === undefined || imageChipId === expected) return [];
  const message = `'${fileName(file)}': ${unexpectedChipId(expected, imageChipId)}`;
  return [{ code: "image.wrong-chip", message, details: { file: fileName(file), imageChipId, chip: chip.id } }];
}

function damages(file: FlashFile, chip: Chip, isStart: boolean): Notice[] {
  const name = fileName(file);
  const { problems, wrongChecks } = inspectImage(chip, file.data, { ofAnyChip: isStart });
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

function foreignContents(file: FlashFile, recognise: WriteFacts["recognise"]): Notice[] {
  const contents = recognise(file.data);
  if (contents === null) return [];
  const message = `'${fileName(file)}' is ${contents}; at ${hexAddress(file.address)} a chip looks for a program.`;
  return [{ code: "image.not-firmware", message, details: { file: fileName(file), contents } }];
}
