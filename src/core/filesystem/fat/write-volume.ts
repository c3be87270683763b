import { writeU16, writeU32 } from "../../bytes/words.ts";
import { fullError } from "../make-errors.ts";
import type { Folder, Item } from "../tree.ts";
import { toCodePage } from "./code-page.ts";
import { ATTRIBUTE, clusterAt, DIRECTORY_ENTRY_BYTES, type FatGrid, SIGNATURE_AT } from "./fat-layout.ts";
import { planVolume, type VolumeShape } from "./volume-plan.ts";
import { type WrittenName, writeName } from "./write-names.ts";

/** Without a time of its own: the first day that there is. */
const FIRST_DAY = 0x21;
const DOT = 0x2e;
/** What the original generator says that the root is in; standards say 0, and firmware looks at neither. */
const ROOT_AS_PARENT = 1;

interface Writer {
  readonly volume: Uint8Array;
  readonly grid: FatGrid;
  readonly hasLongNames: boolean;
  /** The next free cluster. */
  next: number;
}

interface NamedItem {
  readonly item: Item;
  readonly name: WrittenName;
}

/** Fills an empty volume; what is free stays as it is. Throws `filesystem.full`, `filesystem.bad-name`, `argument.invalid`. */
export function writeVolume(volume: Uint8Array, root: Folder, shape: VolumeShape): void {
  const grid = planVolume(shape);
  writeFirstSector(volume, shape, grid);
  volume.fill(0, grid.fatAt, grid.dataAt);
  const writer: Writer = { volume, grid, hasLongNames: shape.hasLongNames, next: 2 };
  setEntry(writer, 0, grid.bits === 12 ? 0xff8 : 0xfff8);
  setEntry(writer, 1, endOf(grid));
  const named = namesOf(root, shape.hasLongNames);
  const entries = entriesIn(named);
  if (entries > grid.rootEntries)
    throw fullError(
      "root directory",
      grid.rootEntries * DIRECTORY_ENTRY_BYTES,
      (entries - grid.rootEntries) * DIRECTORY_ENTRY_BYTES,
    );
  requireRoom(root, writer);
  writeItems(writer, named, { at: grid.rootAt, cluster: ROOT_AS_PARENT });
}

function writeFirstSector(volume: Uint8Array, shape: VolumeShape, grid: FatGrid): void {
  const { sectors, sectorBytes, clusterBytes, fatCopies, rootEntries, label, volumeId } = shape;
  const sector = volume.subarray(0, sectorBytes).fill(0);
  const text = (at: number, value: string, length: number): void => {
    sector.set(toCodePage(value.padEnd(length)) ?? new Uint8Array(length), at);
  };
  sector.set([0xeb, 0xfe, 0x90]);
  text(3, "MSDOS5.0", 8);
  writeU16(sector, 11, sectorBytes);
  sector[13] = clusterBytes / sectorBytes;
  writeU16(sector, 14, grid.fatAt / sectorBytes);
  sector[16] = fatCopies;
  writeU16(sector, 17, rootEntries);
  writeU16(sector, 19, sectors <= 0xffff ? sectors : 0);
  sector[21] = 0xf8;
  writeU16(sector, 22, grid.fatBytes / sectorBytes);
  writeU16(sector, 24, 63);
  writeU16(sector, 26, 255);
  writeU32(sector, 32, sectors <= 0xffff ? 0 : sectors);
  sector[36] = 0x80;
  sector[38] = 0x29;
  writeU32(sector, 39, volumeId);
  text(43, label, 11);
  text(54, "FAT", 8);
  writeU16(sector, SIGNATURE_AT, 0xaa55);
}

function namesOf(folder: Folder, hasLongNames: boolean): NamedItem[] {
  const taken = new Set<string>();
  const items = [...folder.items].sort(([left], [right]) => (left < right ? -1 : 1));
  return items.map(([text, item]) => {
    const path = item.kind === "file" ? item.file.path : item.folder.path;
    return { item, name: writeName(path, text, hasLongNames, taken) };
  });
}

function entriesIn(named: readonly NamedItem[]): number {
  return named.reduce((sum, { name }) => sum + name.long.length + 1, 0);
}

/** Everything is counted before anything is placed, so that what is missing can be said. */
function requireRoom(root: Folder, { grid, hasLongNames }: Writer): void {
  let needed = 0;
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const item of folder.items.values()) {
      needed += clustersOf(item, grid, hasLongNames);
      if (item.kind === "folder") waiting.push(item.folder);
    }
  }
  if (needed > grid.clusters)
    throw fullError("FAT", grid.sectors * grid.sectorBytes, (needed - grid.clusters) * grid.clusterBytes);
}

