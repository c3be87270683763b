import { fromUtf8, strictUtf8 } from "../../bytes/text.ts";
import { readU32 } from "../../bytes/words.ts";
import type { FileSystemContents } from "../file-system.ts";
import { DEEPEST, type Findings, findingsIn, report, sortedEntries, takeContent } from "../findings.ts";
import { NO_ID, TAG, TIME_ATTRIBUTE } from "./littlefs-layout.ts";
import { type ChainReading, readChain } from "./read-chain.ts";
import { type BlockPair, type LittleFsImage, type MetadataPair, type PairEntry, readPair } from "./read-pair.ts";
import { readSuperblock } from "./superblock.ts";

interface Folder {
  readonly path: string;
  readonly pair: BlockPair;
  readonly depth: number;
}

/** What is in a LittleFS. Throws `filesystem.unsupported`, `filesystem.unreadable`. */
export function readLittleFs(bytes: Uint8Array): FileSystemContents {
  const settings = readSuperblock(bytes);
  const { blockBytes } = settings;
  const findings = findingsIn(bytes);
  const there = Math.floor(bytes.length / blockBytes);
  if (settings.blockCount !== there)
    report(
      findings,
      "filesystem.size",
      `The file system has ${settings.blockCount} blocks, and there are ${there}: firmware may refuse it.`,
    );
  const image = { bytes, blockBytes, blockCount: Math.min(there, settings.blockCount) };
  const pairs = new Map<string, MetadataPair | null>();
  const reading: ChainReading = { image, findings, used: new Set() };
  const root = findRoot(image, pairs, findings);
  const folders = readFolders({ ...reading, pairs }, root);
  const moved = pendingMove([...pairs.values()]);
  for (const { folder, parts } of folders)
    for (const part of parts)
      part.entries.forEach((entry, id) => {
        if (!isMoved(moved, part, id)) readEntry(reading, folder, entry);
      });
  const usedBytes = reading.used.size * blockBytes;
  const inlineBytes = Math.max(0, ...folders.flatMap(({ parts }) => parts.map(inlineIn)));
  return {
    kind: "littlefs",
    settings: { kind: "littlefs", ...settings, inlineBytes },
    sizeBytes: bytes.length,
    usedBytes,
    entries: sortedEntries(findings),
    problems: findings.problems,
  };
}

type KnownPairs = Map<string, MetadataPair | null>;

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

/** Of the largest file that stands beside its name. */
function inlineIn({ entries }: MetadataPair): number {
  const lengths = entries.map(({ name, structure }) =>
    name?.type === TAG.fileName && structure?.type === TAG.inline ? structure.data.length : 0,
  );
  return Math.max(0, ...lengths);
}

function readEntry(reading: ChainReading, folder: Folder, { name, structure, attributes }: PairEntry): void {
  const { findings } = reading;
  if (name === null || name.type === TAG.superblock) return;
  const path = joined(folder.path, fromUtf8(name.data));
  if (!isName(name.data))
    report(findings, "filesystem.name", "A name is empty, no text, or has a slash in it.", { path });
  const modifiedMs = timeOf(attributes.get(TIME_ATTRIBUTE));
  const copies = new Map([...attributes].map(([number, bytes]) => [number, new Uint8Array(bytes)]));
  const kept = { modifiedMs, ...(copies.size > 0 && { attributes: copies }) };
  if (name.type === TAG.directoryName) {
    findings.entries.push({ kind: "directory", path, sizeBytes: 0, ...kept, content: null });
    return;
  }
  if (structure?.type === TAG.inline) {
    const sizeBytes = structure.data.length;
    const content = takeContent(findings, sizeBytes, { path }) ? new Uint8Array(structure.data) : null;
    findings.entries.push({ kind: "file", path, sizeBytes, ...kept, content });
  } else if (structure?.type === TAG.chain && structure.data.length >= 8) {
    const chain = { head: readU32(structure.data, 0), sizeBytes: readU32(structure.data, 4) };
    const content = readChain(reading, chain, path);
    findings.entries.push({ kind: "file", path, sizeBytes: chain.sizeBytes, ...kept, content });
  } else {
    report(findings, "filesystem.incomplete", "A file has a name and nothing else.", { path });
    findings.entries.push({ kind: "file", path, sizeBytes: 0, ...kept, content: null });
  }
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

function isName(bytes: Uint8Array): boolean {
  const text = strictUtf8(bytes);
  return text !== null && text !== "" && !text.includes("/");
}

/** Four bytes of seconds, or eight in firmware that was built so. */
function timeOf(data: Uint8Array | undefined): number | null {
  if (data === undefined || (data.length !== 4 && data.length !== 8)) return null;
  const high = data.length === 8 ? readU32(data, 4) : 0;
  const seconds = high * 0x1_0000_0000 + readU32(data, 0);
  // The furthest that a `Date` can be.
  return seconds <= 8_640_000_000_000 ? seconds * 1000 : null;
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
