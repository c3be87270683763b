import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkName } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { type AbortSignalLike, EspError } from "../errors.ts";
import { eraseRegion } from "../flash/erase/erase.ts";
import { readFlash } from "../flash/read/read-flash.ts";
import { writeFlash } from "../flash/write/write-flash.ts";
import { bootSlot, otaDataPartition } from "../partition/ota/boot-slot.ts";
import { OTA_DATA_BYTES, type OtaData, parseOtaData } from "../partition/ota/ota-data.ts";
import { type OtaSwitch, type OtaSwitchOptions, planOtaSwitch, requireOtaData } from "../partition/ota/plan-switch.ts";
import { checkPartitions, type Partition, SECTOR_BYTES } from "../partition/table/partition.ts";
import type { Session } from "../session/session.ts";

export interface OtaDataOptions {
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface SwitchOtaOptions extends OtaDataOptions, OtaSwitchOptions {}

const checkOptions: Check<OtaDataOptions> = shape<OtaDataOptions>({
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
});
const checkSwitchOptions: Check<SwitchOtaOptions> = shape<SwitchOtaOptions>({
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
  state: optional(oneOf(["undefined", "new", "valid"])),
});

/**
 * Reads both copies of the OTA data of a chip; null where the table has none. On a chip with flash encryption the
 * result means nothing, because the partition is encrypted. Throws as `readFlash`.
 */
export async function readOtaData(
  session: Session,
  partitions: readonly Partition[],
  options: OtaDataOptions = {},
): Promise<OtaData | null> {
  const place = otaDataPartition(checkPartitions(partitions, "partitions"));
  const wanted = checkOptions(options, "options");
  if (place === null) return null;
  const { data } = await readFlash(session, { address: place.address, sizeBytes: OTA_DATA_BYTES }, wanted);
  return parseOtaData(data);
}

/** `other`: it does not begin like an image; on a chip with flash encryption an application looks so, too. */
export type SlotContents = "image" | "nothing" | "other";

export interface SwitchOtaResult {
  /** What the slot that boots begins with: a bootloader passes over one that is no application. */
  readonly slotHolds: SlotContents;
  /** Null: the slot booted already, and nothing was written. */
  readonly written: OtaSwitch | null;
  /** As it was read back. */
  readonly otaData: OtaData;
}

/**
 * Makes a slot the one that boots: one sector is written, proved and read back, and the copy in force is not touched, so
 * that the power may fail at any moment. A slot without an application is switched to all the same, and the result says so.
 * Throws `partition.no-slot`, and as `readFlash` and `writeFlash`.
 */
export async function switchOtaSlot(
  session: Session,
  partitions: readonly Partition[],
  slot: number,
  options: SwitchOtaOptions = {},
): Promise<SwitchOtaResult> {
  const table = checkPartitions(partitions, "partitions");
  const { state, ...flash } = checkSwitchOptions(options, "options");
  requireOtaData(table);
  const before = await readThere(session, table, flash);
  const written = planOtaSwitch(table, before, slot, { state });
  const slotHolds = await contentsOfSlot(session, written?.partition ?? bootSlot(table, before).partition, flash);
  if (written === null) return { written, otaData: before, slotHolds };
  const { address, data, partition } = written;
  await writeFlash(session, [{ address, data, name: "OTA data" }], flash);
  const otaData = await readThere(session, table, flash);
  const boots = bootSlot(table, otaData).partition;
  if (boots?.address === partition.address) return { written, otaData, slotHolds };
  throw new EspError("flash.verify-failed", `The OTA data was written, and does not make '${partition.name}' boot.`, {
    hint: "Look at what the OTA data says now; encrypted flash cannot be written like this.",
    remedies: ["show-ota"],
    details: { address },
  });
}

/** Of an image that a bootloader starts. */
const IMAGE_MAGIC = 0xe9;
const HEAD_BYTES = 64;

async function contentsOfSlot(
  session: Session,
  slot: Partition | null,
  options: OtaDataOptions,
): Promise<SlotContents> {
  if (slot === null) return "nothing";
  const { data } = await readFlash(session, { address: slot.address, sizeBytes: HEAD_BYTES }, options);
  if (data[0] === IMAGE_MAGIC) return "image";
  return data.every((byte) => byte === 0xff) ? "nothing" : "other";
}

async function readThere(session: Session, table: readonly Partition[], options: OtaDataOptions): Promise<OtaData> {
  const found = await readOtaData(session, table, options);
  if (found === null) throw new EspError("internal", "OTA data that was there is gone.");
  return found;
}

/**
 * Erases the OTA data, so that the factory application boots, or the first slot where there is none. The copy in force
 * goes last. Throws `partition.no-slot`, and as `readFlash` and `eraseRegion`.
 */
export async function eraseOtaData(
  session: Session,
  partitions: readonly Partition[],
  options: OtaDataOptions = {},
): Promise<void> {
  const table = checkPartitions(partitions, "partitions");
  const wanted = checkOptions(options, "options");
  const place = requireOtaData(table);
  const { copy } = bootSlot(table, await readThere(session, table, wanted));
  const order = copy === 0 ? [1, 0] : [0, 1];
  for (const index of order) {
    const address = place.address + index * SECTOR_BYTES;
    await eraseRegion(session, { address, sizeBytes: SECTOR_BYTES }, wanted);
  }
}
