import { hexAddress } from "../../bytes/hex.ts";
import { type Check, either } from "../../check/check.ts";
import { checkAddress, checkSize } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { oneOf } from "../../check/words.ts";
import { EspError } from "../../errors.ts";
import { ADDRESSABLE_BYTES } from "./configure-flash.ts";

/** `"all"`: from the address to the end of the flash. */
export interface FlashRange {
  readonly address: number;
  readonly sizeBytes: number | "all";
}

export interface RangeLimits {
  /** Size of the flash, or null when it is not known. */
  readonly flashBytes: number | null;
  readonly reachesBeyond16MiB: boolean;
}

/**
 * The range in numbers. Throws `argument.invalid`, `flash.unknown-size` when "all" of an unknown flash is meant,
 * `flash.out-of-range`.
 */
export function resolveRange(range: FlashRange, limits: RangeLimits): { address: number; sizeBytes: number } {
  const { address } = range;
  requireAddress(address, "address");
  if (range.sizeBytes === "all" && limits.flashBytes === null)
    throw new EspError("flash.unknown-size", "The flash size is not known, so its end is not either.", {
      hint: "Give the exact number of bytes.",
    });
  const sizeBytes = range.sizeBytes === "all" ? Math.max(0, (limits.flashBytes ?? 0) - address) : range.sizeBytes;
  requireAddress(sizeBytes, "size");
  const error = outOfRange(address, sizeBytes, limits);
  if (error !== null) throw error;
  return { address, sizeBytes };
}

/** The error for a range that ends beyond what can be reached, or null. */
export function outOfRange(address: number, sizeBytes: number, limits: RangeLimits): EspError | null {
  const end = address + sizeBytes;
  const details = { address, sizeBytes, flashBytes: limits.flashBytes };
  if (limits.flashBytes !== null && (end > limits.flashBytes || address >= limits.flashBytes))
    return new EspError(
      "flash.out-of-range",
      `${sizeBytes} bytes at ${hexAddress(address)} do not lie within the ${limits.flashBytes} bytes of the flash.`,
      { hint: "Check address and size.", details },
    );
  if (end > ADDRESSABLE_BYTES && !limits.reachesBeyond16MiB)
    return new EspError("flash.out-of-range", "This loader cannot access flash beyond 16 MiB on this chip.", {
      hint: "Larger flash needs the stub, and a chip that supports it.",
      details,
    });
  return null;
}

function requireAddress(value: number, what: "address" | "size"): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= 0x1_0000_0000) return;
  throw new EspError("argument.invalid", `${value} is no flash ${what}.`, {
    hint: "Give a whole number from 0 to 0xffffffff.",
    details: { [what]: value },
  });
}

export const checkRange: Check<FlashRange> = shape<FlashRange>({
  address: checkAddress,
  sizeBytes: either(checkSize, oneOf<"all">(["all"]), "a whole number from 0 to 0x100000000, or 'all'"),
});
