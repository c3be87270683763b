import { md5 } from "../../bytes/md5.ts";
import { unshared } from "../../bytes/unshared.ts";
import { equalBytes } from "../../bytes/words.ts";
import { checkSomeBytes } from "../../check/bytes.ts";
import type { Check } from "../../check/check.ts";
import { checkAddress, wholeNumber } from "../../check/numbers.ts";
import { oneOfKinds, shape } from "../../check/shapes.ts";
import { checkBoolean, listOf } from "../../check/values.ts";
import { Deadline } from "../../clock.ts";
import { type AbortSignalLike, EspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { flashDigest, requireDigests } from "../flash-digest.ts";
import { SECTOR_BYTES } from "../sectors.ts";
import { attachFlash } from "../setup/attach.ts";
import { SPI_OPTIONS } from "../setup/check-options.ts";
import { configureFlash } from "../setup/configure-flash.ts";
import { resolveRange } from "../setup/range.ts";
import { restoreSpi, runSpiCommand, runSpiSteps } from "../setup/spi-command.ts";
import { requireRegisters } from "../setup/status.ts";

/** One thing that flash can do to itself; offsets are relative to the region. */
export type FlashStep =
  /** Bits are cleared, nothing is erased: flash has `data` afterwards. */
  | {
      readonly kind: "program";
      readonly offset: number;
      readonly data: Uint8Array;
      /** What is there by now must be proved before this. */
      readonly destroys: boolean;
    }
  /** A sector of 4,096 bytes becomes blank. */
  | { readonly kind: "erase"; readonly offset: number; readonly destroys: boolean };

export interface FlashPatch {
  /** Of the region, a multiple of 4,096. */
  readonly address: number;
  /** The region as it was when the steps were decided: whole sectors. */
  readonly before: Uint8Array;
  readonly steps: readonly FlashStep[];
}

export interface PatchFlashOptions {
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface PatchFlashResult {
  readonly bytesProgrammed: number;
  readonly sectorsErased: number;
  readonly elapsedMs: number;
}

/** W25Q data sheet, section "Instructions"; every NOR flash has them. */
const WRITE_ENABLE = 0x06;
const PAGE_PROGRAM = 0x02;
const SECTOR_ERASE = 0x20;
const READ_STATUS = 0x05;
const WRITE_IN_PROGRESS = 0x01;
const PROGRAM_PAGE_BYTES = 256;
/** What the SPI peripheral carries in one command. */
const PIECE_BYTES = 64;
/** 64 bytes take 140 us even at 4 MHz; the peripheral is left alone for so long. */
const PIECE_MICROSECONDS = 200;
/** The largest times in data sheets are 5 ms for a page and 400 ms for a sector. */
const LIMIT_MS = 3000;
/** Addresses of these commands have 24 bits. */
const LIMIT_ADDRESS = 0x100_0000;

const checkPatch: Check<FlashPatch> = shape<FlashPatch>({
  address: checkAddress,
  before: checkSomeBytes,
  steps: listOf(
    oneOfKinds<FlashStep>({
      program: {
        kind: (value) => value as "program",
        offset: wholeNumber(0),
        data: checkSomeBytes,
        destroys: checkBoolean,
      },
      erase: { kind: (value) => value as "erase", offset: wholeNumber(0), destroys: checkBoolean },
    }),
  ),
});
const checkOptions: Check<PatchFlashOptions> = shape<PatchFlashOptions>({ ...SPI_OPTIONS });

/**
 * Changes flash in small steps, in their order, without erasing what they do not say: `editNvs` makes such steps. The flash must
 * still be as the steps expect, or nothing is done; before a step that destroys, and at the end, the chip's digest proves all that was done.
 * Throws `flash.changed-meanwhile`, `flash.unaligned`, `flash.out-of-range`, `flash.write-failed`, `flash.verify-failed`,
 * `flash.verify-unsupported`, `chip.secure-download`, `argument.invalid`, `link.*`.
 */
export async function patchFlash(
  session: Session,
  patch: FlashPatch,
  options: PatchFlashOptions = {},
): Promise<PatchFlashResult> {
  const live = checkSession(session, "session");
  const asked = checkPatch(patch, "patch");
  const { spiConnection, signal } = checkOptions(options, "options");
  requireSteps(asked);
  return await operation(live, signal, async () => {
    const elapsed = stopwatch(live);
    requireRegisters(live);
    requireDigests(live);
    await attachFlash(live, spiConnection);
    const { detectedBytes } = await configureFlash(live, "keep");
    resolveRange(
      { address: asked.address, sizeBytes: asked.before.length },
      { flashBytes: detectedBytes ?? LIMIT_ADDRESS, reachesBeyond16MiB: false },
    );
    return { ...(await runPatch(live, asked)), elapsedMs: elapsed() };
  });
}

async function runPatch(
  session: LiveSession,
  { address, before, steps }: FlashPatch,
): Promise<Omit<PatchFlashResult, "elapsedMs">> {
  const expected = new Uint8Array(before);
  if (!(await holds(session, address, expected)))
    throw new EspError("flash.changed-meanwhile", "Flash is not as it was when the change was planned.", {
      hint: "The application may be running and writing: connect with a reset, then do it again.",
      details: { address, sizeBytes: before.length },
    });
  let isProved = true;
  let bytesProgrammed = 0;
  let sectorsErased = 0;
  for (const step of steps) {
    if (step.destroys && !isProved) await prove(session, address, expected);
    isProved = false;
    if (step.kind === "erase") {
      await erase(session, address + step.offset);
      expected.fill(0xff, step.offset, step.offset + SECTOR_BYTES);
      sectorsErased++;
      continue;
    }
    await program(session, address + step.offset, step.data);
    expected.set(step.data, step.offset);
    bytesProgrammed += step.data.length;
  }
  if (!isProved) await prove(session, address, expected);
  return { bytesProgrammed, sectorsErased };
}

async function program(session: LiveSession, address: number, data: Uint8Array): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const at = address + done;
    const length = Math.min(PIECE_BYTES, PROGRAM_PAGE_BYTES - (at % PROGRAM_PAGE_BYTES), data.length - done);
    const write = unshared(data.subarray(done, done + length));
    await runSpiSteps(session, [
      { command: { command: WRITE_ENABLE } },
      { command: { command: PAGE_PROGRAM, address: at, write }, thenWaitMicroseconds: PIECE_MICROSECONDS },
    ]);
    await finished(session);
    done += length;
  }
}

