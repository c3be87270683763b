import { equalBytes, readU32 } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import type { FileSystemContents } from "../file-system.ts";
import { DEEPEST, type Findings, findingsIn, type Place, report, sortedEntries, takeContent } from "../findings.ts";
import { fromCodePage } from "./code-page.ts";
import { type DirectoryEntry, directoryEntries, volumeLabel } from "./directory-entries.ts";
import { clusterAt, DIRECTORY_ENTRY_BYTES, endMark, type FatGrid, nextCluster, readGrid } from "./fat-layout.ts";
import { FLASH_SECTOR, hasWearLevelling, type Volume, withoutWearLevelling } from "./wear-levelling.ts";

interface Reading {
  readonly volume: Volume;
  readonly grid: FatGrid;
  readonly findings: Findings;
  readonly used: Set<number>;
}

/** Whether a FAT stands at the start, one sector behind it, or under wear levelling. */
export function looksLikeFat(bytes: Uint8Array): boolean {
  return hasWearLevelling(bytes) || readGrid(bytes) !== null || readGrid(bytes.subarray(FLASH_SECTOR)) !== null;
}

/** What is in a FAT. Throws `filesystem.unsupported` for FAT32, `filesystem.unreadable` without a first sector. */
export function readFat(bytes: Uint8Array): FileSystemContents {
  const findings = findingsIn(bytes);
  const { volume, grid } = fatVolume(bytes, findings);
  tellSizes(volume, grid, findings);
  const used = new Set<number>();
  const reading = { volume, grid, findings, used };
  const root = volume.bytes.subarray(grid.rootAt, grid.rootAt + grid.rootEntries * DIRECTORY_ENTRY_BYTES);
  readTree(reading, root);
  const { bits, sectorBytes, clusterBytes, fatCopies, rootEntries } = grid;
  return {
    kind: "fat",
    settings: {
      kind: "fat",
      bits,
      sectorBytes,
      clusterBytes,
      fatCopies,
      rootEntries,
      label: volumeLabel(root) ?? fromCodePage(volume.bytes.subarray(43, 54)).trimEnd(),
      volumeId: readU32(volume.bytes, 39),
      wearLevelling: volume.wearLevelling,
      offset: volume.offset,
    },
    sizeBytes: bytes.length,
    usedBytes: used.size * clusterBytes,
    entries: sortedEntries(findings),
    problems: findings.problems,
  };
}

/** The volume in a partition and where its parts stand. Throws as `readFat`. */
export function fatVolume(bytes: Uint8Array, findings: Findings): { readonly volume: Volume; readonly grid: FatGrid } {
  const volume = volumeIn(bytes, findings);
  return { volume, grid: gridOf(volume) };
}

function volumeIn(bytes: Uint8Array, findings: Findings): Volume {
  if (hasWearLevelling(bytes)) return withoutWearLevelling(bytes, findings);
  const offset = readGrid(bytes) === null ? FLASH_SECTOR : 0;
  return { bytes: bytes.subarray(offset), offsetOf: (at) => offset + at, wearLevelling: null, offset };
}

function gridOf({ bytes, offset }: Volume): FatGrid {
  const grid = readGrid(bytes);
  if (grid === null) {
    throw new EspError("filesystem.unreadable", "There is no first sector of a FAT.", {
      hint: "Firmware formats such a partition when it mounts it.",
      details: { kind: "fat", offset },
    });
  }
  if (grid.bits !== 32) return grid;
  throw new EspError("filesystem.unsupported", "This is a FAT of 32 bits; only those of 12 and 16 can be read.", {
    hint: "Write the file to an SD card or a disk image, which computers can mount.",
    details: { kind: "fat", version: "32" },
  });
}

function tellSizes({ bytes, offset, offsetOf }: Volume, grid: FatGrid, findings: Findings): void {
  const { sectors, sectorBytes, clusters, fatBytes, fatAt, bits } = grid;
  if (sectors * sectorBytes > bytes.length)
    report(findings, "filesystem.size", "The volume is larger than the partition.", { offset });
  if (((clusters + 2) * bits) / 8 > fatBytes)
    report(findings, "filesystem.size", "The table of clusters is too small for them.", { offset });
  if (grid.fatCopies < 2) return;
  const [first, second] = [fatAt, fatAt + fatBytes].map((at) => bytes.subarray(at, at + fatBytes));
  if (first !== undefined && second !== undefined && !equalBytes(first, second))
    report(findings, "filesystem.checksum", "The two tables of clusters differ; the first one counts.", {
      offset: offsetOf(fatAt),
    });
}

interface Folder {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly depth: number;
}

