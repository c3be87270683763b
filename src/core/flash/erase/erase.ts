// Shelf: erasing, and how long it may take.
// In: a session and a range.
// Out: flash that is blank there.

import type { Check } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import type { AbortSignalLike } from "../../errors.ts";
import { EspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { ERASE_REGION, FLASH_BEGIN } from "../../wire/commands.ts";
import { SECTOR_BYTES } from "../sectors.ts";
import { attachFlash } from "../setup/attach.ts";
import { checkForce, SPI_OPTIONS } from "../setup/check-options.ts";
import { ADDRESSABLE_BYTES, reachesBeyond16MiB, sendParameters } from "../setup/configure-flash.ts";
import { detectFlashSize } from "../setup/jedec.ts";
import { checkRange, type FlashRange, resolveRange } from "../setup/range.ts";
import { type EraseResult, eraseChip, erasing, refuseErase, requireChipErase, stubRequired } from "./erase-chip.ts";
import { ERASE_TOOLS } from "./erase-tools.ts";
import { eraseTimeMs } from "./work-time.ts";

export interface EraseOptions {
  /** Erase although security features are active. */
  readonly force?: boolean | undefined;
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export const checkEraseOptions: Check<EraseOptions> = shape<EraseOptions>({ ...SPI_OPTIONS, force: checkForce });

/**
 * Erases the whole flash. Only stubs can.
 * Throws `stub.required`, `flash.security-active`, `flash.erase-failed`, `link.*`.
 */
export async function eraseFlash(session: Session, options: EraseOptions = {}): Promise<EraseResult> {
  const live = checkSession(session, "session");
  const wanted = checkEraseOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    requireChipErase(live);
    await attachFlash(live, wanted.spiConnection);
    return await eraseChip(live, wanted.force ?? false, ERASE_TOOLS);
  });
}

/**
 * Erases whole sectors: address and size must be multiples of 4096.
 * Throws `flash.unaligned`, `flash.out-of-range`, `flash.unknown-size`, `flash.security-active`,
 * `flash.guard-key-manager`, `stub.required`, `flash.erase-failed`, `link.*`.
 */
export async function eraseRegion(
  session: Session,
  range: FlashRange,
  options: EraseOptions = {},
): Promise<EraseResult> {
  const live = checkSession(session, "session");
  const asked = checkRange(range, "range");
  const wanted = checkEraseOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    const { region, flashBytes } = await prepareErase(live, asked, wanted);
    const elapsed = stopwatch(live);
    live.emit({ type: "erase.started", what: "region", ...region, estimatedMs: eraseTimeMs(live.limits, region) });
    if (region.sizeBytes > 0) await erasing(() => repeatable(live, () => sendErase(live, region, flashBytes)));
    const elapsedMs = elapsed();
    live.emit({ type: "erase.done", what: "region", elapsedMs });
    return { elapsedMs };
  });
}

/** All that is decided before a region is erased; the flash is attached then. Throws as `eraseRegion` does. */
export async function prepareErase(
  session: LiveSession,
  asked: FlashRange,
  { force = false, spiConnection }: Pick<EraseOptions, "force" | "spiConnection">,
): Promise<{ readonly region: { address: number; sizeBytes: number }; readonly flashBytes: number | null }> {
  if (session.traits.canEraseRegion === null) throw stubRequired("erase a region of flash");
  requireAligned(asked);
  await attachFlash(session, spiConnection);
  const detected = await detectFlashSize(session);
  const flashBytes = detected?.sizeBytes ?? null;
  const region = resolveRange(asked, { flashBytes, reachesBeyond16MiB: reachesBeyond16MiB(session) });
  requireAligned(region);
  if (asked.sizeBytes === "all" && detected !== null) session.emit({ type: "flash.size-detected", ...detected });
  await refuseErase(session, { region, force }, ERASE_TOOLS);
  return { region, flashBytes };
}

/** What the ROM is told of the flash when nobody knows (fact sheet 1.7). */
const UNKNOWN_FLASH_BYTES = 4 * 1024 * 1024;

async function sendErase(
  session: LiveSession,
  region: { readonly address: number; readonly sizeBytes: number },
  flashBytes: number | null,
): Promise<void> {
  const { link, traits, limits } = session;
  if (traits.canEraseRegion === "command") {
    await link.exchange(ERASE_REGION, region, { timeoutMs: eraseTimeMs(limits, region) });
    return;
  }
  // In Secure Download Mode the size cannot be asked for; the largest lets every address pass (fact sheet 1.7).
  const assumed = traits.canReadRegisters ? UNKNOWN_FLASH_BYTES : ADDRESSABLE_BYTES;
  await sendParameters(session, flashBytes ?? assumed);
  const { flashBlockSize: blockSize } = traits;
  const request = {
    ...region,
    blocks: Math.ceil(region.sizeBytes / blockSize),
    blockSize,
    ...(traits.sendsEncryptedWord ? { encrypted: 0 } : {}),
  };
  const timeoutMs = eraseTimeMs(limits, region);
  await link.exchange(FLASH_BEGIN, request, { timeoutMs });
}

function requireAligned({ address, sizeBytes }: FlashRange): void {
  const wrong =
    address % SECTOR_BYTES !== 0 ? "Address" : sizeBytes === "all" || sizeBytes % SECTOR_BYTES === 0 ? null : "Size";
  if (wrong === null) return;
  throw new EspError("flash.unaligned", `${wrong} of the region to erase must be a multiple of 4096.`, {
    hint: "Flash is erased in sectors of 4096 bytes.",
    details: { address, sizeBytes },
  });
}
