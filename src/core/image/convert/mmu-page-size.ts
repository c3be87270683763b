import { hexAddress } from "../../bytes/hex.ts";
import { readU32 } from "../../bytes/words.ts";
import { isFlashAddress } from "../../chip/regions.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { APPLICATION_DESCRIPTOR_MAGIC, PAGE_SIZE_LOG2_AT } from "../firmware/descriptors.ts";
import { type ImageNotice, note, warning } from "../notice.ts";
import { APPLICATION_DESCRIPTOR_SECTION, type SegmentPart } from "./layout-flash-segments.ts";

const DEFAULT_PAGE_BYTES = 0x10000;
/** The descriptor stands behind the image's header and its own: 24 + 8 bytes into the first page. */
const HEADERS_BEFORE_DESCRIPTOR = 32;

export interface MmuPageSize {
  readonly pageBytes: number;
  readonly notices: readonly ImageNotice[];
}

/**
 * The application descriptor's section, if it is in flash. Throws `image.invalid` when the first one is not and another
 * one is: which of them the program means, nobody can tell.
 */
export function findDescriptorSection(chip: ChipDescriptor, segments: readonly SegmentPart[]): SegmentPart | undefined {
  const named = segments.filter(({ name }) => name === APPLICATION_DESCRIPTOR_SECTION);
  const inFlash = named.find(({ address }) => isFlashAddress(chip, address));
  const [first] = named;
  if (inFlash === undefined || first === undefined || inFlash === first) return inFlash;
  throw new EspError(
    "image.invalid",
    `The ELF file has ${named.length} sections ${APPLICATION_DESCRIPTOR_SECTION}, and the first, at ${hexAddress(first.address)}, is not in flash.`,
    {
      hint: `Leave one of them in the linker script, in flash, where the one at ${hexAddress(inFlash.address)} is.`,
      details: { addresses: named.map(({ address }) => address) },
    },
  );
}

/**
 * The size of the flash cache's pages: as asked for, else as the application's descriptor says, else as its address
 * allows, else 64 KB (fact sheet 5.6). Throws `argument.invalid` for a size the chip does not have, `image.invalid`
 * when the descriptor names one.
 */
export function chooseMmuPageSize(
  chip: ChipDescriptor,
  segments: readonly SegmentPart[],
  requested: number | undefined,
): MmuPageSize {
  const isConfigurable = chip.mmuPageSizes.length > 1;
  if (requested !== undefined) {
    if (isConfigurable) return { pageBytes: requirePageSize(chip, requested, "argument.invalid"), notices: [] };
    if (requested === DEFAULT_PAGE_BYTES) return { pageBytes: requested, notices: [] };
    const message = `Changing MMU page size is not supported on ${chip.name}! Defaulting to 64KB.`;
    return { pageBytes: DEFAULT_PAGE_BYTES, notices: [warning("image.mmu-page-size-fixed", message)] };
  }
  const descriptor = isConfigurable ? findDescriptorSection(chip, segments) : undefined;
  if (descriptor === undefined || !hasMagic(descriptor.data)) return { pageBytes: DEFAULT_PAGE_BYTES, notices: [] };
  const log2 = descriptor.data[PAGE_SIZE_LOG2_AT] ?? 0;
  if (log2 !== 0) return { pageBytes: requirePageSize(chip, 2 ** log2, "image.invalid"), notices: [] };
  return fromAddress(chip, descriptor.address);
}

function fromAddress(chip: ChipDescriptor, address: number): MmuPageSize {
  const largestFirst = chip.mmuPageSizes.toSorted((left, right) => right - left);
  const pageBytes = largestFirst.find((size) => (address - HEADERS_BEFORE_DESCRIPTOR) % size === 0);
  if (pageBytes === undefined) {
    const message =
      "App description segment is not aligned to MMU page size, probably linker script issue or wrong MMU page size. The page size is set to 64 KB.";
    return { pageBytes: DEFAULT_PAGE_BYTES, notices: [warning("image.appdesc-unaligned", message)] };
  }
  const message = `MMU page size not specified, set to ${pageBytes / 1024} KB`;
  return { pageBytes, notices: [note("image.mmu-page-size-chosen", message)] };
}

function hasMagic(data: Uint8Array<ArrayBuffer>): boolean {
  return data.length > PAGE_SIZE_LOG2_AT && readU32(data, 0) === APPLICATION_DESCRIPTOR_MAGIC;
}

function requirePageSize(chip: ChipDescriptor, size: number, code: "argument.invalid" | "image.invalid"): number {
  if (chip.mmuPageSizes.includes(size)) return size;
  const choices = chip.mmuPageSizes.map((bytes) => `${bytes / 1024}KB`).join(", ");
  throw new EspError(code, `${size} bytes is not a valid ${chip.name} page size.`, {
    hint: `Select from ${choices}.`,
    details: { size, supported: chip.mmuPageSizes },
  });
}
