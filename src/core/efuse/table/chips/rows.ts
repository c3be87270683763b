import type { ChipId } from "../../../chip/types.ts";
import type {
  BlockErrorBits,
  EfuseBlock,
  EfuseField,
  EfuseRegisters,
  EfuseTable,
  FieldCategory,
  FieldClass,
  FieldPart,
  FieldPresence,
  KeyPurpose,
} from "../types.ts";

/** The compact form in which the tables are kept, and how a table of a chip at one revision is made of it. */

/** Bits of RD_DIS: none, one, or several of which any hides. */
type ReadDisable = number | null | readonly number[];

/** Aliases are separated by spaces; the bit is counted from the start of the block, null for a calculated field. */
export type FieldRow = readonly [
  name: string,
  aliases: string,
  block: number,
  bit: number | null,
  width: number,
  type: EfuseField["type"],
  writeDisableBit: number | null,
  readDisable: ReadDisable,
  category: FieldCategory,
  /** Absent: `plain`. */
  fieldClass?: FieldClass,
  /** Chip revisions (100 x major + minor) at which the field is there; absent: all. */
  revisions?: { readonly from?: number; readonly below?: number },
];

/** Field, its first bit, width, first bit in the calculated value. */
type PartRow = readonly [field: string, from: number, width: number, to: number];

export type BlockRow = readonly [
  name: string,
  aliases: string,
  readAddress: number,
  writeAddress: number,
  words: number,
  writeDisableBit: number | null,
  readDisable: ReadDisable,
  keyPurposeField: string | null,
];

/** Flags: R reversed, P read-protected, D digest (fact sheet efuse-secure A7); from which chip revision on, if not always. */
export type PurposeRow = readonly [name: string, code: number, flags: "" | "P" | "D" | "RP", from?: number];

/** Register, shift of the error count (three bits), shift of the fail bit; null where the chip does not tell. */
export type BlockErrorRow = readonly [register: number, count: number, failRegister: number | null, fail: number];

export interface EfuseTableRows {
  readonly chip: ChipId;
  /** Taken for the chip's revision when that is not known. */
  readonly assumedRevision: number;
  readonly calibrationFrom: number | null;
  readonly registers: Omit<EfuseRegisters, "blockErrors">;
  readonly blockErrors: readonly (BlockErrorRow | null)[];
  readonly blocks: readonly BlockRow[];
  /** In the order in which fields are shown. */
  readonly fields: readonly { readonly presence: FieldPresence; readonly rows: readonly FieldRow[] }[];
  /** By field. */
  readonly labels: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /** By calculated field. */
  readonly parts: Readonly<Record<string, readonly PartRow[]>>;
  readonly keyPurposes: readonly PurposeRow[];
  /** By field. */
  readonly descriptions: Readonly<Record<string, string>>;
}

/** The table of the chip at a revision (100 x major + minor); null: not known. */
export function tableOf(rows: EfuseTableRows, chipRevision: number | null): EfuseTable {
  const revision = chipRevision ?? rows.assumedRevision;
  return {
    chip: rows.chip,
    registers: { ...rows.registers, blockErrors: rows.blockErrors.map(blockErrorsOf) },
    blocks: rows.blocks.map(blockOf),
    fields: rows.fields.flatMap(({ presence, rows: section }) =>
      section
        .filter(([, , , , , , , , , , revisions]) => isThere(revision, revisions?.from, revisions?.below))
        .map((row) => fieldOf(row, presence, rows)),
    ),
    keyPurposes: rows.keyPurposes.filter(([, , , from]) => isThere(revision, from, undefined)).map(purposeOf),
    calibrationFrom: rows.calibrationFrom,
  };
}

function isThere(revision: number, from = 0, below = Number.POSITIVE_INFINITY): boolean {
  return revision >= from && revision < below;
}

const NOTHING: readonly never[] = [];

function fieldOf(row: FieldRow, presence: FieldPresence, table: EfuseTableRows): EfuseField {
  const [name, aliases, block, bit, width, type, writeDisableBit, readDisable, category, fieldClass] = row;
  return {
    name,
    aliases: words(aliases),
    description: table.descriptions[name] ?? "",
    category,
    fieldClass: fieldClass ?? "plain",
    type,
    block,
    bit,
    width,
    writeDisableBit,
    readDisableBits: bitsOf(readDisable),
    labels: labelsOf(table.labels[name] ?? {}),
    parts: table.parts[name]?.map(partOf) ?? NOTHING,
    presence,
  };
}

function partOf([field, from, width, to]: PartRow): FieldPart {
  return { field, from, width, to };
}

function blockOf(row: BlockRow, id: number): EfuseBlock {
  const [name, aliases, readAddress, writeAddress, blockWords, writeDisableBit, readDisable, keyPurposeField] = row;
  return {
    id,
    name,
    aliases: words(aliases),
    readAddress,
    writeAddress,
    words: blockWords,
    writeDisableBit,
    readDisableBits: bitsOf(readDisable),
    keyPurposeField,
  };
}

function purposeOf([name, code, flags]: PurposeRow): KeyPurpose {
  const has = (flag: string): boolean => flags.includes(flag);
  return { name, code, reversed: has("R"), readProtected: has("P"), isDigest: has("D") };
}

function blockErrorsOf(row: BlockErrorRow | null): BlockErrorBits | null {
  if (row === null) return null;
  const [register, count, failRegister, fail] = row;
  return {
    count: { register, shift: count, mask: 7 },
    fail: failRegister === null ? null : { register: failRegister, shift: fail, mask: 1 },
  };
}

function words(text: string): readonly string[] {
  return text === "" ? NOTHING : text.split(" ");
}

function bitsOf(bits: ReadDisable): readonly number[] {
  if (bits === null) return NOTHING;
  return typeof bits === "number" ? [bits] : bits;
}

function labelsOf(labels: Readonly<Record<number, string>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(labels).map(([value, label]) => [Number(value), label]));
}
