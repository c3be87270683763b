import { type LittleFsSurvey, surveyLittleFs } from "../filesystem/littlefs/survey-littlefs.ts";
import type { Partition } from "../partition/table/partition.ts";
import type { PartitionContent } from "./content.ts";
import type { FlashReader } from "./flash-reader.ts";
import { told } from "./told.ts";

/**
 * Of a LittleFS only the directories are read: each round those that the ones before it name, until they name no more. `start` is
 * what was read of it.
 */
export async function littleFsContent(
  flash: FlashReader,
  { address, sizeBytes }: Partition,
  start: Uint8Array,
): Promise<PartitionContent> {
  const image = new Uint8Array(sizeBytes).fill(0xff);
  image.set(start);
  const known = new Set<number>();
  for (;;) {
    let missing: number[] = [];
    let blockBytes = 0;
    const content = told(() => {
      const survey = surveyLittleFs(image);
      ({ blockBytes } = survey);
      const isThere = (block: number): boolean => known.has(block) || (block + 1) * blockBytes <= start.length;
      missing = survey.blocks.filter((block) => !isThere(block));
      return contentOf(survey, sizeBytes);
    });
    if (missing.length === 0) return content;
    for (const { first, count } of runsOf(missing)) {
      const at = first * blockBytes;
      image.set(await flash.read(address + at, count * blockBytes), at);
    }
    for (const block of missing) known.add(block);
  }
}

function contentOf({ files, usedBytes, problems }: LittleFsSurvey, sizeBytes: number): PartitionContent {
  return { kind: "file-system", fileSystem: "littlefs", sizeBytes, usedBytes, files, problems };
}

/** Blocks side by side are read in one go. */
function runsOf(blocks: readonly number[]): { readonly first: number; readonly count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const block of [...new Set(blocks)].sort((left, right) => left - right)) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === block) last.count++;
    else runs.push({ first: block, count: 1 });
  }
  return runs;
}
