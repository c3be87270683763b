import { type Check, optional } from "../../check/check.ts";
import { closestName } from "../../check/closest-name.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../../check/values.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import { EspError } from "../../errors.ts";
import { DATA } from "../../partition/table/keywords.ts";
import type { BoardFacts } from "./board-of-session.ts";
import { type BackupEntry, type BackupManifest, checkBackupManifest } from "./manifest.ts";

export interface PlanRestoreOptions {
  /** Only regions of these names. */
  readonly only?: readonly string[] | undefined;
  /** Regions of these names stay as they are on the board. */
  readonly keep?: readonly string[] | undefined;
  /** Write what belongs to the board that was backed up to another one, too. */
  readonly identity?: boolean | undefined;
}

export interface RestorePlan {
  readonly entries: readonly BackupEntry[];
  readonly left: readonly { readonly name: string; readonly why: "not-chosen" | "kept" | "identity" }[];
  /** The board is another one than the backup is of. */
  readonly isOtherBoard: boolean;
}

const checkOptions: Check<PlanRestoreOptions> = shape<PlanRestoreOptions>({
  only: optional(listOf(checkText)),
  keep: optional(listOf(checkText)),
  identity: optional(checkBoolean),
});
const checkBoard: Check<BoardFacts> = shape<BoardFacts>({
  chip: checkChipId,
  mac: checkText,
  flashBytes: wholeNumber(1),
  encrypted: checkBoolean,
});

/** phy, nvs, nvs_keys, efuse: calibration, settings and keys of one board. */
const OF_ONE_BOARD: ReadonlySet<number> = new Set([1, 2, 4, 5]);
/** Names that projects give to what a factory writes into each board. */
const NAMED_SO = /cert|secure|key|fctry|factory_|mfg|identity|serial/i;

/** What of a backup belongs to its board alone: without a table nobody can say what does not. */
export function isIdentity({ tableAddress, partitions }: BackupManifest, entry: BackupEntry): boolean {
  if (tableAddress === null) return true;
  if (entry.kind !== "partition") return false;
  // By its place: names may be there twice, and regions that overlap share what both have.
  const end = entry.address + entry.sizeBytes;
  return partitions.some(
    ({ name, type, subtype, address, sizeBytes }) =>
      address < end &&
      entry.address < address + sizeBytes &&
      type !== 0 &&
      ((type === DATA && OF_ONE_BOARD.has(subtype)) || NAMED_SO.test(name)),
  );
}

/**
 * Which regions of a backup would be written to a board, and which stay as they are. Pure. Throws `backup.incomplete`;
 * `backup.wrong-board` for another chip, a smaller flash, or flash encryption between the two; `partition.missing` for names that
 * are none.
 */
export function planRestore(
  manifest: BackupManifest,
  board: BoardFacts,
  options: PlanRestoreOptions = {},
): RestorePlan {
  const backup = checkBackupManifest(manifest, "manifest");
  const target = checkBoard(board, "board");
  const { only, keep = [], identity = false } = checkOptions(options, "options");
  if (!backup.complete)
    throw new EspError("backup.incomplete", "The backup was broken off: not all of the flash is in it.", {
      hint: "Make it again, to the same place and with the board that it is of: it goes on where it was.",
      remedies: ["make-backup"],
    });
  requireFitting(backup, target);
  const names = [...new Set(backup.entries.map(({ name }) => name))];
  for (const name of [...(only ?? []), ...keep]) if (!names.includes(name)) throw noSuch(name, names);
  const isOtherBoard = backup.mac !== target.mac;
  const entries: BackupEntry[] = [];
  const left: { name: string; why: "not-chosen" | "kept" | "identity" }[] = [];
  for (const entry of backup.entries) {
    const { name } = entry;
    if (only !== undefined && !only.includes(name)) left.push({ name, why: "not-chosen" });
    else if (keep.includes(name)) left.push({ name, why: "kept" });
    else if (isOtherBoard && !identity && isIdentity(backup, entry)) left.push({ name, why: "identity" });
    else entries.push(entry);
  }
  return { entries, left, isOtherBoard };
}

function requireFitting(backup: BackupManifest, board: BoardFacts): void {
  const wrong = (message: string, hint: string): EspError =>
    new EspError("backup.wrong-board", message, { hint: `${hint} Nothing was written.`, details: { ...board } });
  if (backup.chip !== board.chip)
    throw wrong(`The backup is of an ${backup.chip}, and the board has an ${board.chip}.`, "Take another board.");
  if (backup.flashBytes > board.flashBytes)
    throw wrong(
      `The backup is of ${backup.flashBytes} bytes of flash, and the board has ${board.flashBytes}.`,
      "Take a board with as much flash.",
    );
  if (backup.encrypted !== board.encrypted)
    throw wrong(
      backup.encrypted
        ? "The backup is of encrypted flash, and the flash of the board is not encrypted."
        : "The flash of the board is encrypted, and the backup is not.",
      "What is in it would not start.",
    );
  if (backup.encrypted && backup.mac !== board.mac)
    throw wrong(
      `The backup is of encrypted flash of the board ${backup.mac}: this one has another key.`,
      "Take the same board.",
    );
}

function noSuch(word: string, names: readonly string[]): EspError {
  const near = closestName(word, names);
  return new EspError("partition.missing", `The backup has no region '${word}'.`, {
    hint: `${near === null ? "" : `Did you mean ${near}? `}There is ${names.join(", ") || "none"}.`,
    details: { reference: word, names },
  });
}
