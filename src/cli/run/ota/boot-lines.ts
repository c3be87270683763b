// Shelf: the OTA data of a chip, shown and changed.
// In: a `RunContext`.
// Out: what boots, before and after.

import {
  type BootReason,
  type BootSlot,
  type OtaCopy,
  type OtaData,
  otaSlots,
  type Partition,
} from "../../../partition.ts";
import { harmlessText } from "../../show/harmless-text.ts";

const REASONS: Readonly<Record<BootReason, string>> = {
  "no-ota-data": "the table has no OTA data",
  "no-slots": "the table has no OTA slots",
  blank: "the OTA data is blank",
  rejected: "both copies of the OTA data are refused",
  damaged: "no copy of the OTA data has a right checksum",
  "only-copy": "it has the only copy that counts",
  "higher-sequence": "it has the higher sequence",
};

/** Both copies, and what follows. */
export function otaLines(partitions: readonly Partition[], otaData: OtaData | null, slot: BootSlot): string[] {
  const copies = otaData === null ? [] : otaData.copies.map((copy) => copyLine(copy, otaSlots(partitions).length));
  const changes = slot.changes.map(
    ({ copy, state }) => `On its way the bootloader sets the state of copy ${copy} to ${state}.`,
  );
  return [...copies, bootLine(slot), ...changes];
}

export function bootLine({ partition, copy, reason }: BootSlot): string {
  const why = `${REASONS[reason]}${copy === null ? "" : ` (copy ${copy})`}`;
  if (partition === null) return `No slot is chosen: ${why}. The bootloader tries one after the other.`;
  return `'${harmlessText(partition.name)}' boots: ${why}.`;
}

function copyLine(copy: OtaCopy, slots: number): string {
  const { index, sequence, state, stateNumber, crc, crcValid, blank } = copy;
  if (blank) return `Copy ${index}: blank.`;
  const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
  const slot = slots === 0 ? "" : ` (ota_${((sequence - 1) >>> 0) % slots})`;
  return `Copy ${index}: sequence ${sequence}${slot}, state ${state ?? hex(stateNumber)}, CRC ${hex(crc)} ${crcValid ? "right" : "wrong"}.`;
}
