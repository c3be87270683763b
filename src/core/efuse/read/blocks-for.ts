import { burnRules } from "../table/burn-rules.ts";
import { checkTable } from "../table/check-efuses.ts";
import { findBlock } from "../table/find-field.ts";
import type { EfuseField, EfuseTable } from "../table/types.ts";
import { checkRequests } from "../value/check-request.ts";
import { partsOf } from "../value/field-value.ts";
import { findKeyPurpose, purposeFieldOf } from "../value/key-purposes.ts";
import type { BurnRequest, BurnRequestInput } from "../value/request.ts";

/**
 * The blocks that have to be read before `planBurn` can answer these requests; as few as possible, and always BLOCK0,
 * where the locks are. Throws `efuse.unknown-name`.
 */
export function blocksFor(table: EfuseTable, requests: readonly BurnRequestInput[]): ReadonlySet<number> {
  checkTable(table, "table");
  const wanted = checkRequests(requests, "requests");
  return new Set([0, ...wanted.flatMap((request) => blocksOf(table, request))].toSorted((left, right) => left - right));
}

function blocksOf(table: EfuseTable, request: BurnRequest): readonly number[] {
  switch (request.kind) {
    case "field":
      return fieldsNamed(table, request.field).flatMap((field) => blocksOfField(table, field));
    case "block-data":
    case "bits":
      return blocksOfRaw(table, findBlock(table, request.block).id);
    case "key":
      return blocksOfKey(table, request.block, request.purpose);
    case "key-digest":
      return [digestBlock(table, request.block)];
    case "custom-mac":
      return blocksOfNames(table, ["CUSTOM_MAC"]);
    case "read-protect":
    case "write-protect":
    case "flash-voltage":
      return [];
  }
}

/** Raw bits of BLOCK0 may change how the other blocks are coded, where that can be burned. */
function blocksOfRaw(table: EfuseTable, block: number): readonly number[] {
  const mayRecode = block === 0 && table.fields.some(({ name }) => name === "CODING_SCHEME");
  return mayRecode ? table.blocks.map(({ id }) => id) : [block];
}

function fieldsNamed(table: EfuseTable, name: string): readonly EfuseField[] {
  return table.fields.filter((field) => field.name === name || field.aliases.includes(name));
}

function blocksOfNames(table: EfuseTable, names: readonly string[]): readonly number[] {
  return table.fields.filter((field) => names.includes(field.name)).map((field) => field.block);
}

function blocksOfField(table: EfuseTable, field: EfuseField): readonly number[] {
  const own =
    field.bit === null && field.parts.length === 0 ? [] : partsOf(table, field).map((part) => part.field.block);
  // Whether calibration data is in use says the block version; how blocks are coded is a matter of what they hold.
  if (field.presence === "calibration")
    return [...own, ...blocksOfNames(table, ["BLK_VERSION_MAJOR", "BLK_VERSION_MINOR"])];
  return field.name === "CODING_SCHEME" ? [...own, ...table.blocks.map((block) => block.id)] : own;
}

/** A key that takes two blocks may go to any of them. */
function blocksOfKey(table: EfuseTable, name: string, purpose: string | undefined): readonly number[] {
  const block = findBlock(table, name);
  const takesTwo = purpose !== undefined && table.keyPurposes.length > 0 && findKeyPurpose(table, purpose).code < 0;
  if (!takesTwo) return [block.id];
  return [block.id, ...table.blocks.filter((other) => purposeFieldOf(table, other) !== null).map((other) => other.id)];
}

/** The block that a digest goes to. Throws `efuse.unknown-name` where there are several and none is named. */
export function digestBlock(table: EfuseTable, name: string | undefined): number {
  const fixed = { "block-name": "BLOCK2", halves: "BLOCK_KEY0", "purpose-field": undefined }[
    burnRules(table.chip).keys
  ];
  return findBlock(table, fixed ?? name ?? "").id;
}
