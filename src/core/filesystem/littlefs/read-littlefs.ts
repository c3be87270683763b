import { fromUtf8, strictUtf8 } from "../../bytes/text.ts";
import { readU32 } from "../../bytes/words.ts";
import type { FileSystemContents } from "../file-system.ts";
import { findingsIn, report, sortedEntries, takeContent } from "../findings.ts";
import { TAG, TIME_ATTRIBUTE } from "./littlefs-layout.ts";
import { type ChainReading, readChain } from "./read-chain.ts";
import { type Folder, joined, type ReadFolder, readDirectories } from "./read-directories.ts";
import type { PairEntry } from "./read-pair.ts";
import { readSuperblock } from "./superblock.ts";

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
  const reading: ChainReading = { image, findings, used: new Set() };
  const folders = readDirectories({ ...reading, pairs: new Map() });
  for (const { folder, entries } of folders) for (const entry of entries) readEntry(reading, folder, entry);
  const usedBytes = reading.used.size * blockBytes;
  const inlineBytes = Math.max(0, ...folders.map(inlineIn));
  return {
    kind: "littlefs",
    settings: { kind: "littlefs", ...settings, inlineBytes },
    sizeBytes: bytes.length,
    usedBytes,
    entries: sortedEntries(findings),
    problems: findings.problems,
  };
}

/** Of the largest file that stands beside its name. */
function inlineIn({ entries }: ReadFolder): number {
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
