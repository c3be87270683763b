import { type Check, optional } from "../../check/check.ts";
import { checkWord } from "../../check/numbers.ts";
import { hasParts, shape } from "../../check/shapes.ts";
import { checkBoolean, listOf } from "../../check/values.ts";
import { APP, DATA, DATA_OTA, FACTORY, OTA_0, OTA_15 } from "../table/keywords.ts";
import { checkPartitions, type Partition } from "../table/partition.ts";
import { isRejected, type OtaCopy, type OtaData } from "./ota-data.ts";

/** The slots ota_0, ota_1 and on, up to the first that is missing: a bootloader counts no further. */
export function otaSlots(partitions: readonly Partition[]): readonly Partition[] {
  const wanted = checkPartitions(partitions, "partitions");
  const slots: Partition[] = [];
  for (let subtype = OTA_0; subtype <= OTA_15; subtype++) {
    const slot = wanted.find((partition) => partition.type === APP && partition.subtype === subtype);
    if (slot === undefined) break;
    slots.push(slot);
  }
  return slots;
}

/** The partition with the OTA data, if the table has one. */
export function otaDataPartition(partitions: readonly Partition[]): Partition | null {
  const wanted = checkPartitions(partitions, "partitions");
  return wanted.find(({ type, subtype }) => type === DATA && subtype === DATA_OTA) ?? null;
}

/** Why that slot boots. */
export type BootReason =
  /** The table has no OTA data. */
  | "no-ota-data"
  /** There are no slots to choose from. */
  | "no-slots"
  /** Nothing was ever chosen. */
  | "blank"
  /** Both copies were refused: blank, or their applications failed. */
  | "rejected"
  /** No copy that is not refused has a right checksum. */
  | "damaged"
  /** The only copy that counts. */
  | "only-copy"
  /** The higher sequence of two. */
  | "higher-sequence";

/** What the bootloader starts, as long as the application in it is sound. */
export interface BootSlot {
  /** Null: the bootloader tries one slot after the other; or there is no application at all. */
  readonly partition: Partition | null;
  /** The copy that says so. */
  readonly copy: 0 | 1 | null;
  readonly reason: BootReason;
  /** What the bootloader writes on its way: the state of a copy. */
  readonly changes: readonly BootChange[];
}

export interface BootChange {
  readonly copy: 0 | 1;
  readonly state: "pending-verify" | "aborted" | "valid";
}

export interface BootSlotOptions {
  /** The bootloader was built with rollback (CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE); default false. */
  readonly rollback?: boolean | undefined;
}

const checkOptions: Check<BootSlotOptions> = shape<BootSlotOptions>({ rollback: optional(checkBoolean) });
export const checkOtaData: Check<OtaData> = hasParts<OtaData>("OTA data, as parseOtaData gives it", {
  copies: listOf(hasParts<OtaCopy>("a copy of OTA data", { sequence: checkWord, crcValid: checkBoolean })),
});

/**
 * Which slot a bootloader of ESP-IDF starts, and why (fact sheet build-outputs 3.2). `otaData` is null where the table has
 * none. Whether an application is there and sound is not looked at: where it is not, the bootloader goes on to the slots below,
 * then those above. Throws `argument.invalid`.
 */
export function bootSlot(
  partitions: readonly Partition[],
  otaData: OtaData | null,
  options: BootSlotOptions = {},
): BootSlot {
  const slots = otaSlots(partitions);
  const { rollback = false } = checkOptions(options, "options");
  const factory = partitions.find(({ type, subtype }) => type === APP && subtype === FACTORY) ?? null;
  const otherwise = (reason: BootReason, changes: readonly BootChange[] = []): BootSlot => {
    // Without a factory application the first slot is tried first, except where copies are damaged: then all are.
    const partition = factory ?? (reason === "damaged" ? null : (slots[0] ?? null));
    return { partition, copy: null, reason, changes };
  };
  if (otaData === null) return otherwise("no-ota-data");
  const { copies } = checkOtaData(otaData, "otaData");
  const aborted: BootChange[] = copies
    .filter(({ state }) => rollback && state === "pending-verify")
    .map(({ index }) => ({ copy: index, state: "aborted" }));
  if (slots.length === 0) return otherwise("no-slots", aborted);
  const left = copies.filter((copy) => !isRejected(copy) && !aborted.some(({ copy: index }) => index === copy.index));
  if (left.length === 0) {
    const isBlank = copies.every((copy) => copy.blank || !copy.crcValid);
    const first: BootChange[] = factory === null && isBlank ? [{ copy: 0, state: "valid" }] : [];
    return otherwise(copies.every(({ blank }) => blank) ? "blank" : "rejected", [...aborted, ...first]);
  }
  const valid = left.filter(({ crcValid }) => crcValid);
  const chosen = highest(valid);
  if (chosen === null) return otherwise("damaged", aborted);
  const started: BootChange[] =
    rollback && chosen.state === "new" ? [{ copy: chosen.index, state: "pending-verify" }] : [];
  return {
    partition: slots[slotOf(chosen.sequence, slots.length)] ?? null,
    copy: chosen.index,
    reason: valid.length === 1 ? "only-copy" : "higher-sequence",
    changes: [...aborted, ...started],
  };
}

/** Of two with the same sequence, copy 0. */
function highest(copies: readonly OtaCopy[]): OtaCopy | null {
  return copies.reduce<OtaCopy | null>(
    (best, copy) => (best === null || copy.sequence > best.sequence ? copy : best),
    null,
  );
}

/** Unsigned arithmetic of 32 bits: sequence 0 is the last number there is. */
function slotOf(sequence: number, count: number): number {
  return ((sequence - 1) >>> 0) % count;
}
