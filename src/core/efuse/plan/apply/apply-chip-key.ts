import { EspError } from "../../../errors.ts";
import { findBlock, findField, unknownName } from "../../table/find-field.ts";
import type { EfuseBlock, EfuseField, KeyPurpose } from "../../table/types.ts";
import { wholeBlockField } from "../../value/attribute-bits.ts";
import { pendingState, planValue, remark, type Work } from "../draft.ts";
import { badKeySize, keyBytes } from "../key-material.ts";
import { planReadProtect, planWriteProtect } from "../plan-protection.ts";
import { type KeyRequest, planKeyData, remarkReversed, wantedPurpose } from "./apply-key.ts";

/** Keys of the ESP32 and the ESP32-C2, which have no fields for purposes (fact sheet efuse-secure A13). */

/** What the name of a block means on the ESP32. The names of their own say nothing of a purpose. */
const ESP32_NAMES: Readonly<Record<string, { readonly reversed: boolean; readonly readProtected: boolean }>> = {
  flash_encryption: { reversed: true, readProtected: true },
  secure_boot_v1: { reversed: true, readProtected: true },
  secure_boot_v2: { reversed: false, readProtected: false },
  BLOCK1: { reversed: false, readProtected: false },
  BLOCK2: { reversed: false, readProtected: false },
  BLOCK3: { reversed: false, readProtected: false },
};

export function applyEsp32Key(work: Work, request: KeyRequest): void {
  const { table } = work.draft.basis;
  const block = findBlock(table, request.block);
  const meaning = ESP32_NAMES[request.block];
  if (meaning === undefined) throw unknownName("block for keys", request.block, Object.keys(ESP32_NAMES));
  if (request.purpose !== undefined) {
    throw new EspError("efuse.bad-value", "On the ESP32 the name of the block says what a key is for.", {
      hint: "Leave the purpose out, and name the block flash_encryption, secure_boot_v1 or secure_boot_v2.",
      details: { purpose: request.purpose },
    });
  }
  if (request.key.kind !== "raw") {
    throw new EspError("efuse.bad-value", "The ESP32 takes no ECDSA keys, only raw key data.", {
      details: { block: request.block },
    });
  }
  if (meaning.reversed) remarkReversed(work, block, request.block);
  else if (block.id < 3 && request.block === block.name) remarkPlainName(work, block);
  const { bytes } = request.key;
  planKeyData(work, { block, field: null, bytes: meaning.reversed ? bytes.toReversed() : bytes });
  if (request.readProtect ?? meaning.readProtected) planReadProtect(work, block, false);
  if (request.writeProtect ?? true) planWriteProtect(work, block);
}

function remarkPlainName(work: Work, block: EfuseBlock): void {
  remark(
    work,
    "efuse.plain-block-name",
    `${block.name} is burned as the file is, and stays readable. A key for hardware goes to ${block.aliases.join(" or ")}.`,
    { block: block.name },
  );
}

/** Where the purposes of the ESP32-C2 put a key: the purposes are known to programs alone. */
const C2_PLACES: Readonly<Record<string, { readonly field: string; readonly setsLength: boolean }>> = {
  USER: { field: "BLOCK_KEY0", setsLength: false },
  XTS_AES_128_KEY: { field: "BLOCK_KEY0", setsLength: true },
  XTS_AES_128_KEY_DERIVED_FROM_128_EFUSE_BITS: { field: "BLOCK_KEY0_LOW_128", setsLength: false },
  SECURE_BOOT_DIGEST: { field: "BLOCK_KEY0_HI_128", setsLength: false },
};

export function applyC2Key(work: Work, request: KeyRequest): void {
  const { table } = work.draft.basis;
  const block = findBlock(table, request.block);
  if (block.name !== "BLOCK_KEY0") throw unknownName("block for keys", request.block, ["BLOCK_KEY0", "BLOCK3"]);
  const purpose = wantedPurpose(table, request.purpose);
  const place = C2_PLACES[purpose.name];
  if (place === undefined) throw unknownName("key purpose", purpose.name, Object.keys(C2_PLACES));
  const field = findField(table, place.field);
  refuseOverlap(work, field, purpose);
  const bytes = c2Bytes(field, purpose, keyBytes(work, purpose, request.key));
  if (purpose.reversed) remarkReversed(work, block, purpose.name);
  planKeyData(work, { block, field, bytes: purpose.reversed ? bytes.toReversed() : bytes });
  if (place.setsLength) planValue(work, { field: findField(table, "XTS_KEY_LENGTH_256"), value: 1n, secret: false });
  if (request.readProtect ?? purpose.readProtected) planReadProtect(work, field, false);
  if (request.writeProtect ?? true) planWriteProtect(work, field);
}

/** Of a whole digest the first half is used. */
function c2Bytes(field: EfuseField, purpose: KeyPurpose, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return purpose.isDigest && bytes.length === 32 ? bytes.slice(0, field.width / 8) : bytes;
}

/** The halves serve one purpose each; what needs the whole block goes alone. */
function refuseOverlap(work: Work, field: EfuseField, purpose: KeyPurpose): void {
  const before = work.draft.c2Purposes;
  const clash = [...before].find((name) => name !== purpose.name && overlaps(name, field));
  if (clash !== undefined) {
    throw new EspError("efuse.conflict", `These keypurposes are incompatible ['${clash}', '${purpose.name}']`, {
      hint: "They take the same part of BLOCK_KEY0.",
      details: { purposes: [clash, purpose.name] },
    });
  }
  before.add(purpose.name);
}

function overlaps(purpose: string, field: EfuseField): boolean {
  const other = C2_PLACES[purpose]?.field;
  return other === field.name || other === "BLOCK_KEY0" || field.name === "BLOCK_KEY0";
}

/** The digest of a Secure Boot V2 key on the ESP32: as it is, into BLOCK2, never hidden. Throws `efuse.conflict`. */
export function applyEsp32Digest(work: Work, digest: Uint8Array<ArrayBuffer>, writeProtect: boolean): void {
  const state = pendingState(work.draft);
  const block = findBlock(state.table, "BLOCK2");
  if (state.blocks.get(block.id)?.scheme !== "none") {
    throw new EspError("efuse.conflict", "burn-key-digest only works with 'None' coding scheme", {
      details: { block: block.name },
    });
  }
  if (state.chipRevision < 300) {
    throw new EspError("efuse.conflict", "Incorrect chip revision for Secure boot v2.", {
      hint: "It needs revision 3.0 or newer.",
      details: { chipRevision: state.chipRevision },
    });
  }
  const field = wholeBlockField(state, block);
  if (field !== null && digest.length * 8 !== field.width) throw badKeySize(digest.length, field.width / 8);
  planKeyData(work, { block, field, bytes: digest });
  if (writeProtect) planWriteProtect(work, block);
}
