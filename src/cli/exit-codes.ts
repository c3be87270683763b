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

/**
 * 0 is success; a program that was stopped ends with what shells give one that the signal itself ended, which is the
 * cause of its error: 130 for Ctrl-C.
 */
export function exitCodeOf({ code, cause }: { readonly code: ErrorCode; readonly cause?: unknown }): number {
  if (code === "operation.aborted")
    return INTERRUPT_EXIT_CODES[cause as InterruptSignal] ?? INTERRUPT_EXIT_CODES.SIGINT;
  return isSerialFailure(code) || code === "internal" ? 1 : 2;
}
