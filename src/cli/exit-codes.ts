import type { ErrorCode } from "../index.ts";

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

/** 0 is success; 130 is what shells give a program that Ctrl-C ended. */
export function exitCodeOf(code: ErrorCode): number {
  if (code === "operation.aborted") return 130;
  return isSerialFailure(code) || code === "internal" ? 1 : 2;
}
