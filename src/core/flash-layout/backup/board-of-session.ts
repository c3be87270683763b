import { formatMac } from "../../chip/format-mac.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError, isEspError } from "../../errors.ts";
import { isFlashEncrypted } from "../../flash/guard/is-flash-encrypted.ts";
import { readFlashId } from "../../flash/setup/flash-id.ts";
import type { Session } from "../../session/session.ts";
import type { RegionOptions } from "./region-contents.ts";

/** What has to be known of a board for a backup of it. */
export interface BoardFacts {
  readonly chip: ChipId;
  readonly mac: string;
  readonly flashBytes: number;
  readonly encrypted: boolean;
}

/** Throws `flash.unknown-size`, `chip.secure-download`, and as `readFlashId`. */
export async function boardOf(session: Session, options: RegionOptions): Promise<BoardFacts> {
  const { sizeBytes } = await readFlashId(session, options);
  if (sizeBytes === null)
    throw new EspError("flash.unknown-size", "The size of the flash cannot be found out.", {
      hint: "Its own number is not one that is known: look at the wiring of the flash.",
    });
  if (session.mac === null)
    throw new EspError("chip.secure-download", "The board does not say which one it is.", {
      hint: "In Secure Download Mode nothing can be read.",
    });
  return {
    chip: session.chip.id,
    mac: formatMac(session.mac.base),
    flashBytes: sizeBytes,
    encrypted: await encrypted(session),
  };
}

async function encrypted(session: Session): Promise<boolean> {
  try {
    return await isFlashEncrypted(session);
  } catch (error) {
    // A chip that has no such thing.
    if (isEspError(error, "argument.unsupported")) return false;
    throw error;
  }
}
