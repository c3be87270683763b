import { type AbortSignalLike, EspError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { attachFlash } from "./attach.ts";
import { flashOperation } from "./operation.ts";
import { restoreSpi, runSpiCommand, runSpiSteps, type SpiStep } from "./spi-command.ts";

export type StatusBytes = 1 | 2 | 3;

export interface FlashStatusOptions {
  readonly spiConnection?: string;
  readonly signal?: AbortSignalLike;
}

export interface WriteStatusOptions extends FlashStatusOptions {
  readonly byteCount: StatusBytes;
  /** Keep the value over power cycles. */
  readonly nonVolatile?: boolean;
}

/** Fact sheet 3.11: one command per byte, lowest first. */
const READ_STATUS: readonly number[] = [0x05, 0x35, 0x15];
const WRITE_STATUS: readonly number[] = [0x01, 0x31, 0x11];
const WRITE_ENABLE = 0x06;
const WRITE_ENABLE_VOLATILE = 0x50;
const WRITE_DISABLE = 0x04;
/** Writing a non-volatile status register takes up to 15 ms (W25Q32JV data sheet, section 9.6, tW). */
const WRITE_STATUS_MICROSECONDS = 15_000;

/** The first status bytes of the flash chip, lowest byte first. Throws `chip.secure-download`, `flash.*`, `link.*`. */
export async function readFlashStatus(
  session: Session,
  byteCount: StatusBytes,
  options: FlashStatusOptions = {},
): Promise<number> {
  return await flashOperation(session, options.signal, async () => {
    requireRegisters(session);
    await attachFlash(session, options.spiConnection);
    return await readStatus(session, byteCount);
  });
}

/**
 * Writes the first status bytes; what lies above `byteCount` bytes of the value is ignored. Returns the status before
 * and after.
 */
export async function writeFlashStatus(
  session: Session,
  value: number,
  options: WriteStatusOptions,
): Promise<{ readonly before: number; readonly written: number; readonly after: number }> {
  return await flashOperation(session, options.signal, async () => {
    requireRegisters(session);
    await attachFlash(session, options.spiConnection);
    const { byteCount } = options;
    const written = value & (2 ** (8 * byteCount) - 1);
    const before = await readStatus(session, byteCount);
    await runSpiSteps(session, planStatusWrite(written, byteCount, options.nonVolatile ?? false));
    return { before, written, after: await readStatus(session, byteCount) };
  });
}

/** The commands that write the status (fact sheet 3.11), pure. */
export function planStatusWrite(value: number, byteCount: StatusBytes, nonVolatile: boolean): SpiStep[] {
  const steps: SpiStep[] = [];
  const write = (command: number, data: readonly number[]): void => {
    steps.push({ command: { command: nonVolatile ? WRITE_ENABLE : WRITE_ENABLE_VOLATILE } });
    steps.push({
      command: { command, write: Uint8Array.from(data) },
      thenWaitMicroseconds: WRITE_STATUS_MICROSECONDS,
    });
  };
  const bytes = Array.from({ length: byteCount }, (_, index) => (value >>> (8 * index)) & 0xff);
  // Some chips write both bytes with the first command only, others take them one by one: do both.
  if (byteCount === 2) write(0x01, bytes);
  for (const [index, byte] of bytes.entries()) write(WRITE_STATUS[index] ?? 0x01, [byte]);
  steps.push({ command: { command: WRITE_DISABLE } });
  return steps;
}

async function readStatus(session: Session, byteCount: StatusBytes): Promise<number> {
  let status = 0;
  for (const [index, command] of READ_STATUS.slice(0, byteCount).entries())
    status |= (await runSpiCommand(session, { command, readBits: 8 })) << (8 * index);
  await restoreSpi(session);
  return status;
}

/** The error of sessions in which the flash chip cannot be talked to directly. */
export function requireRegisters({ traits }: Session): void {
  if (traits.canReadRegisters) return;
  throw new EspError("chip.secure-download", "The flash chip cannot be asked anything in Secure Download Mode.");
}
