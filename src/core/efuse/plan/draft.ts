import { checkBigInt, wholeNumber } from "../../check/numbers.ts";
import { EspError, type EspErrorOf } from "../../errors.ts";
import type { Notice, NoticeCode } from "../../notice.ts";
import { keepsCodeIntact } from "../coding/coding.ts";
import { bitMask } from "../table/bits.ts";
import type { BurnRules } from "../table/burn-rules.ts";
import { schemeOf } from "../table/find-field.ts";
import type { EfuseBlock, EfuseField, EfuseState, Protected } from "../table/types.ts";
import { blockBits, isReadable, isWritable, partsOf, partsValue } from "../value/field-value.ts";

/** Bits that one request adds, and whose they are. */
export interface Addition {
  readonly block: number;
  /** None of them is burned yet, or added before. */
  readonly bits: bigint;
  readonly field: EfuseField | null;
  readonly secret: boolean;
}

/** Part of a block whose whole contents a request has given. */
interface Claim {
  readonly block: number;
  readonly range: bigint;
  readonly work: Work;
  /** It is a key: no other request may add to it. */
  readonly isKey: boolean;
}

/**
 * A plan in the making. Requests are applied one after the other: each sees the values that the ones before will have
 * burned. Locks count as they were read: what a plan locks is locked after all else is burned.
 */
export interface Draft {
  readonly basis: EfuseState;
  readonly rules: BurnRules;
  /** Blocks that requests name: no key is put there that did not ask for the block. */
  readonly namedBlocks: ReadonlySet<number>;
  /** By block: bits to burn. */
  readonly pending: Map<number, bigint>;
  readonly claims: Claim[];
  readonly cautions: Notice[];
  /** What requests before asked for: purposes of parts of the ESP32-C2's key block, and the voltage of the flash. */
  readonly c2Purposes: Set<string>;
  voltage: string | null;
}

/** One request being applied. */
export interface Work {
  readonly draft: Draft;
  readonly force: boolean;
  readonly additions: Addition[];
  readonly remarks: Notice[];
}

/** The state as it will be once everything planned so far is burned; hidden fields not yet hidden. */
export function pendingState({ basis, pending }: Draft): EfuseState {
  const blocks = new Map(basis.blocks);
  for (const [id, bits] of pending) {
    const block = blocks.get(id);
    if (block !== undefined) blocks.set(id, { ...block, bits: block.bits | bits });
  }
  return { ...basis, blocks };
}

export function remark(work: Work, code: NoticeCode, message: string, details?: Notice["details"]): void {
  work.remarks.push({ code, message, ...(details === undefined ? {} : { details }) });
}

/** Refuses, unless the request is forced: then it is a caution. */
export function refuseUnlessForced(work: Work, error: EspErrorOf<"efuse.*">): void {
  if (!work.force) {
    const { code, message, hint, remedies, details } = error;
    throw new EspError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      remedies,
      details: { ...details, forcible: true },
    });
  }
  const { code, message, details } = error;
  work.draft.cautions.push({ code, message: `Forced: ${message}`, details });
}

/** A field that must hold exactly `value` afterwards. */
export interface FieldTarget {
  readonly field: EfuseField;
  readonly value: bigint;
  readonly secret: boolean;
}

/** Plans that the field holds `value`; throws where it cannot, or never will. */
export function planValue(work: Work, { field, value, secret }: FieldTarget): void {
  const { basis } = work.draft;
  const parts = partsOf(basis.table, field);
  const present = partsValue(pendingState(work.draft), parts);
  if (present === value) {
    if (value !== 0n) remarkPresent(work, field, partsValue(basis, parts) === value);
    return;
  }
  const addsUp = field.name === "WR_DIS" || field.name === "RD_DIS";
  if (!addsUp && (present & ~value) !== 0n) refuseUnlessForced(work, cannotClear(field, present | value, secret));
  for (const { field: owner, from, width, to } of parts) {
    const bits = ((value >> BigInt(to)) & bitMask(0, width)) << BigInt((owner.bit ?? 0) + from);
    planBits(work, { block: owner.block, bits, field: owner, secret });
  }
}

function remarkPresent(work: Work, field: EfuseField, isBurned: boolean): void {
  remark(
    work,
    isBurned ? "efuse.already-burned" : "efuse.already-planned",
    isBurned
      ? `The same value for ${field.name} is already burned. Nothing to change.`
      : `The same value for ${field.name} is already prepared by another request.`,
    { field: field.name },
  );
}

/** `secret`: the value that would come of it is that of a key, mixed with another. */
export function cannotClear(field: EfuseField, value: bigint, secret: boolean): EspError<"efuse.cannot-clear"> {
  const shown = secret ? "??" : formatBits(value, field.width);
  return new EspError(
    "efuse.cannot-clear",
    `New value contains some bits that cannot be cleared (value will be ${shown}): ${field.name}.`,
    { hint: "Burned bits stay burned.", details: { field: field.name, ...(secret ? {} : { value: shown }) } },
  );
}

