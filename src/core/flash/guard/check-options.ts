import { type Check, either, optional } from "../../check/check.ts";
import { checkAddress, checkSize } from "../../check/numbers.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean, checkName } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { FLASH_MODES, type FlashMode } from "../../chip/flash-header.ts";
import type { NandOptions } from "../nand/attach-nand.ts";
import type { FlashIdOptions } from "../setup/flash-id.ts";
import type { FlashRange } from "../setup/range.ts";

/** What most operations on flash take. */
export const SPI_OPTIONS: Shape<FlashIdOptions> = {
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
};
export const checkSpiOptions: Check<FlashIdOptions> = shape(SPI_OPTIONS);

export const NAND_OPTIONS: Shape<NandOptions> = { spiConnection: checkName, signal: optional(checkSignal) };
export const checkNandOptions: Check<NandOptions> = shape(NAND_OPTIONS);

/** Sizes and frequencies are words of the chip, so what they may be is known only when it is. */
export const HEADER_OPTIONS: Shape<{
  readonly flashMode?: FlashMode | "keep";
  readonly flashFrequency?: string;
  readonly flashSize?: string;
}> = {
  flashMode: optional(oneOf([...(Object.keys(FLASH_MODES) as FlashMode[]), "keep"])),
  flashFrequency: optional(checkName),
  flashSize: optional(checkName),
};

export const checkForce: Check<boolean | undefined> = optional(checkBoolean);

export const checkRange: Check<FlashRange> = shape<FlashRange>({
  address: checkAddress,
  sizeBytes: either(checkSize, oneOf<"all">(["all"]), "a whole number from 0 to 0x100000000, or 'all'"),
});
