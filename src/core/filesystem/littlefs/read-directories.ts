import { fromUtf8 } from "../../bytes/text.ts";
import { readU32 } from "../../bytes/words.ts";
import { DEEPEST, type Findings, report } from "../findings.ts";
import { NO_ID, TAG } from "./littlefs-layout.ts";
import type { ChainReading } from "./read-chain.ts";
import { type BlockPair, type LittleFsImage, type MetadataPair, type PairEntry, readPair } from "./read-pair.ts";

export interface Folder {
  readonly path: string;
  readonly pair: BlockPair;
  readonly depth: number;
}

/** A directory with its entries that count, in all of its pairs. */
export interface ReadFolder {
  readonly folder: Folder;
  readonly entries: readonly PairEntry[];
}

/** Pairs of blocks that were looked at, by their numbers; null: there is nothing whole. */
export type KnownPairs = Map<string, MetadataPair | null>;

function pairOnce(image: LittleFsImage, pair: BlockPair, known: KnownPairs, findings: Findings): MetadataPair | null {
  const name = [...pair].sort((left, right) => left - right).join();
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = readPair(image, pair, findings);
  known.set(name, found);
  return found;
}

/** After much wear the root has left the first two blocks: it is the last of the chain with the superblock's name. */
function findRoot(image: LittleFsImage, known: KnownPairs, findings: Findings): BlockPair {
  let root: BlockPair = [0, 1];
  let next: BlockPair | null = root;
  for (const seen = new Set<string>(); next !== null && !seen.has(next.join()); ) {
    seen.add(next.join());
    const found: MetadataPair | null = pairOnce(image, next, known, findings);
    if (found?.entries.some(({ name }) => name?.type === TAG.superblock) === true) root = next;
    next = found?.tail?.pair ?? null;
  }
  return root;
}

interface FolderReading extends ChainReading {
  readonly pairs: KnownPairs;
}

/** All directories from the root on, without what an unfinished rename has left behind. */
export function readDirectories(reading: FolderReading): ReadFolder[] {
  const folders = readFolders(reading, findRoot(reading.image, reading.pairs, reading.findings));
  const moved = pendingMove([...reading.pairs.values()]);
  return folders.map(({ folder, parts }) => ({
    folder,
    entries: parts.flatMap((part) => part.entries.filter((_, id) => !isMoved(moved, part, id))),
  }));
}

/** Every directory from the root on, with the pairs it is in; one that is in itself is told and left out. */
function readFolders(
  { image, findings, used, pairs }: FolderReading,
  root: BlockPair,
): { readonly folder: Folder; readonly parts: readonly MetadataPair[] }[] {
  const found: { folder: Folder; parts: MetadataPair[] }[] = [];
  const waiting: Folder[] = [{ path: "", pair: root, depth: 0 }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const parts: MetadataPair[] = [];
    for (let next: BlockPair | null = folder.pair; next !== null; ) {
      if (next.every((block) => used.has(block))) {
        report(findings, "filesystem.loop", "A directory is in itself, or in two.", { path: folder.path });
        break;
      }
      const part: MetadataPair | null = pairOnce(image, next, pairs, findings);
      if (part === null) break;
      for (const block of next) used.add(block);
      parts.push(part);
      next = part.tail?.isHard === true ? part.tail.pair : null;
    }
    found.push({ folder, parts });
    waiting.push(...foldersIn(parts, folder, findings));
  }
  return found;
}

function foldersIn(parts: readonly MetadataPair[], { path, depth }: Folder, findings: Findings): Folder[] {
  const folders: Folder[] = [];
  for (const { name, structure } of parts.flatMap(({ entries }) => entries)) {
    if (name?.type !== TAG.directoryName || structure?.type !== TAG.directory || structure.data.length < 8) continue;
    if (depth === DEEPEST) {
      report(findings, "filesystem.too-deep", `Directories nest deeper than ${DEEPEST}.`, { path });
      break;
    }
    const pair = [readU32(structure.data, 0), readU32(structure.data, 4)] as const;
    folders.push({ path: joined(path, fromUtf8(name.data)), pair, depth: depth + 1 });
  }
  return folders;
}

export function joined(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

interface PendingMove {
  readonly pair: BlockPair;
  readonly id: number;
}

/** A rename that was not finished: the old name is there still, and does not count. All pairs together say so. */
function pendingMove(pairs: readonly (MetadataPair | null)[]): PendingMove | null {
  const state = new Uint8Array(12);
  for (const { move } of pairs.filter((pair) => pair !== null))
    for (const [index, byte] of (move ?? new Uint8Array(0)).entries())
      if (index < state.length) state[index] = (state[index] ?? 0) ^ byte;
  const tag = readU32(state, 0);
  const id = (tag >>> 10) & 0x3ff;
  if (((tag >>> 20) & 0x700) === 0 || id === NO_ID) return null;
  return { pair: [readU32(state, 4), readU32(state, 8)], id };
}

function isMoved(moved: PendingMove | null, { pair }: MetadataPair, id: number): boolean {
  return moved !== null && moved.id === id && pair.every((block) => moved.pair.includes(block));
}