/** Adds bits to what is burned; those that are burned or planned already are left out. */
export function planBits(work: Work, wanted: Addition): void {
  const { draft } = work;
  const { basis } = draft;
  const planned = draft.pending.get(wanted.block) ?? 0n;
  const bits = wanted.bits & ~(blockBits(basis, wanted.block) | planned);
  if (bits === 0n) return;
  const block = blockOf(basis, wanted.block);
  refuseChangedKey(work, block, bits);
  checkProtection(work, wanted.field?.name ?? block.name, wanted.field ?? block);
  if (wanted.field !== null) checkProtection(work, block.name, block);
  checkCoding(work, block, planned | bits);
  draft.pending.set(wanted.block, planned | bits);
  work.additions.push({ ...wanted, bits });
}

export function blockOf(state: EfuseState, id: number): EfuseBlock {
  const block = state.table.blocks[id];
  if (block === undefined)
    throw new EspError("argument.invalid", `There is no block ${id}.`, { details: { block: id } });
  return block;
}

function checkProtection(work: Work, name: string, item: Protected): void {
  const { basis } = work.draft;
  if (!isReadable(basis, item)) {
    refuseUnlessForced(
      work,
      new EspError("efuse.read-protected", `${name} is read-protected, so what it holds cannot be checked.`, {
        hint: "What is read-protected stays so; it cannot be burned safely.",
        details: { name },
      }),
    );
  }
  if (!isWritable(basis, item)) {
    refuseUnlessForced(
      work,
      new EspError("efuse.write-protected", `${name} is write-protected and cannot be burned any more.`, {
        details: { name },
      }),
    );
  }
}

/** Check bits can be burned once: a second write with other contents leaves a block that is in error (A3, A9). */
function checkCoding(work: Work, block: EfuseBlock, planned: bigint): void {
  const { basis } = work.draft;
  const scheme = schemeOf(basis, block.id);
  refuseUnknownCoding(work, block);
  if (keepsCodeIntact(scheme, blockBits(basis, block.id), planned)) return;
  const shortName = scheme === "3/4" ? "3/4" : "RS";
  refuseUnlessForced(
    work,
    new EspError(
      "efuse.coding-forbids",
      `Burn into ${block.name} is forbidden (${shortName} coding scheme does not allow this).` +
        (work.force ? " The block will hold neither the old nor the new value, and errors are expected." : ""),
      {
        hint: "The block is burned already, and its check bits fit one value only.",
        details: { block: block.name, scheme },
      },
    ),
  );
}

/** A hidden CODING_SCHEME reads as "none", whatever it is. */
function refuseUnknownCoding(work: Work, block: EfuseBlock): void {
  const { basis } = work.draft;
  const field = basis.table.fields.find(({ name }) => name === "CODING_SCHEME");
  if (field === undefined || block.id === 0 || isReadable(basis, field)) return;
  refuseUnlessForced(
    work,
    new EspError("efuse.unsupported-coding", `${block.name} cannot be burned: its coding scheme is read-protected.`, {
      hint: "RD_DIS hides CODING_SCHEME, so nobody can tell which check bits the block needs.",
      details: { block: block.name },
    }),
  );
}

export interface ClaimedRange {
  readonly bit: number;
  readonly width: number;
  readonly isKey: boolean;
}

/** Says that a request gives the whole contents of a range of a block. Throws `efuse.repeated` for the second to do so. */
export function claim(work: Work, block: EfuseBlock, { bit, width, isKey }: ClaimedRange): void {
  const range = bitMask(bit, width);
  const { claims } = work.draft;
  if (claims.some((other) => other.block === block.id && (other.range & range) !== 0n)) throw repeated(block);
  claims.push({ block: block.id, range, work, isKey });
}

function repeated(block: EfuseBlock): EspError {
  return new EspError(
    "efuse.repeated",
    `Found repeated ['${block.name}']: two requests give the contents of this block.`,
    {
      hint: "Name each block once; a name and its alias are the same block.",
      details: { block: block.name },
    },
  );
}

/** A bit more makes another key. */
function refuseChangedKey(work: Work, block: EfuseBlock, bits: bigint): void {
  const ofOthers = work.draft.claims.filter((other) => other.isKey && other.work !== work && other.block === block.id);
  if (ofOthers.some(({ range }) => (range & bits) !== 0n)) throw repeated(block);
}

/** Hexadecimal where the digits come out even, else binary: as burn-efuse shows values (A13). */
export function formatBits(value: bigint, width: number): string {
  checkBigInt(value, "value");
  wholeNumber(0, 0xffff)(width, "width");
  return width % 4 === 0 || width >= 32
    ? `0x${value.toString(16).padStart(Math.ceil(width / 4), "0")}`
    : `0b${value.toString(2).padStart(width, "0")}`;
}
