import { EspError } from "../../errors.ts";
import { existingFields, fieldNames, findField, findPresentField, unknownName } from "../table/find-field.ts";
import type { EfuseField, EfuseState, Protected } from "../table/types.ts";
import { isWritable, valueNamed } from "../value/field-value.ts";
import { mayHoldDigestOfV2, reasonToStayReadable } from "../value/must-stay-readable.ts";
import { type Draft, pendingState, planBits, remark, type Work } from "./draft.ts";

/** A named thing that can be locked or hidden: a field, or a block. */
type Item = Protected & { readonly name: string };

export function applyWriteProtect(work: Work, name: string): void {
  const field = findPresentField(pendingState(work.draft), name);
  if (field.writeDisableBit === null) throw notProtectable(work.draft.basis, name, "write");
  planWriteProtect(work, field);
}

export function applyReadProtect(work: Work, name: string): void {
  const field = findPresentField(pendingState(work.draft), name);
  if (field.readDisableBits.length === 0) throw notProtectable(work.draft.basis, name, "read");
  planReadProtect(work, field, true);
}

function notProtectable(state: EfuseState, name: string, how: "read" | "write"): EspError {
  const has = ({ writeDisableBit, readDisableBits }: EfuseField): boolean =>
    how === "write" ? writeDisableBit !== null : readDisableBits.length > 0;
  const allowed = fieldNames(existingFields(state).filter(has));
  const { hint, details } = unknownName("eFuse", name, allowed);
  return new EspError("efuse.unknown-name", `Invalid value: '${name}' has no ${how} protection of its own.`, {
    hint: hint ?? "",
    details,
  });
}

/** Sets the bit of WR_DIS that locks the item, if it has one. */
export function planWriteProtect(work: Work, item: Item): void {
  if (item.writeDisableBit === null) return;
  if (!isWritable(pendingState(work.draft), item)) {
    remark(work, "efuse.already-write-protected", `${item.name} is already write protected.`, { field: item.name });
    return;
  }
  planLock(work, "WR_DIS", [item.writeDisableBit]);
  const { writeDisableBit } = item;
  remarkShared(work, "write", (field) => field.writeDisableBit === writeDisableBit);
}

/** Sets the bits of RD_DIS that hide the item. `isAsked`: it is what the user asked for, not part of burning a key. */
export function planReadProtect(work: Work, item: Item, isAsked: boolean): void {
  const state = pendingState(work.draft);
  const set = valueNamed(state, "RD_DIS") ?? 0n;
  const missing = item.readDisableBits.filter((bit) => ((set >> BigInt(bit)) & 1n) === 0n);
  if (missing.length === 0) {
    if (item.readDisableBits.length > 0) {
      remark(work, "efuse.already-read-protected", `${item.name} is already read protected.`, { field: item.name });
    }
    return;
  }
  refuseLockedLock(work.draft, "RD_DIS", "read");
  guardReadable(work, item, isAsked);
  planLock(work, "RD_DIS", missing);
  remarkShared(work, "read", (field) => field.readDisableBits.some((bit) => missing.includes(bit)));
}

function planLock(work: Work, name: "WR_DIS" | "RD_DIS", bits: readonly number[]): void {
  refuseLockedLock(work.draft, name, name === "RD_DIS" ? "read" : "write");
  const field = findField(work.draft.basis.table, name);
  const added = bits.reduce((all, bit) => all | (1n << BigInt((field.bit ?? 0) + bit)), 0n);
  planBits(work, { block: field.block, bits: added, field, secret: false });
}

function refuseLockedLock(draft: Draft, name: "WR_DIS" | "RD_DIS", how: "read" | "write"): void {
  if (isWritable(draft.basis, findField(draft.basis.table, name))) return;
  throw new EspError(
    "efuse.write-protected",
    `This eFuse cannot be ${how}-disabled due to the ${name} field being already write-disabled`,
    { details: { name } },
  );
}

function remarkShared(work: Work, how: "read" | "write", shares: (field: EfuseField) => boolean): void {
  const fields = existingFields(work.draft.basis)
    .filter(shares)
    .map((field) => field.name);
  const noun = fields.length === 1 ? "eFuse" : "eFuses";
  // A line of the reference, which ends without a period (A12).
  remark(work, `efuse.${how}-protects`, `Permanently ${how}-disabling ${noun} ${fields.join(", ")}`, { fields });
}

/** Throws `efuse.must-stay-readable` where the chip itself has to read what would be hidden (A12). */
function guardReadable(work: Work, item: Item, isAsked: boolean): void {
  const state = pendingState(work.draft);
  const { keys } = work.draft.rules;
  const details = { name: item.name };
  const reason = reasonToStayReadable(state, keys, item);
  if (reason !== null) throw new EspError("efuse.must-stay-readable", reason, { details });
  if (!isAsked || keys !== "block-name" || !mayHoldDigestOfV2(state, item)) return;
  work.draft.cautions.push({
    code: "efuse.must-stay-readable",
    message: "If Secure Boot V2 is to be used, BLOCK2 must be readable, please stop this operation!",
    details,
  });
}
