import { hexAddress } from "../bytes/hex.ts";
import { aliasOf } from "../chip/ram-alias.ts";
import type { AddressWindow, ChipDescriptor } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import type { StubRegion } from "../session/stub-memory.ts";
import type { RamImage } from "./ram-image.ts";

/** A segment would overwrite memory of the running stub. */
export interface StubConflict {
  readonly segment: AddressWindow;
  readonly region: StubRegion;
  /** The two have different addresses, but they are the same memory. */
  readonly throughAlias: boolean;
}

/** All of them, at most one for each pair of segment and region. Pure. */
export function findStubConflicts(
  chip: Pick<ChipDescriptor, "ramAlias">,
  segments: RamImage["segments"],
  regions: readonly StubRegion[],
): readonly StubConflict[] {
  return segments.flatMap(({ address, data }) => {
    if (data.length === 0) return [];
    const segment = { start: address, end: address + data.length };
    const alias = aliasOf(chip, segment);
    return regions.flatMap((region): StubConflict[] => {
      if (overlap(segment, region)) return [{ segment, region, throughAlias: false }];
      return alias !== null && overlap(alias, region) ? [{ segment, region, throughAlias: true }] : [];
    });
  });
}

/**
 * Through an alias the stub's buffers may be touched: large parts of them lie idle while RAM is loaded, and the
 * reference does not look at aliases at all, so images that happen to work must go on working.
 */
export function isFatal({ region, throughAlias }: StubConflict): boolean {
  return !(throughAlias && region.holds === "buffers");
}

function overlap(left: AddressWindow, right: AddressWindow): boolean {
  return left.start < right.end && right.start < left.end;
}

function fromTo({ start, end }: AddressWindow): string {
  return `${hexAddress(start)} to ${hexAddress(end - 1)}`;
}

export function stubConflictError(conflict: StubConflict): EspError {
  const { segment, region, throughAlias } = conflict;
  const same = throughAlias ? ", which is the same memory" : "";
  return new EspError(
    "image.overlaps-stub",
    `Stub flasher is resident at ${fromTo(region)}; the image cannot be loaded to ${fromTo(segment)}${same}.`,
    { hint: "Load it through the ROM loader.", remedies: ["no-stub"], details: { ...conflict } },
  );
}

export function stubConflictWarning({ segment, region }: StubConflict): string {
  return `The image goes to ${fromTo(segment)}, the same memory as the stub's buffers (${fromTo(region)}); if it does not start, load it through the ROM loader.`;
}
