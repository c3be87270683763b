import type { LoaderTraits } from "../../chip/loader-traits.ts";
import type { Notice } from "../../events.ts";
import type { LiveSession } from "../../session/session.ts";
import type { Comparison, Verified } from "../flash-digest.ts";
import type { FileToWrite } from "../guard/file-to-write.ts";
import type { SurviveLoss } from "../setup/survive-loss.ts";
import type { WritePiece } from "./plan-piece.ts";

/**
 * What callers have left out of a write: files that are in flash already, and of files whose previous contents they know all
 * but the changes. A page loads this for such writes alone, so it has no imports: what it shares is given to it.
 */

/** Why nothing can be left out of these files although that was asked for; null when it can. Pure. */
export function shortcutObstacle(
  files: readonly FileToWrite[],
  context: { readonly eraseAll: boolean; readonly traits: LoaderTraits },
): Notice | null {
  const why = obstacle(files, context);
  if (why === null) return null;
  return {
    code: "write.no-shortcut",
    message: `${why}, so what is in flash already cannot be left out. Will flash all data.`,
  };
}

function obstacle(
  files: readonly FileToWrite[],
  { eraseAll, traits }: { readonly eraseAll: boolean; readonly traits: LoaderTraits },
): string | null {
  if (eraseAll) return "The whole flash is erased first";
  if (files.every(({ encrypted }) => encrypted === true)) return "Flash holds encrypted data";
  if (traits.md5Reply !== null) return null;
  return traits.canReadRegisters
    ? "This loader cannot compute digests of flash"
    : "Secure Download Mode allows no digests of flash";
}

export type ShortcutApproach = "unless-flashed" | "changes";

/** Null: this file is written as if nothing had been asked for. Of what is encrypted flash holds another form. Pure. */
export function shortcutApproach(
  { encrypted, previous }: FileToWrite,
  { skipFlashed }: { readonly skipFlashed: boolean },
): ShortcutApproach | null {
  if (encrypted === true) return null;
  if (previous !== undefined) return "changes";
  return skipFlashed ? "unless-flashed" : null;
}

/** What is to be told of it before. Pure. */
export function shortcutNotes({ encrypted, previous }: FileToWrite, name: string): Notice[] {
  if (encrypted !== true || previous === undefined) return [];
  return [
    {
      code: "write.no-shortcut",
      message: `'${name}' is encrypted, so its changes cannot be told from what is in flash. Will flash all of it.`,
      details: { file: name },
    },
  ];
}

/** Whole sectors, one behind the other, with what they are to hold. */
export interface ChangedRegion {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** As `sectors.ts` has it, which stands in another file of a page than this part does. */
const SECTOR_BYTES = 0x1000;
/** What erased flash holds, and so what either side has where it has nothing. */
const ERASED = 0xff;

/**
 * The sectors in which new data differs from what was written before at the same address (fact sheet 6.2, item 8). What
 * lies in them outside the new data becomes FF, as it does when all of it is written. Sectors that the new data does
 * not touch are left out, whatever the old one had there: they may belong to another file. Pure.
 */
export function changedRegions(address: number, data: Uint8Array, previous: Uint8Array): ChangedRegion[] {
  const spans: { start: number; end: number }[] = [];
  const end = address + data.length;
  for (let sector = address - (address % SECTOR_BYTES); sector < end; sector += SECTOR_BYTES) {
    const from = Math.max(sector, address) - address;
    if (!differs(data, previous, { from, to: sector + SECTOR_BYTES - address })) continue;
    const last = spans.at(-1);
    if (last?.end === sector) last.end += SECTOR_BYTES;
    else spans.push({ start: sector, end: sector + SECTOR_BYTES });
  }
  return spans.map((span) => ({ address: span.start, data: cutOut(address, data, span) }));
}

function differs(data: Uint8Array, previous: Uint8Array, { from, to }: { from: number; to: number }): boolean {
  for (let offset = from; offset < to; offset++)
    if ((data[offset] ?? ERASED) !== (previous[offset] ?? ERASED)) return true;
  return false;
}

function cutOut(
  address: number,
  data: Uint8Array,
  { start, end }: { start: number; end: number },
): Uint8Array<ArrayBuffer> {
  const region = new Uint8Array(end - start).fill(ERASED);
  const first = Math.max(start, address);
  region.set(data.subarray(first - address, end - address), first - start);
  return region;
}

/** A file of a plan. */
export interface ShortcutFile {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  readonly writeAddress: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly approach: string;
  /** Of the approach `changes`: what has changed. */
  readonly pieces: readonly WritePiece[];
}

/** What taking a shortcut came to. */
export interface Shortcut {
  readonly pieces: readonly WritePiece[];
  /** Null: all of the file has to be written. */
  readonly verified: Verified | null;
}

export interface ShortcutTools extends Pick<LiveSession, "emit"> {
  readonly survive: SurviveLoss;
  readonly flashHolds: () => Promise<boolean>;
  readonly compareWithFlash: () => Promise<Comparison>;
  readonly writePieces: (pieces: readonly WritePiece[]) => Promise<void>;
}

/** Looks whether the file is there, or writes what has changed of it. `trusts`: without changes nothing is asked. */
export async function takeShortcut(file: ShortcutFile, trusts: boolean, tools: ShortcutTools): Promise<Shortcut> {
  return file.approach === "changes" ? await takeChanges(file, trusts, tools) : await takeWhole(file, tools);
}

async function takeWhole({ name, address, sizeBytes }: ShortcutFile, tools: ShortcutTools): Promise<Shortcut> {
  if (!(await tools.survive(tools.flashHolds))) return { pieces: [], verified: null };
  tools.emit({ type: "write.skipped", file: name, address, sizeBytes });
  return { pieces: [], verified: "md5" };
}

async function takeChanges(file: ShortcutFile, trusts: boolean, tools: ShortcutTools): Promise<Shortcut> {
  const { emit, survive } = tools;
  const { name, address, pieces } = file;
  const isUnchanged = pieces.length === 0;
  if (isUnchanged && (trusts || (await survive(tools.flashHolds)))) {
    emit({ type: "write.unchanged", file: name, address, proof: trusts ? "trusted" : "md5" });
    return { pieces, verified: trusts ? "trusted" : "md5" };
  }
  if (!isUnchanged) {
    emit({ type: "write.changes", file: name, regions: pieces.length });
    await tools.writePieces(pieces);
    if (await survive(() => proveChanges(file, tools))) return { pieces, verified: "md5" };
  }
  emit({ type: "note", ...(isUnchanged ? NOT_IN_FLASH : CHANGES_NOT_ENOUGH) });
  return { pieces, verified: null };
}

const CHANGES_NOT_ENOUGH = {
  code: "write.changes-not-enough",
  message:
    "Verification failed after fast reflash (flash content did not match the expected data). " +
    "Reflashing the whole image...",
} as const;
const NOT_IN_FLASH = {
  code: "write.not-in-flash",
  message: "Data not found in flash, flashing the whole image...",
} as const;

/** True when the loader proves that all of the file is in flash after only its changes were written. */
async function proveChanges({ name, writeAddress, data }: ShortcutFile, tools: ShortcutTools): Promise<boolean> {
  tools.emit({ type: "verify.started", file: name, address: writeAddress, sizeBytes: data.length });
  const { matches } = await tools.compareWithFlash();
  if (matches) tools.emit({ type: "verify.matched", file: name, after: "write" });
  return matches;
}