function readTree(reading: Reading, root: Uint8Array): void {
  const { findings } = reading;
  const waiting: Folder[] = [{ path: "", bytes: root, depth: 0 }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const { path: parent, depth } = folder;
    for (const entry of directoryEntries(folder.bytes)) {
      const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
      if (entry.isLongNameLost)
        report(findings, "filesystem.name", "The long name of a file is damaged; the short one counts.", { path });
      if (entry.name === "" || entry.name.includes("/"))
        report(findings, "filesystem.name", "A name is empty, or has a slash in it.", { path });
      if (!entry.isDirectory) readFile(reading, entry, path);
      else if (depth === DEEPEST)
        report(findings, "filesystem.too-deep", `Directories nest deeper than ${DEEPEST}.`, { path });
      else {
        findings.entries.push({ kind: "directory", path, sizeBytes: 0, modifiedMs: entry.modifiedMs, content: null });
        const bytes = directoryBytes(reading, entry, path);
        if (bytes !== null) waiting.push({ path, bytes, depth: depth + 1 });
      }
    }
  }
}

function readFile(reading: Reading, { firstCluster, sizeBytes, modifiedMs }: DirectoryEntry, path: string): void {
  const { volume, findings, grid } = reading;
  const clusters = firstCluster === 0 ? [] : chain(reading, firstCluster, path);
  const place = clusterPlace(reading, firstCluster, path);
  let content: Uint8Array<ArrayBuffer> | null = null;
  if (clusters !== null && clusters.length * grid.clusterBytes < sizeBytes)
    report(findings, "filesystem.incomplete", "A file has fewer clusters than its size takes.", place);
  else if (clusters !== null && takeContent(findings, sizeBytes, place)) {
    content = new Uint8Array(sizeBytes);
    for (const [index, cluster] of clusters.entries()) {
      const start = index * grid.clusterBytes;
      if (start >= sizeBytes) break;
      const at = clusterAt(grid, cluster);
      content.set(volume.bytes.subarray(at, at + Math.min(grid.clusterBytes, sizeBytes - start)), start);
    }
  }
  findings.entries.push({ kind: "file", path, sizeBytes, modifiedMs, content });
}

/** Null: it is told; a directory that is in itself, too. */
function directoryBytes(
  reading: Reading,
  { firstCluster }: DirectoryEntry,
  path: string,
): Uint8Array<ArrayBuffer> | null {
  const { volume, grid, findings, used } = reading;
  if (used.has(firstCluster)) {
    report(
      findings,
      "filesystem.loop",
      "A directory is in itself, or in two.",
      clusterPlace(reading, firstCluster, path),
    );
    return null;
  }
  const clusters = chain(reading, firstCluster, path);
  if (clusters === null) return null;
  const bytes = new Uint8Array(clusters.length * grid.clusterBytes);
  clusters.forEach((cluster, index) => {
    const at = clusterAt(grid, cluster);
    bytes.set(volume.bytes.subarray(at, at + grid.clusterBytes), index * grid.clusterBytes);
  });
  return bytes;
}

/** The clusters of a file in their order. Null: they have no end, or lead out of the volume, which is told. */
function chain(reading: Reading, first: number, path: string): number[] | null {
  const { volume, grid, findings, used } = reading;
  const found: number[] = [];
  const own = new Set<number>();
  let isShared = false;
  for (let cluster = first; cluster < endMark(grid); cluster = nextCluster(volume.bytes, grid, cluster)) {
    const place = clusterPlace(reading, cluster, path);
    if (
      cluster < 2 ||
      cluster >= grid.clusters + 2 ||
      clusterAt(grid, cluster) + grid.clusterBytes > volume.bytes.length
    ) {
      const where = { path, offset: volume.offsetOf(grid.fatAt) };
      report(
        findings,
        "filesystem.out-of-range",
        `A file is said to be in cluster ${cluster}, which is not there.`,
        where,
      );
      return null;
    }
    if (own.has(cluster)) {
      report(findings, "filesystem.loop", "The clusters of a file go round in a circle.", place);
      return null;
    }
    if (used.has(cluster) && !isShared) {
      isShared = true;
      report(findings, "filesystem.shared", "A cluster is in two files.", place);
    }
    own.add(cluster);
    found.push(cluster);
  }
  for (const cluster of own) used.add(cluster);
  return found;
}

function clusterPlace({ volume, grid }: Reading, cluster: number, path: string): Place {
  const isThere = cluster >= 2 && cluster < grid.clusters + 2;
  return { path, offset: isThere ? volume.offsetOf(clusterAt(grid, cluster)) : null };
}
