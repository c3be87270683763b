import type { Emit } from "../events.ts";
import type { Port } from "../port/port.ts";
import type { TimeoutLimits } from "../wire/command.ts";

export interface LinkOptions {
  readonly port: Port;
  readonly limits: TimeoutLimits;
  readonly emit: Emit;
  /** Emit `trace` events for all traffic. */
  readonly trace?: boolean | undefined;
}

export interface ExchangeOptions {
  /** For the chip's work alone: the time that the bytes need on the line is added. */
  readonly timeoutMs?: number | undefined;
  /** The chip goes on working for so long after it has answered. */
  readonly busyAfterMs?: number | undefined;
}
