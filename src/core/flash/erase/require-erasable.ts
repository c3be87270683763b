import { listOf } from "../../check/values.ts";
import { type EspError, isEspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { Session } from "../../session/session.ts";
import { operation } from "../../session/talk/operation.ts";
import { checkRange, type FlashRange } from "../setup/range.ts";
import { checkEraseOptions, type EraseOptions, prepareErase } from "./erase.ts";
import { refuseErase, requireChipErase } from "./erase-chip.ts";
import { ERASE_TOOLS } from "./erase-tools.ts";

const checkRanges = listOf(checkRange);

/**
 * Looks whether `eraseRegion` would erase all of these, for who does something else first that cannot be taken back; changes
 * nothing. Throws what `eraseRegion` would.
 */
export async function requireErasable(
  session: Session,
  ranges: readonly FlashRange[],
  options: EraseOptions = {},
): Promise<void> {
  const live = checkSession(session, "session");
  const asked = checkRanges(ranges, "ranges");
  const wanted = checkEraseOptions(options, "options");
  await operation(live, wanted.signal, async () => {
    for (const range of asked) await prepareErase(live, range, wanted);
  });
}

/** Why a chip does not erase; null: it does. */
export interface EraseRefusals {
  readonly all: EspError | null;
  /** Of regions behind the bootloader. */
  readonly regions: EspError | null;
}

/** What a chip refuses to erase unless it is forced to: by its loader, or by security features. Throws `link.*`, `port.*`. */
export async function readEraseRefusals(
  session: Session,
  { signal }: Pick<EraseOptions, "signal"> = {},
): Promise<EraseRefusals> {
  const live = checkSession(session, "session");
  return await operation(live, signal, async () => ({
    all: await refusalOf(async () => {
      requireChipErase(live);
      await refuseErase(live, { region: null, force: false }, ERASE_TOOLS);
    }),
    regions: await refusalOf(() => prepareErase(live, BEHIND_BOOTLOADER, {})),
  }));
}

const BEHIND_BOOTLOADER: FlashRange = { address: 0x8000, sizeBytes: 0 };

async function refusalOf(look: () => Promise<unknown>): Promise<EspError | null> {
  try {
    await look();
    return null;
  } catch (error) {
    if (isEspError(error, "link.*") || isEspError(error, "port.*") || isEspError(error, "operation.*")) throw error;
    if (isEspError(error)) return error;
    throw error;
  }
}
