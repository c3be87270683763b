import { memoryTypesAt } from "../../chip/regions.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import {
  type ApplicationDescriptor,
  type BootloaderDescriptor,
  parseApplicationDescriptor,
  parseBootloaderDescriptor,
} from "./descriptors.ts";
import type { FirmwareImage } from "./firmware-image.ts";

export interface ImageDescriptors {
  readonly application: ApplicationDescriptor | null;
  /** Null in an application. */
  readonly bootloader: BootloaderDescriptor | null;
}

/**
 * What the program in the image tells of itself. All segments of data memory are looked at: where instructions and data
 * share it, the boot loader's descriptor is rarely in the last one. Null: a chip whose memories nobody knows.
 */
export function findDescriptors(
  chip: ChipDescriptor | null,
  { segments }: Pick<FirmwareImage, "segments">,
): ImageDescriptors {
  const inMemory = (name: string): Uint8Array<ArrayBuffer>[] =>
    segments
      .filter(({ address }) => chip === null || memoryTypesAt(chip, address).includes(name))
      .map(({ data }) => data);
  const application = firstOf(inMemory("DROM"), parseApplicationDescriptor);
  const bootloader = application === null ? firstOf(inMemory("DRAM"), parseBootloaderDescriptor) : null;
  return { application, bootloader };
}

function firstOf<T>(parts: readonly Uint8Array[], parse: (data: Uint8Array) => T | null): T | null {
  for (const part of parts) {
    const found = parse(part);
    if (found !== null) return found;
  }
  return null;
}
