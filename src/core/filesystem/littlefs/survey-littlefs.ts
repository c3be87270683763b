import { readU32 } from "../../bytes/words.ts";
import { findingsIn } from "../findings.ts";
import { TAG } from "./littlefs-layout.ts";
import { blocksOf } from "./read-chain.ts";
import { type KnownPairs, readDirectories } from "./read-directories.ts";
import { readSuperblock } from "./superblock.ts";

/** What the directories of a LittleFS say; its files are not looked at. */
export interface LittleFsSurvey {
  readonly blockBytes: number;
  /** Blocks of directories: what has to be there for the rest to be right. */
  readonly blocks: readonly number[];
  readonly files: number;
  readonly usedBytes: number;
  readonly problems: number;
}

/**
 * Reads directories alone, of an image of which not all need be there: what is not is blank. Whoever has no more of it than
 * `blocks` says all that counts. Throws as `readLittleFs`.
 */
export function surveyLittleFs(bytes: Uint8Array): LittleFsSurvey {
  const { blockBytes, blockCount: claimed } = readSuperblock(bytes);
  const there = Math.floor(bytes.length / blockBytes);
  const findings = findingsIn(bytes);
  const image = { bytes, blockBytes, blockCount: Math.min(there, claimed) };
  const pairs: KnownPairs = new Map();
  const used = new Set<number>();
  const entries = readDirectories({ image, findings, used, pairs }).flatMap((folder) => folder.entries);
  const files = entries.filter(({ name }) => name?.type === TAG.fileName);
  const chains = files.flatMap(({ structure }) =>
    structure?.type === TAG.chain && structure.data.length >= 8 ? [readU32(structure.data, 4)] : [],
  );
  const inFiles = chains
    .filter((sizeBytes) => sizeBytes <= bytes.length)
    // Sizes that come to more than there is are hostile, and counting them may not take long.
    .reduce((sum, sizeBytes) => (sum > there ? sum : sum + blocksOf(sizeBytes, blockBytes).length), 0);
  const blocks = [...pairs.keys()].flatMap((name) => name.split(",").map(Number));
  return {
    blockBytes,
    blocks: blocks.filter((block) => block < image.blockCount),
    files: files.length,
    usedBytes: (used.size + inFiles) * blockBytes,
    problems: findings.problems.length + (there === claimed ? 0 : 1),
  };
}
