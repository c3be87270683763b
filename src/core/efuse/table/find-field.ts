import type { Check } from "../../check/check.ts";
import { checkText, listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { bitMask } from "./bits.ts";
import { checkBlock, checkField, checkState, checkTable } from "./check-efuses.ts";
import { closestName, didYouMean } from "./closest-name.ts";
import type { CodingScheme, EfuseBlock, EfuseField, EfuseState, EfuseTable } from "./types.ts";

/** The field of that name or alias; names go before aliases. Throws `efuse.unknown-name`. */
export function findField(table: EfuseTable, name: string): EfuseField {
  checkTable(table, "table");
  checkText(name, "name");
  const [field] = fieldsNamed(table, name);
  if (field === undefined) throw unknownName("eFuse", name, fieldNames(table.fields));
  return field;
}

/**
 * The field of that name or alias as it is on this chip: BLOCK1 to BLOCK3 of an ESP32 are as long as their coding scheme
 * leaves them. Throws `efuse.unknown-name`.
 */
export function findPresentField(state: EfuseState, name: string): EfuseField {
  checkState(state, "state");
  checkText(name, "name");
  const named = fieldsNamed(state.table, name);
  return named.find((field) => isPresent(state, field)) ?? findField(state.table, name);
}

function fieldsNamed(table: EfuseTable, name: string): readonly EfuseField[] {
  const own = table.fields.filter((field) => field.name === name);
  return own.length > 0 ? own : table.fields.filter((field) => field.aliases.includes(name));
}

/** The block of that name or alias. Throws `efuse.unknown-name`. */
export function findBlock(table: EfuseTable, name: string): EfuseBlock {
  checkTable(table, "table");
  checkText(name, "name");
  const block =
    table.blocks.find((candidate) => candidate.name === name) ??
    table.blocks.find((candidate) => candidate.aliases.includes(name));
  if (block === undefined) throw unknownName("block", name, blockNames(table.blocks));
  return block;
}

/** Names and aliases. */
export function fieldNames(fields: readonly EfuseField[]): string[] {
  checkFields(fields, "fields");
  return [...new Set(fields.flatMap((field) => [field.name, ...field.aliases]))];
}

const checkBlocks: Check<EfuseBlock[]> = listOf(checkBlock);
const checkFields: Check<EfuseField[]> = listOf(checkField);

/** Names and aliases. */
export function blockNames(blocks: readonly EfuseBlock[]): string[] {
  checkBlocks(blocks, "blocks");
  return [...new Set(blocks.flatMap((block) => [block.name, ...block.aliases]))];
}

/** `Invalid value` is what scripts look for (fact sheet efuse-secure A12). */
export function unknownName(
  kind: "eFuse" | "block" | "block for keys" | "key purpose",
  name: string,
  allowed: readonly string[],
): EspError {
  const near = closestName(name, allowed);
  return new EspError("efuse.unknown-name", `Invalid value: '${name}' is no ${kind} of this chip.`, {
    hint: didYouMean(name, allowed) ?? `Allowed: ${allowed.join(", ")}.`,
    details: { kind, name, allowed, ...(near === null ? {} : { near }) },
  });
}

/**
 * Whether the field means something on this chip: calibration fields from a block version on, the ESP32's custom MAC
 * address and ADC points when other fields say so, its BLOCK1 to BLOCK3 by coding scheme (A4, A5). What the answer
 * depends on has to be read; what was not read counts as 0.
 */
export function isPresent(state: EfuseState, field: EfuseField): boolean {
  checkState(state, "state");
  checkField(field, "field");
  switch (field.presence) {
    case "always":
      return true;
    case "calibration":
      return state.table.calibrationFrom !== null && blockVersion(state) >= state.table.calibrationFrom;
    case "custom-mac":
      return valueIfRead(state, "MAC_VERSION") === 1n;
    case "adc-points":
      return valueIfRead(state, "BLK3_PART_RESERVE") === 1n;
    case "uncoded":
      return schemeOf(state, field.block) !== "3/4";
    case "three-quarters":
      return schemeOf(state, field.block) === "3/4";
  }
}

/** The fields that are present, in the order of the table. */
export function presentFields(state: EfuseState): readonly EfuseField[] {
  checkState(state, "state");
  return state.table.fields.filter((field) => isPresent(state, field));
}

/**
 * The fields whose bits there are, in use or not: all but those of another coding scheme. What burning does to fields does
 * not depend on whether anybody uses them, nor on whether what says so was read.
 */
export function existingFields(state: EfuseState): readonly EfuseField[] {
  const isOfScheme = ({ presence }: EfuseField): boolean => presence === "uncoded" || presence === "three-quarters";
  return state.table.fields.filter((field) => !isOfScheme(field) || isPresent(state, field));
}

/** 100 x BLK_VERSION_MAJOR + BLK_VERSION_MINOR; 0 where there is none. */
export function blockVersion(state: EfuseState): number {
  return Number(100n * valueIfRead(state, "BLK_VERSION_MAJOR") + valueIfRead(state, "BLK_VERSION_MINOR"));
}

/** The coding scheme of a block; of one that was not read, what the ESP32's CODING_SCHEME says. */
export function schemeOf(state: EfuseState, id: number): CodingScheme {
  const block = state.blocks.get(id);
  if (block !== undefined) return block.scheme;
  if (state.table.chip !== "esp32") return id === 0 ? "repeat" : "reed-solomon";
  return id > 0 && valueIfRead(state, "CODING_SCHEME") === 1n ? "3/4" : "none";
}

function valueIfRead(state: EfuseState, name: string): bigint {
  const field = state.table.fields.find((candidate) => candidate.name === name);
  const block = field === undefined ? undefined : state.blocks.get(field.block);
  if (field === undefined || block === undefined || field.bit === null) return 0n;
  return (block.bits & bitMask(field.bit, field.width)) >> BigInt(field.bit);
}
