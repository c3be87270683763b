import { sizeCode } from "../../chip/flash-codes.ts";
import { flashSizeBytes } from "../../chip/flash-size.ts";
import { EspError } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { LiveSession } from "../../session/session.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { tellUnusual } from "../../session/talk/tell-unusual.ts";
import { SPI_SET_PARAMS } from "../../wire/commands.ts";
import { SECTOR_BYTES } from "../sectors.ts";
import { flashMemo } from "./flash-memo.ts";
import { detectFlashSize } from "./jedec.ts";

/** A size by name, or: leave it (`keep`), or: ask the flash chip (`detect`). */
export type FlashSizeChoice = string;

export interface FlashGeometry {
  readonly detectedBytes: number | null;
  /** What the flash holds as far as is known: the smaller of detected and explicit size; null when unknown. */
  readonly limitBytes: number | null;
  /** The size for image headers, by name, or `keep`. */
  readonly headerSize: string;
  /** Where the loader takes flash to end, which nobody vouches for: it refuses what lies behind. Null: it does not look. */
  readonly loaderBytes: number | null;
}

/** Loaders take 24 address bits (fact sheet 3.10). */
export const ADDRESSABLE_BYTES: number = 16 * 1024 * 1024;
/** What a loader is told when nobody knows the size (fact sheet 3.10). */
const FALLBACK = "4MB";
/** What a ROM loader assumes until it is told (fact sheet 3.16). */
const ROM_ASSUMED_BYTES = 2 * 1024 * 1024;
const BLOCK_BYTES = 0x10000;

const PAGE_BYTES = 0x100;
const STATUS_MASK = 0xffff;

/** True when this loader can reach flash beyond 16 MiB. */
export function reachesBeyond16MiB(session: Pick<LiveSession, "traits" | "chip">): boolean {
  return session.traits.kind === "stub" && session.chip.stubBeyond16MiB;
}

/**
 * Tells the loader how large the flash is, unless it was told so before. `emit` is told what was found.
 * Throws `flash.unsupported-size`, `chip.secure-download` (nothing can be detected there), `link.*`.
 */
export async function configureFlash(
  session: LiveSession,
  choice: FlashSizeChoice,
  emit: Emit = session.emit,
): Promise<FlashGeometry> {
  const { traits, chip } = session;
  const isExplicit = choice !== "keep" && choice !== "detect";
  if (isExplicit) sizeCode(chip, choice);
  if (!traits.canReadRegisters && !isExplicit) {
    if (choice === "detect")
      throw new EspError("chip.secure-download", "Detecting flash size is not supported in secure download mode.", {
        hint: "Give the flash size.",
      });
    await tellUnusual(emit, "note", "flash.size-unknown", {});
    const loaderBytes = flashMemo(session).parametersSizeBytes ?? ROM_ASSUMED_BYTES;
    return { detectedBytes: null, limitBytes: null, headerSize: "keep", loaderBytes };
  }
  const detected = await detectFlashSize(session);
  const known = detected?.sizeBytes ?? null;
  if (choice === "detect") {
    if (detected === null) await tellUnusual(emit, "warning", "flash.unknown-size", { assumed: FALLBACK });
    else emit({ type: "flash.size-detected", ...detected });
  }
  const name = isExplicit ? choice : (detected?.name ?? FALLBACK);
  const sizeBytes = flashSizeBytes(name);
  await sendParameters(session, sizeBytes);
  if (known !== null && sizeBytes > known)
    await tellUnusual(emit, "warning", "flash.size-exceeds-detected", { sizeBytes, detectedBytes: known });
  if (sizeBytes > ADDRESSABLE_BYTES && !reachesBeyond16MiB(session))
    await tellUnusual(emit, "note", "flash.beyond-16mib", {});
  return {
    detectedBytes: known,
    // Without a detected size an explicit one may be a guess, but it is what the caller vouches for.
    limitBytes: isExplicit ? Math.min(sizeBytes, known ?? sizeBytes) : known,
    headerSize: choice === "keep" ? "keep" : name,
    loaderBytes: traits.kind === "rom" && traits.hasSetParams ? sizeBytes : null,
  };
}

/** SPI_SET_PARAMS with the geometry that all supported flash chips share. */
export async function sendParameters(session: LiveSession, sizeBytes: number): Promise<void> {
  const memo = flashMemo(session);
  if (!session.traits.hasSetParams || memo.parametersSizeBytes === sizeBytes) return;
  session.emit({ type: "flash.configuring" });
  await repeatable(session, () =>
    session.link.exchange(SPI_SET_PARAMS, {
      id: 0,
      sizeBytes,
      blockSize: BLOCK_BYTES,
      sectorSize: SECTOR_BYTES,
      pageSize: PAGE_BYTES,
      statusMask: STATUS_MASK,
    }),
  );
  memo.parametersSizeBytes = sizeBytes;
}