async function erase(session: LiveSession, address: number): Promise<void> {
  await runSpiSteps(session, [{ command: { command: WRITE_ENABLE } }, { command: { command: SECTOR_ERASE, address } }]);
  await finished(session);
}

async function finished(session: LiveSession): Promise<void> {
  const deadline = new Deadline(session.link.clock, LIMIT_MS);
  while (((await runSpiCommand(session, { command: READ_STATUS, readBits: 8 })) & WRITE_IN_PROGRESS) !== 0) {
    if (!deadline.passed) continue;
    throw new EspError("flash.write-failed", "The flash chip does not finish what it was told to do.", {
      hint: "Check how the flash is wired and powered.",
    });
  }
}

async function holds(session: LiveSession, address: number, data: Uint8Array): Promise<boolean> {
  // The loader reads flash by its own ways, for which the peripheral has to be as it left it.
  await restoreSpi(session);
  return equalBytes(await flashDigest(session, address, data.length), md5(data));
}

async function prove(session: LiveSession, address: number, data: Uint8Array): Promise<void> {
  if (await holds(session, address, data)) return;
  throw new EspError("flash.verify-failed", "Flash does not hold what was programmed; nothing further was done.", {
    hint: "The flash may be write-protected, or failing. What was there before still counts.",
    details: { address, sizeBytes: data.length },
  });
}

/** Steps stay in the region, and programming could be what flash can do. */
function requireSteps({ address, before, steps }: FlashPatch): void {
  if (address % SECTOR_BYTES !== 0 || before.length % SECTOR_BYTES !== 0)
    throw new EspError("flash.unaligned", "The region that is changed has to be whole sectors of 4,096 bytes.", {
      hint: "Give its beginning and end by sectors.",
      details: { address, sizeBytes: before.length },
    });
  for (const step of steps) {
    const length = step.kind === "erase" ? SECTOR_BYTES : step.data.length;
    const isAligned = step.kind === "program" || step.offset % SECTOR_BYTES === 0;
    if (isAligned && step.offset + length <= before.length) continue;
    throw new EspError("argument.invalid", "A step leaves the region, or erases across sectors.", {
      hint: "Offsets are relative to the region's address.",
      details: { argument: "patch.steps", offset: step.offset },
    });
  }
}
