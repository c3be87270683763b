// Room: what is in a flash: its table, what is in each partition, what boots.
// In: something that reads bytes of a flash: a chip, or a backup of one.
// Out: a description; what is damaged costs its own row only.

import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, checkThat } from "../check/check.ts";

/** Reads a flash, wherever it is. */
export interface FlashReader {
  readonly sizeBytes: number;
  /** Never asked for more than there is. What it throws ends the description. */
  read(address: number, sizeBytes: number): Promise<Uint8Array>;
}

const isReader = (value: unknown): boolean => {
  const reader = value as Partial<FlashReader> | null;
  return typeof reader === "object" && reader !== null && typeof reader.read === "function" && isSize(reader.sizeBytes);
};
const isSize = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;

export const checkReader: Check<FlashReader> = checkThat(isReader, "an object with sizeBytes and a function read");

/** A backup of the whole flash, from address 0 on. */
export function flashOfBytes(image: ByteSource): FlashReader {
  const bytes = checkBytes(image, "image");
  return {
    sizeBytes: bytes.length,
    read: async (address, sizeBytes) => bytes.subarray(address, address + sizeBytes),
  };
}
