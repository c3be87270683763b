import { type Check, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import { type Partition, SECTOR_BYTES } from "../table/partition.ts";
import { bootSlot, otaDataPartition, otaSlots } from "./boot-slot.ts";
import { encodeOtaCopy, type OtaData, type OtaState } from "./ota-data.ts";

export interface OtaSwitchOptions {
  /**
   * `undefined` (the default): the slot is taken as it is. `new`: a bootloader with rollback waits for the application to
   * confirm itself, and goes back where it does not. `valid`: as if it had.
   */
  readonly state?: "undefined" | "new" | "valid" | undefined;
}

const checkOptions: Check<OtaSwitchOptions> = shape<OtaSwitchOptions>({
  state: optional(oneOf(["undefined", "new", "valid"])),
});

/** What has to be written so that another slot boots: one sector, and the other copy is never touched. */
export interface OtaSwitch {
  readonly slot: number;
  readonly partition: Partition;
  /** The copy to write: not the one in force. */
  readonly copy: 0 | 1;
  readonly sequence: number;
  readonly state: OtaState;
  /** The sector in flash. */
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * The plan of a switch to a slot; null where it boots already. Whenever the power fails while the sector is erased and
 * written, the copy in force is whole, and the slot of before boots. Throws `partition.no-slot`, `argument.invalid`.
 */
export function planOtaSwitch(
  partitions: readonly Partition[],
  otaData: OtaData,
  slot: number,
  options: OtaSwitchOptions = {},
): OtaSwitch | null {
  const slots = otaSlots(partitions);
  const index = wholeNumber(0)(slot, "slot");
  const { state = "undefined" } = checkOptions(options, "options");
  const { copy: inForce } = bootSlot(partitions, otaData);
  const place = requireOtaData(partitions);
  const partition = slots[index];
  if (partition === undefined) {
    const there = slots.length === 0 ? "none" : slots.map((_, number) => `ota_${number}`).join(", ");
    throw new EspError("partition.no-slot", `The partition table has no slot ota_${index}.`, {
      hint: `There ${slots.length === 1 ? "is" : "are"} ${there}.`,
      details: { slot: index, slots: slots.length },
    });
  }
  const base = inForce === null ? 0 : otaData.copies[inForce].sequence;
  const current = inForce === null ? null : ((base - 1) >>> 0) % slots.length;
  if (current === index) return null;
  const sequence = nextSequence(base, index, slots.length);
  const copy = inForce === 0 ? 1 : 0;
  return {
    slot: index,
    partition,
    copy,
    sequence,
    state,
    address: place.address + copy * SECTOR_BYTES,
    data: encodeOtaCopy(sequence, state),
  };
}

/** The smallest above the one in force that means the slot. */
function nextSequence(base: number, slot: number, count: number): number {
  const steps = (slot - (base % count) + count) % count;
  const sequence = base + steps + 1;
  if (sequence < 0xffff_ffff) return sequence;
  throw new EspError("partition.no-slot", "The sequence of the OTA data is at its end, and cannot count further.", {
    hint: "Erase the OTA data, then switch.",
    details: { sequence: base },
  });
}

/** The partition with the OTA data. Throws `partition.no-slot`. */
export function requireOtaData(partitions: readonly Partition[]): Partition {
  const place = otaDataPartition(partitions);
  if (place !== null && place.sizeBytes >= 2 * SECTOR_BYTES) return place;
  throw new EspError("partition.no-slot", "The partition table has no partition for OTA data.", {
    hint: "A table with OTA slots has one: data, ota, 0x2000 bytes.",
  });
}

/** The slot after the one that boots; the first, where none does. Throws `partition.no-slot`. */
export function nextOtaSlot(partitions: readonly Partition[], otaData: OtaData): number {
  const slots = otaSlots(partitions);
  const { partition } = bootSlot(partitions, otaData);
  const running = slots.findIndex((slot) => slot.address === partition?.address);
  if (slots.length > (running === -1 ? 0 : 1)) return (running + 1) % slots.length;
  throw new EspError("partition.no-slot", "The partition table has no other OTA slot than the one that boots.", {
    hint: "Write by the partition's name; it is the application that runs then.",
    details: { slots: slots.length },
  });
}
