import { EspError } from "../../../errors.ts";
import { bytesToBits } from "../../table/bits.ts";
import { findBlock } from "../../table/find-field.ts";
import type { EfuseBlock } from "../../table/types.ts";
import { attributeBits } from "../../value/attribute-bits.ts";
import { blockBits } from "../../value/field-value.ts";
import type { RequestOf } from "../../value/request.ts";
import { isSecretPlace } from "../../value/secrecy.ts";
import { claim, pendingState, planBits, remark, type Work } from "../draft.ts";

/**
 * Byte k of the data is byte `offset` + k of the block; without an offset the data is the whole block (fact sheet
 * efuse-secure A13).
 */
export function applyBlockData(work: Work, { block: name, data, offset = 0 }: RequestOf<"block-data">): void {
  const block = findBlock(work.draft.basis.table, name);
  const sizeBytes = 4 * wordsOf(work, block);
  refuseBadRange(block, { sizeBytes, dataBytes: data.length, offset });
  claim(work, block, { bit: 8 * offset, width: 8 * data.length, isKey: false });
  const bits = bytesToBits(data) << BigInt(8 * offset);
  const burned = blockBits(work.draft.basis, block.id);
  if (bits !== 0n && (bits & ~burned) === 0n) {
    remark(
      work,
      "efuse.already-burned",
      `All bits of the data for ${block.name} are already burned. Nothing to change.`,
      {
        block: block.name,
      },
    );
  } else if ((burned & ~bits) !== 0n) cautionMixed(work, block);
  planRaw(work, block, bits);
}

interface DataRange {
  readonly sizeBytes: number;
  readonly dataBytes: number;
  readonly offset: number;
}

function refuseBadRange(block: EfuseBlock, { sizeBytes, dataBytes, offset }: DataRange): void {
  const details = { block: block.name, sizeBytes: dataBytes, allowedBytes: sizeBytes, offset };
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= sizeBytes) {
    throw new EspError(
      "efuse.bad-size",
      `Invalid offset: the block${block.id} only holds ${sizeBytes} bytes (0-${sizeBytes - 1}), offset ${offset}`,
      { details },
    );
  }
  const fits = offset === 0 ? dataBytes === sizeBytes : dataBytes > 0 && offset + dataBytes <= sizeBytes;
  if (fits) return;
  const hint =
    offset === 0
      ? `Without an offset the data has to be ${sizeBytes} bytes.`
      : `At this offset there is room for ${sizeBytes - offset} bytes.`;
  throw new EspError(
    "efuse.bad-size",
    `Data does not fit: the block${block.id} size is ${sizeBytes} bytes, data file is ${dataBytes} bytes, offset ${offset}`,
    { hint, details },
  );
}

function cautionMixed(work: Work, block: EfuseBlock): void {
  work.draft.cautions.push({
    code: "efuse.mixed-data",
    message: `${block.name} holds other data already: its bits stay, so the block will not be equal to the file.`,
    details: { block: block.name },
  });
}

function wordsOf(work: Work, block: EfuseBlock): number {
  return pendingState(work.draft).blocks.get(block.id)?.words ?? block.words;
}

export function applyBits(work: Work, { block: name, bits }: RequestOf<"bits">): void {
  const block = findBlock(work.draft.basis.table, name);
  const width = 32 * wordsOf(work, block);
  for (const bit of bits) {
    if (Number.isSafeInteger(bit) && bit >= 0 && bit < width) continue;
    throw new EspError("efuse.bad-value", `${block.name} has bit_number in [0..${width - 1}], and not ${bit}.`, {
      details: { block: block.name, bit, allowed: [0, width - 1] },
    });
  }
  const wanted = bits.reduce((all, bit) => all | (1n << BigInt(bit)), 0n);
  if (bits.length > 0 && (wanted & ~blockBits(work.draft.basis, block.id)) === 0n) {
    remark(work, "efuse.already-burned", `The bits of ${block.name} are already burned. Nothing to change.`, {
      block: block.name,
    });
  }
  planRaw(work, block, wanted);
}

function planRaw(work: Work, block: EfuseBlock, bits: bigint): void {
  for (const part of attributeBits(work.draft.basis, block.id, bits)) {
    planBits(work, { block: block.id, bits: part.bits, field: part.field, secret: isSecretPlace(block, part.field) });
  }
}