function clustersOf(item: Item, { clusterBytes }: FatGrid, hasLongNames: boolean): number {
  if (item.kind === "file") return Math.ceil(item.file.content.length / clusterBytes);
  // With itself and the directory that it is in.
  const entries = entriesIn(namesOf(item.folder, hasLongNames)) + 2;
  return Math.ceil((entries * DIRECTORY_ENTRY_BYTES) / clusterBytes);
}

interface Place {
  /** Of the directory's first free entry. */
  readonly at: number;
  /** Its own first cluster. */
  readonly cluster: number;
}

function writeItems(writer: Writer, named: readonly NamedItem[], { at: start, cluster: parent }: Place): void {
  let at = start;
  for (const { item, name } of named) {
    for (const piece of name.long) {
      writer.volume.set(piece, at);
      at += DIRECTORY_ENTRY_BYTES;
    }
    const cluster = takeClusters(writer, clustersOf(item, writer.grid, writer.hasLongNames));
    putEntry(writer.volume, at, { item, cluster, ...name });
    at += DIRECTORY_ENTRY_BYTES;
    if (item.kind === "folder") writeFolder(writer, item.folder, { cluster, parent });
    else writeFile(writer, item.file.content, cluster);
  }
}

function writeFile({ volume, grid }: Writer, content: Uint8Array, cluster: number): void {
  if (content.length === 0) return;
  const at = clusterAt(grid, cluster);
  volume.fill(0, at, at + Math.ceil(content.length / grid.clusterBytes) * grid.clusterBytes);
  volume.set(content, at);
}

function writeFolder(
  writer: Writer,
  folder: Folder,
  { cluster, parent }: { readonly cluster: number; readonly parent: number },
): void {
  const { volume, grid, hasLongNames } = writer;
  const at = clusterAt(grid, cluster);
  const named = namesOf(folder, hasLongNames);
  const item: Item = { kind: "folder", folder };
  volume.fill(0, at, at + clustersOf(item, grid, hasLongNames) * grid.clusterBytes);
  const blank = new Uint8Array(11).fill(0x20);
  const short = Uint8Array.from(blank).fill(DOT, 0, 1);
  putEntry(volume, at, { item, short, cases: 0, cluster });
  putEntry(volume, at + DIRECTORY_ENTRY_BYTES, {
    item,
    short: Uint8Array.from(blank).fill(DOT, 0, 2),
    cases: 0,
    cluster: parent,
  });
  writeItems(writer, named, { at: at + 2 * DIRECTORY_ENTRY_BYTES, cluster });
}

interface EntryToPut extends Omit<WrittenName, "long"> {
  readonly item: Item;
  readonly cluster: number;
}

function putEntry(volume: Uint8Array, at: number, { item, short, cases, cluster }: EntryToPut): void {
  const { modifiedMs } = item.kind === "file" ? item.file : item.folder;
  const { date, time } = stampOf(modifiedMs);
  volume.set(short, at);
  volume[at + 11] = item.kind === "file" ? ATTRIBUTE.archive : ATTRIBUTE.directory;
  volume[at + 12] = cases;
  writeU16(volume, at + 14, time);
  writeU16(volume, at + 16, date);
  writeU16(volume, at + 18, date);
  writeU16(volume, at + 22, time);
  writeU16(volume, at + 24, date);
  writeU16(volume, at + 26, cluster);
  writeU32(volume, at + 28, item.kind === "file" ? item.file.content.length : 0);
}

/** As if it were UTC, to two seconds; the years that there are reach from 1980 to 2107. */
function stampOf(modifiedMs: number | undefined): { readonly date: number; readonly time: number } {
  if (modifiedMs === undefined || modifiedMs < Date.UTC(1980, 0)) return { date: FIRST_DAY, time: 0 };
  const at = new Date(Math.min(modifiedMs, Date.UTC(2107, 11, 31)));
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

/** The first of a row of clusters, chained; 0: there are none. */
function takeClusters(writer: Writer, count: number): number {
  if (count === 0) return 0;
  const first = writer.next;
  writer.next += count;
  for (let cluster = first; cluster < writer.next; cluster++)
    setEntry(writer, cluster, cluster + 1 < writer.next ? cluster + 1 : endOf(writer.grid));
  return first;
}

function endOf({ bits }: FatGrid): number {
  return bits === 12 ? 0xfff : 0xffff;
}

function setEntry({ volume, grid }: Pick<Writer, "volume" | "grid">, cluster: number, value: number): void {
  for (let copy = 0; copy < grid.fatCopies; copy++) {
    const table = grid.fatAt + copy * grid.fatBytes;
    if (grid.bits === 16) {
      writeU16(volume, table + cluster * 2, value);
      continue;
    }
    const at = table + cluster + (cluster >> 1);
    const before = (volume[at] ?? 0) | ((volume[at + 1] ?? 0) << 8);
    writeU16(volume, at, cluster % 2 === 0 ? (before & 0xf000) | value : (before & 0x000f) | (value << 4));
  }
}
