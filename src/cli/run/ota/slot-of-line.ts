import { EspError } from "../../../index.ts";
import { nextOtaSlot, type OtaData, otaSlots, type Partition } from "../../../partition.ts";

/** `next`, a number, `ota_1` or the name of a slot's partition. Throws `argument.invalid`, `partition.no-slot`. */
export function slotOfLine(text: string, partitions: readonly Partition[], otaData: OtaData): number {
  if (text === "next") return nextOtaSlot(partitions, otaData);
  const slots = otaSlots(partitions);
  const named = slots.findIndex(({ name }) => name === text);
  if (named !== -1) return named;
  const number = /^(?:ota_)?(\d{1,2})$/.exec(text)?.[1];
  if (number !== undefined) return Number(number);
  throw new EspError("argument.invalid", `There is no slot '${text}'.`, {
    hint: `Choose from next, ${slots.map(({ name }, index) => `ota_${index} (${name})`).join(", ")}.`,
    details: { slot: text },
  });
}

/** For those who need OTA data. Throws `partition.no-slot`. */
export function requireOta(otaData: OtaData | null): OtaData {
  if (otaData !== null) return otaData;
  throw new EspError("partition.no-slot", "The partition table has no partition for OTA data.", {
    hint: "A table with OTA slots has one: data, ota, 0x2000 bytes.",
  });
}
