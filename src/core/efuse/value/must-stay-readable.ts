import type { BurnRules } from "../table/burn-rules.ts";
import type { EfuseState } from "../table/types.ts";
import { valueNamed } from "./field-value.ts";
import { keyPurposeCode, keyPurposeOf, purposeFieldOf } from "./key-purposes.ts";

/** A named thing that bits of RD_DIS hide: a field, or a block. */
export interface Hideable {
  readonly name: string;
  readonly readDisableBits: readonly number[];
}

/** Why nobody should hide this, because the chip itself has to read it (fact sheet efuse-secure A12); null: nothing. */
export function reasonToStayReadable(state: EfuseState, keys: BurnRules["keys"], item: Hideable): string | null {
  const isNeeded = { "block-name": isDigestOfV2, halves: isNeededHalf, "purpose-field": isNeededForPurpose }[keys];
  if (!isNeeded(state, item)) return null;
  return keys === "block-name"
    ? "Secure Boot V2 is on (ABS_DONE_1 = True), BLOCK2 must be readable, stop this operation!"
    : `${item.name} must be readable, stop this operation!`;
}

/** ESP32: whether the item is BLOCK2, where Secure Boot V2 keeps its digest, on a chip that could use it so. */
export function mayHoldDigestOfV2(state: EfuseState, item: Hideable): boolean {
  const bits = state.table.blocks[2]?.readDisableBits ?? [];
  const hidesDigest = item.readDisableBits.some((bit) => bits.includes(bit));
  return hidesDigest && state.chipRevision >= 300 && valueNamed(state, "ABS_DONE_0") === 0n;
}

function isDigestOfV2(state: EfuseState, item: Hideable): boolean {
  return mayHoldDigestOfV2(state, item) && valueNamed(state, "ABS_DONE_1") !== 0n;
}

/** The ESP32-C2 has a digest in the high half of its key block, and a key in both only if that is 256 bits long. */
function isNeededHalf(state: EfuseState, { readDisableBits }: Hideable): boolean {
  const isWholeKey = valueNamed(state, "XTS_KEY_LENGTH_256") !== 0n;
  const hasSecureBoot = valueNamed(state, "SECURE_BOOT_EN") !== 0n;
  return (readDisableBits.length > 1 && !isWholeKey) || (readDisableBits.includes(1) && hasSecureBoot);
}

/** A key block is hidden only if its purpose asks for it: digests and user data have to be read. */
function isNeededForPurpose(state: EfuseState, item: Hideable): boolean {
  return state.table.blocks.some((block) => {
    const field = purposeFieldOf(state.table, block);
    if (field === null || !block.readDisableBits.some((bit) => item.readDisableBits.includes(bit))) return false;
    return keyPurposeOf(state.table, keyPurposeCode(state, field))?.readProtected !== true;
  });
}
