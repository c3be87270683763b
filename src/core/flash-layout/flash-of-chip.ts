import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkName } from "../check/values.ts";
import { type AbortSignalLike, EspError } from "../errors.ts";
import { readFlash } from "../flash/read/read-flash.ts";
import { readFlashId } from "../flash/setup/flash-id.ts";
import type { FlashReader } from "../inspect/flash-reader.ts";
import type { Session } from "../session/session.ts";

export interface FlashOfChipOptions {
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const checkOptions: Check<FlashOfChipOptions> = shape<FlashOfChipOptions>({
  spiConnection: optional(checkName),
  signal: optional(checkSignal),
});

/**
 * The flash of a chip, for `describeFlash`: what is blank is not transferred, where the loader has digests. Throws
 * `flash.unknown-size`, and as `readFlash`.
 */
export async function flashOfChip(session: Session, options: FlashOfChipOptions = {}): Promise<FlashReader> {
  const reading = checkOptions(options, "options");
  const { sizeBytes } = await readFlashId(session, reading);
  if (sizeBytes === null)
    throw new EspError("flash.unknown-size", "How large the flash is cannot be told by its id.", {
      hint: "Read the flash into a file, and look at that.",
    });
  return {
    sizeBytes,
    read: async (address, wanted) => (await readFlash(session, { address, sizeBytes: wanted }, reading)).data,
  };
}
