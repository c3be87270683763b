import type { EfuseBlock, EfuseField, EfuseTable, KeyPurpose } from "../../efuse.ts";

/** What the words behind a command of espefuse are, and which names they may be on a chip: for help and completion. */

export type WordRole = "eFuse" | "value" | "block" | "bit" | "file" | "purpose";

export interface WordForm {
  readonly roles: readonly WordRole[];
  /** Which of these words may follow once more: all of them in turn, the last one, or none. */
  readonly repeats: "all" | "last" | "none";
  /** The first word may stand alone (fact sheet efuse-secure A13). */
  readonly firstMayBeAlone?: boolean;
}

const NAMES: WordForm = { roles: ["eFuse"], repeats: "all" };
const KEYS: WordForm = { roles: ["block", "file", "purpose"], repeats: "all" };

const FORMS: Readonly<Record<string, WordForm>> = {
  summary: NAMES,
  "burn-efuse": { roles: ["eFuse", "value"], repeats: "all", firstMayBeAlone: true },
  "burn-key": KEYS,
  "burn-key-digest": KEYS,
  "burn-block-data": { roles: ["block", "file"], repeats: "all" },
  "burn-bit": { roles: ["block", "bit"], repeats: "last" },
  "read-protect-efuse": NAMES,
  "write-protect-efuse": NAMES,
};

/** How a command is written on most chips; null for one without names. */
export function commonForm(command: string): WordForm | null {
  return Object.hasOwn(FORMS, command) ? (FORMS[command] ?? null) : null;
}

/** How a command is written on a chip, where that differs from most chips. */
export function ownForm(command: string, { chip, keyPurposes }: EfuseTable): WordForm | null {
  if (command === "burn-key-digest" && hasOneDigestBlock(chip)) return { roles: ["file"], repeats: "none" };
  if (command === "burn-key" && keyPurposes.length === 0) return { roles: ["block", "file"], repeats: "all" };
  return null;
}

/** There the digest of a key has its place, which needs no name. */
function hasOneDigestBlock(chip: string): boolean {
  return chip === "esp32" || chip === "esp32c2";
}

export interface TakenNames {
  readonly eFuses: readonly EfuseField[];
  readonly blocks: readonly EfuseBlock[];
  readonly purposes: readonly KeyPurpose[];
}

const NONE: TakenNames = { eFuses: [], blocks: [], purposes: [] };

/** What a command takes on a chip. */
export function takenNames(command: string, table: EfuseTable): TakenNames {
  const { chip, fields, blocks, keyPurposes } = table;
  switch (command) {
    case "burn-key":
      return { ...NONE, blocks: keyBlocks(table), purposes: keyPurposes };
    case "burn-key-digest":
      if (hasOneDigestBlock(chip)) return NONE;
      return { ...NONE, blocks: keyBlocks(table), purposes: keyPurposes.filter(({ isDigest }) => isDigest) };
    case "burn-block-data":
    case "burn-bit":
      return { ...NONE, blocks };
    case "burn-efuse":
    case "summary":
      return { ...NONE, eFuses: fields };
    case "read-protect-efuse":
      return { ...NONE, eFuses: fields.filter(({ readDisableBits }) => readDisableBits.length > 0) };
    case "write-protect-efuse":
      return { ...NONE, eFuses: fields.filter(({ writeDisableBit }) => writeDisableBit !== null) };
    default:
      return NONE;
  }
}

/** The ESP32 says by the name of the block what a key is for; elsewhere it is a field beside it. */
function keyBlocks({ chip, blocks }: EfuseTable): EfuseBlock[] {
  const isKey = (id: number, purpose: string | null): boolean =>
    chip === "esp32" ? id > 0 : chip === "esp32c2" ? id === 3 : purpose !== null;
  return blocks.filter(({ id, keyPurposeField }) => isKey(id, keyPurposeField));
}
