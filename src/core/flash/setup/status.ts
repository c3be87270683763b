import { type Check, optional } from "../../check/check.ts";
import { checkWord, wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { Deadline } from "../../clock.ts";
import { type AbortSignalLike, EspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation } from "../../session/talk/operation.ts";
import { attachFlash } from "./attach.ts";
import { SPI_OPTIONS } from "./check-options.ts";
import { restoreSpi, runSpiCommand, runSpiSteps, type SpiStep } from "./spi-command.ts";

export type StatusBytes = 1 | 2 | 3;

/** The first two bytes are what most flash chips have. */
const DEFAULT_BYTES: StatusBytes = 2;

export interface FlashStatusOptions {
  /** How many of the status bytes, from the lowest on. Default 2. */
  readonly sizeBytes?: StatusBytes | undefined;
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface WriteStatusOptions extends FlashStatusOptions {
  /** Keep the value over power cycles. */
  readonly nonVolatile?: boolean | undefined;
}

/** Fact sheet 3.11: one command per byte, lowest first. */
const READ_STATUS: readonly number[] = [0x05, 0x35, 0x15];
const WRITE_STATUS: readonly number[] = [0x01, 0x31, 0x11];
const WRITE_ENABLE = 0x06;
const WRITE_ENABLE_VOLATILE = 0x50;
const WRITE_DISABLE = 0x04;
/** In the first status byte: the flash is busy writing and takes no command but reads of the status. */
const WRITE_IN_PROGRESS = 0x01;
/** Writing takes 15 ms (W25Q32JV data sheet, section 9.6, tW) to 40 ms (other makers); the flash says when it is done. */
const WRITE_STATUS_LIMIT_MS = 500;

const checkByteCount: Check<StatusBytes> = (value, argument) => wholeNumber(1, 3)(value, argument) as StatusBytes;
const checkStatusOptions: Check<FlashStatusOptions> = shape<FlashStatusOptions>({
  ...SPI_OPTIONS,
  sizeBytes: optional(checkByteCount),
});
const checkWriteStatusOptions: Check<WriteStatusOptions> = shape<WriteStatusOptions>({
  ...SPI_OPTIONS,
  sizeBytes: optional(checkByteCount),
  nonVolatile: optional(checkBoolean),
});

/** The first status bytes of the flash chip, lowest byte first. Throws `chip.secure-download`, `flash.*`, `link.*`. */
export async function readFlashStatus(session: Session, options: FlashStatusOptions = {}): Promise<number> {
  const live = checkSession(session, "session");
  const wanted = checkStatusOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    requireRegisters(live);
    await attachFlash(live, wanted.spiConnection);
    return await readStatus(live, wanted.sizeBytes ?? DEFAULT_BYTES);
  });
}

/**
 * Writes the first status bytes; what lies above `sizeBytes` bytes of the value is ignored. Returns the status before
 * and after.
 */
export async function writeFlashStatus(
  session: Session,
  value: number,
  options: WriteStatusOptions = {},
): Promise<{ readonly before: number; readonly written: number; readonly after: number }> {
  const live = checkSession(session, "session");
  checkWord(value, "value");
  const wanted = checkWriteStatusOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    requireRegisters(live);
    await attachFlash(live, wanted.spiConnection);
    const byteCount = wanted.sizeBytes ?? DEFAULT_BYTES;
    const written = value & (2 ** (8 * byteCount) - 1);
    const before = await readStatus(live, byteCount);
    for (const steps of planStatusWrite(written, byteCount, wanted.nonVolatile ?? false)) {
      await runSpiSteps(live, steps);
      await statusWritten(live);
    }
    return { before, written, after: await readStatus(live, byteCount) };
  });
}

/** The commands that write the status (fact sheet 3.11), pure; each group must be finished before the next is sent. */
export function planStatusWrite(value: number, byteCount: StatusBytes, nonVolatile: boolean): SpiStep[][] {
  const groups: SpiStep[][] = [];
  const enable = { command: { command: nonVolatile ? WRITE_ENABLE : WRITE_ENABLE_VOLATILE } };
  const write = (command: number, data: readonly number[]): void => {
    groups.push([enable, { command: { command, write: Uint8Array.from(data) } }]);
  };
  const bytes = Array.from({ length: byteCount }, (_, index) => (value >>> (8 * index)) & 0xff);
  // Some chips write both bytes with the first command only, others take them one by one: do both.
  if (byteCount === 2) write(0x01, bytes);
  for (const [index, byte] of bytes.entries()) write(WRITE_STATUS[index] ?? 0x01, [byte]);
  groups.push([{ command: { command: WRITE_DISABLE } }]);
  return groups;
}

async function statusWritten(session: LiveSession): Promise<void> {
  const deadline = new Deadline(session.link.clock, WRITE_STATUS_LIMIT_MS);
  while (((await readStatus(session, 1)) & WRITE_IN_PROGRESS) !== 0) {
    if (!deadline.passed) continue;
    throw new EspError("flash.write-failed", "The flash chip does not finish writing its status.", {
      hint: "Check how the flash is wired and powered.",
    });
  }
}

/** The first status bytes, lowest first; the flash is attached already. */
export async function readStatus(session: LiveSession, byteCount: StatusBytes): Promise<number> {
  let status = 0;
  for (const [index, command] of READ_STATUS.slice(0, byteCount).entries())
    status |= (await runSpiCommand(session, { command, readBits: 8 })) << (8 * index);
  await restoreSpi(session);
  return status;
}

/** The error of sessions in which the flash chip cannot be talked to directly. */
export function requireRegisters({ traits }: LiveSession): void {
  if (traits.canReadRegisters) return;
  throw new EspError("chip.secure-download", "The flash chip cannot be asked anything in Secure Download Mode.", {
    hint: "This mode is burned into the chip; flash can only be written and erased.",
  });
}
