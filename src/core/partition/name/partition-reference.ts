// Shelf: partitions by their names, types and roles.
// In: a table and what somebody wrote.
// Out: a range of flash.

import { type Check, optional, orNull } from "../../check/check.ts";
import { closestName } from "../../check/closest-name.ts";
import { checkAddress } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkName } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { readCsvNumber } from "../csv/csv-number.ts";
import { bootSlot, checkOtaData, otaSlots } from "../ota/boot-slot.ts";
import type { OtaData } from "../ota/ota-data.ts";
import { nextOtaSlot } from "../ota/plan-switch.ts";
import { APP, SUBTYPES, subtypeName, TYPES, typeName } from "../table/keywords.ts";
import { checkPartitions, PARTITION_TABLE_ADDRESS, type Partition, SECTOR_BYTES } from "../table/partition.ts";

export interface ResolveRangeOptions {
  /** For `ota:next` and `ota:running`; null or left out: it is not known. */
  readonly otaData?: OtaData | null | undefined;
  /** Where the table stands; default 0x8000. For `partition-table`. */
  readonly tableAddress?: number | undefined;
  /** Where the chip's second-stage bootloader stands (`chip.bootloaderOffset`), for `bootloader`. */
  readonly bootloaderAddress?: number | undefined;
}

const checkOptions: Check<ResolveRangeOptions> = shape<ResolveRangeOptions>({
  otaData: optional(orNull(checkOtaData)),
  tableAddress: optional(checkAddress),
  bootloaderAddress: optional(checkAddress),
});

/** Where what was named lies in flash. */
export interface NamedRange {
  readonly address: number;
  readonly sizeBytes: number;
  /** The partition's name, or `bootloader` or `partition-table`. */
  readonly name: string;
  /** Null for what stands before the partitions. */
  readonly partition: Partition | null;
}

/** Whether a reference needs the OTA data of the chip. */
export function needsOtaData(reference: string): boolean {
  return /^ota:(?:next|running)$/.test(checkName(reference, "reference"));
}

/**
 * The range of flash that a reference means: `nvs` (the name of a partition), `name:nvs` (the same, whatever it is called),
 * `data:nvs` and `0x40:1` (type and subtype), `ota:next` and `ota:running` (by the OTA data); where no partition is called so,
 * `app` (the only application), `bootloader` and `partition-table`.
 *
 * Throws `partition.missing`; `partition.ambiguous` where several could be meant; `partition.no-slot`; `argument.invalid`.
 */
export function resolveRange(
  partitions: readonly Partition[],
  reference: string,
  options: ResolveRangeOptions = {},
): NamedRange {
  const table = checkPartitions(partitions, "partitions");
  const wanted = checkName(reference, "reference");
  const found = checkOptions(options, "options");
  const byName = table.filter(({ name }) => name === wanted);
  const byKind = ofKind(table, wanted);
  const all = [...new Set([...byName, ...byKind])];
  if (all.length > 0) return rangeOf(only(all, wanted));
  if (wanted.startsWith("name:")) {
    const name = wanted.slice("name:".length);
    const named = table.filter((partition) => partition.name === name);
    if (named.length > 0) return rangeOf(only(named, wanted));
  }
  if (needsOtaData(wanted)) return rangeOf(slotFor(table, wanted, found.otaData ?? null));
  return roleOf(table, wanted, found) ?? missing(table, wanted);
}

/** Those of a type and subtype, where that is what is written. */
function ofKind(partitions: readonly Partition[], reference: string): readonly Partition[] {
  const [typeText = "", subtypeText, more] = reference.split(":");
  if (subtypeText === undefined || more !== undefined) return [];
  const type = readCsvNumber(typeText, TYPES);
  const subtype = type === null ? null : readCsvNumber(subtypeText, SUBTYPES.get(type));
  return partitions.filter((partition) => partition.type === type && partition.subtype === subtype);
}

function only(partitions: readonly Partition[], reference: string): Partition {
  const [first, second] = partitions;
  if (first !== undefined && second === undefined) return first;
  throw new EspError("partition.ambiguous", `'${reference}' may be ${listed(partitions, "or")}.`, {
    hint: "Name one of them; name:NAME means a name, whatever it looks like.",
    details: { reference, candidates: partitions.map(({ name }) => name) },
  });
}

function slotFor(partitions: readonly Partition[], reference: string, otaData: OtaData | null): Partition {
  if (otaData === null) {
    throw new EspError("partition.no-slot", `'${reference}' needs OTA data, and there is none.`, {
      hint: "Name the slot: ota_0, ota_1.",
      details: { reference },
    });
  }
  if (reference === "ota:next") {
    const slot = otaSlots(partitions)[nextOtaSlot(partitions, otaData)];
    if (slot !== undefined) return slot;
  }
  const { partition } = bootSlot(partitions, otaData);
  if (partition !== null) return partition;
  throw new EspError("partition.no-slot", "The OTA data does not say which slot boots: both copies are damaged.", {
    hint: "Name the slot, or switch to one.",
    details: { reference },
  });
}

function roleOf(partitions: readonly Partition[], reference: string, options: ResolveRangeOptions): NamedRange | null {
  const { bootloaderAddress, tableAddress = PARTITION_TABLE_ADDRESS } = options;
  const apps = partitions.filter(({ type }) => type === APP);
  if (reference === "app" && apps.length > 0) return rangeOf(only(apps, reference));
  if (reference === "partition-table") {
    return { name: reference, address: tableAddress, sizeBytes: SECTOR_BYTES, partition: null };
  }
  if (reference !== "bootloader" || bootloaderAddress === undefined) return null;
  const sizeBytes = Math.max(0, tableAddress - bootloaderAddress);
  return { name: reference, address: bootloaderAddress, sizeBytes, partition: null };
}

function rangeOf(partition: Partition): NamedRange {
  const { name, address, sizeBytes } = partition;
  return { name, address, sizeBytes, partition };
}

function missing(partitions: readonly Partition[], reference: string): never {
  const near = closestName(
    reference,
    partitions.map(({ name }) => name),
  );
  throw new EspError("partition.missing", `There is no partition '${reference}' in the table.`, {
    hint: `${near === null ? "" : `Did you mean ${near}? `}There is ${listed(partitions, "and")}.`,
    details: { reference, names: partitions.map(({ name }) => name) },
  });
}

/** `nvs (data, nvs), factory (app, factory) or …`. */
function listed(partitions: readonly Partition[], word: "and" | "or"): string {
  const names = partitions.map(
    ({ name, type, subtype }) => `${name} (${typeName(type)}, ${subtypeName(type, subtype)})`,
  );
  const last = names.pop();
  if (last === undefined) return "nothing in it";
  return names.length === 0 ? last : `${names.join(", ")} ${word} ${last}`;
}
