import { type Check, optional } from "../../check/check.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean, checkName } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { FLASH_MODES, type FlashMode } from "../../chip/flash-codes.ts";

import type { AbortSignalLike } from "../../errors.ts";

/** What most operations on flash take. */
export const SPI_OPTIONS: Shape<FlashIdOptions> = {
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
};
export const checkSpiOptions: Check<FlashIdOptions> = shape(SPI_OPTIONS);

/** Sizes and frequencies are words of the chip, so what they may be is known only when it is. */
export const HEADER_OPTIONS: Shape<{
  readonly flashMode?: FlashMode | "keep" | undefined;
  readonly flashFrequency?: string | undefined;
  readonly flashSize?: string | undefined;
}> = {
  flashMode: optional(oneOf([...(Object.keys(FLASH_MODES) as FlashMode[]), "keep"])),
  flashFrequency: optional(checkName),
  flashSize: optional(checkName),
};

export const checkForce: Check<boolean | undefined> = optional(checkBoolean);

export interface FlashIdOptions {
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}
