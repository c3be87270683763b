import type { ErrorCode } from "../index.ts";
import { INTERRUPT_EXIT_CODES, type InterruptSignal } from "./host/interrupts.ts";

/** The line itself failed: scripts tell it from a refusal by the chip (fact sheet 1.5). */
const SERIAL_FAILURES: ReadonlySet<ErrorCode> = new Set([
  "port.lost",
  "port.failed",
  "port.write-timeout",
  "port.closed",
]);

export function isSerialFailure(code: ErrorCode): boolean {
  return SERIAL_FAILURES.has(code);
}

/** What the original generator of NVS images ends with, for builds that look at it. */
const NVS_EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  "nvs.invalid-input": 254,
  "nvs.value-too-long": 254,
  "nvs.invalid-number": 1,
  "nvs.short-row": 1,
  "nvs.bad-size": 1,
  "nvs.full": 1,
  "nvs.keys-needed": 1,
  "nvs.output-name": 1,
};

/** Of a command that worked and whose answer is that something would change (`--dry-run`). */
export const WOULD_CHANGE = 10;

/**
 * 0 is success; a program that was stopped ends with what shells give one that the signal itself ended, which is the
 * cause of its error: 130 for Ctrl-C.
 */
export function exitCodeOf({ code, cause }: { readonly code: ErrorCode; readonly cause?: unknown }): number {
  if (code === "operation.aborted")
    return INTERRUPT_EXIT_CODES[cause as InterruptSignal] ?? INTERRUPT_EXIT_CODES.SIGINT;
  const ofGenerator = NVS_EXIT_CODES[code];
  if (ofGenerator !== undefined) return ofGenerator;
  return isSerialFailure(code) || code === "internal" ? 1 : 2;
}
