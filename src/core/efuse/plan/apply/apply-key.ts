import { EspError } from "../../../errors.ts";
import { bitMask, bytesToBits } from "../../table/bits.ts";
import { cannotServe } from "../../table/burn-rules.ts";
import { findBlock, findField, unknownName } from "../../table/find-field.ts";
import type { EfuseBlock, EfuseField, EfuseTable, KeyPurpose } from "../../table/types.ts";
import { wholeBlockField } from "../../value/attribute-bits.ts";
import { partsOf, partsWidth } from "../../value/field-value.ts";
import { findKeyPurpose, halvesOf, keyPurposeCode, keyPurposeOf, purposeFieldOf } from "../../value/key-purposes.ts";
import type { RequestOf } from "../../value/request.ts";
import { claim, pendingState, planValue, remark, type Work } from "../draft.ts";
import { findPartnerBlock } from "../find-partner-block.ts";
import { badKeySize, keyBytes } from "../key-material.ts";
import { planReadProtect, planWriteProtect } from "../plan-protection.ts";

export type KeyRequest = RequestOf<"key">;

/** A key for a block whose purpose is in a field: all chips but the ESP32 and the ESP32-C2 (A13). */
export function applyKey(work: Work, request: KeyRequest): void {
  const { table } = work.draft.basis;
  const block = findBlock(table, request.block);
  if (purposeFieldOf(table, block) === null) throw notForKeys(table, request.block);
  const purpose = wantedPurpose(table, request.purpose);
  const bytes = keyBytes(work, purpose, request.key);
  const halves = halvesOf(table, purpose);
  if (halves === null) {
    planKey(work, request, { block, purpose, bytes });
    return;
  }
  if (bytes.length !== 64) throw badKeySize(bytes.length, 64);
  const [first, second] = halves;
  const lower = { block, purpose: first, bytes: bytes.slice(0, 32) };
  const rest = bytes.slice(32);
  const partner = findPartnerBlock(work.draft, block, { purpose: second, bits: bytesToBits(stored(second, rest)) });
  if (partner === null) {
    throw new EspError("efuse.no-free-block", `${purpose.name} requires two free keyblocks.`, {
      hint: "A free block is empty, unprotected and has the purpose USER.",
      details: { block: block.name, purpose: purpose.name },
    });
  }
  refuseFaultyBlock(work, findField(table, partner.keyPurposeField ?? ""), second, {
    hint: `The second half would go to ${partner.name}. Take a block for the first half that has another free one behind it.`,
  });
  planKey(work, request, lower);
  planKey(work, request, { block: partner, purpose: second, bytes: rest });
}

function notForKeys(table: EfuseTable, name: string): EspError {
  const keyBlocks = table.blocks.filter((block) => purposeFieldOf(table, block) !== null);
  return unknownName(
    "block for keys",
    name,
    keyBlocks.flatMap((block) => [block.name, ...block.aliases]),
  );
}

/** Throws `efuse.unknown-name`; without a name, `efuse.bad-value`. */
export function wantedPurpose(table: EfuseTable, name: string | undefined): KeyPurpose {
  if (name !== undefined) return findKeyPurpose(table, name);
  const allowed = table.keyPurposes.map((purpose) => purpose.name);
  throw new EspError("efuse.bad-value", "The key has no purpose.", {
    hint: `Allowed: ${allowed.join(", ")}.`,
    details: { allowed },
  });
}

interface KeyPlace {
  readonly block: EfuseBlock;
  readonly purpose: KeyPurpose;
  /** In the order of the file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** As they stand in the block. */
function stored(purpose: KeyPurpose, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return purpose.reversed ? bytes.toReversed() : bytes;
}

function planKey(work: Work, request: KeyRequest, { block, purpose, bytes }: KeyPlace): void {
  const { table } = work.draft.basis;
  const purposeField = findField(table, block.keyPurposeField ?? "");
  refuseFaultyBlock(work, purposeField, purpose);
  if (purpose.reversed) remarkReversed(work, block, purpose.name);
  planKeyData(work, { block, field: null, bytes: stored(purpose, bytes) });
  planPurpose(work, purposeField, purpose);
  // Whoever could change the purpose could turn the key to another use.
  planWriteProtect(work, purposeField);
  planEcdsaFlag(work, purpose);
  if (request.readProtect ?? purpose.readProtected) planReadProtect(work, block, false);
  if (request.writeProtect ?? true) planWriteProtect(work, block);
}

export function remarkReversed(work: Work, block: EfuseBlock, purpose: string): void {
  remark(work, "efuse.key-reversed", `Reversing the byte order for ${purpose} in ${block.name}.`, {
    block: block.name,
    purpose,
  });
}

/** Bytes of a key in the order of memory, for all of a block or for a field of it. */
export interface KeyData {
  readonly block: EfuseBlock;
  /** Null: the block. */
  readonly field: EfuseField | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Throws `efuse.bad-size` unless the bytes fill what they are for. */
export function planKeyData(work: Work, { block, field, bytes }: KeyData): void {
  const state = pendingState(work.draft);
  const target = field ?? wholeBlockField(state, block);
  if (target === null) throw notForKeys(state.table, block.name);
  if (bytes.length * 8 !== target.width) throw badKeySize(bytes.length, target.width / 8);
  claim(work, block, { bit: target.bit ?? 0, width: target.width, isKey: true });
  planValue(work, { field: target, value: bytesToBits(bytes), secret: true });
}

/** Purposes with the same code are the same to the chip, whatever their names. */
function planPurpose(work: Work, field: EfuseField, purpose: KeyPurpose): void {
  const state = pendingState(work.draft);
  const most = bitMask(0, partsWidth(partsOf(state.table, field)));
  if (BigInt(purpose.code) > most) {
    throw new EspError(
      "efuse.bad-value",
      `The purpose ${purpose.name} (${purpose.code}) does not fit into ${field.name}.`,
      {
        hint: `This chip has purposes up to ${most}.`,
        details: { field: field.name, purpose: purpose.name },
      },
    );
  }
  const present = keyPurposeCode(state, field);
  if (present !== purpose.code) {
    const before = keyPurposeOf(state.table, present)?.name ?? String(present);
    // A line of the reference (A13).
    remark(work, "efuse.key-purpose", `'${field.name}': '${before}' -> '${purpose.name}'.`, { field: field.name });
  }
  planValue(work, { field, value: BigInt(purpose.code), secret: false });
}

/** Throws `efuse.refused-purpose` where KEY_PURPOSE_5 cannot serve for a fault of the hardware (A7). */
export function refuseFaultyBlock(
  work: Work,
  purposeField: EfuseField,
  purpose: KeyPurpose,
  { hint }: { readonly hint: string } = { hint: "Take another key block." },
): void {
  if (!cannotServe(work.draft.rules, purposeField, purpose)) return;
  throw new EspError(
    "efuse.refused-purpose",
    `${purposeField.name} can not have ${purpose.name} key due to a hardware bug (please see TRM for more details).`,
    { hint, details: { field: purposeField.name, purpose: purpose.name } },
  );
}

/** The ESP32-H2 up to v1.1 would let software choose the random number of a signature, which gives the key away. */
function planEcdsaFlag(work: Work, purpose: KeyPurpose): void {
  const { basis, rules } = work.draft;
  if (rules.ecdsaFlag === null || basis.chipRevision > rules.ecdsaFlag.upToRevision) return;
  if (!purpose.name.startsWith("ECDSA_KEY")) return;
  planValue(work, { field: findField(basis.table, rules.ecdsaFlag.field), value: 1n, secret: false });
}
