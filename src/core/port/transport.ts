import { type Check, optional } from "../check/check.ts";
import { hasParts } from "../check/shapes.ts";
import { checkFunction, checkObject } from "../check/values.ts";
import type { Clock } from "../clock.ts";
import type { AbortSignalLike } from "../errors.ts";
import { checkClock, checkPortInfo } from "./check-port.ts";
import type { PortCapabilities, PortInfo } from "./port.ts";

/** What an opened device tells of. After the port was closed or the device lost, nobody listens any more. */
export interface TransportEvents {
  /** Bytes as they came; the array is not touched afterwards. */
  data(bytes: Uint8Array): void;
  /** The device is gone, and why: anything; a `port.lost` error is told as it is. */
  lost(cause: unknown): void;
  /** Aborted when the port is closed while it is still being opened: then `open` need not go on. */
  readonly signal: AbortSignalLike;
}

/**
 * A device that is open. Its operations are called one at a time, in the order in which they were asked for, and never
 * after `close`. An `EspError` of theirs is the answer to who asked; anything else they throw, and `port.lost`, means that
 * the device is gone.
 */
export interface OpenDevice {
  /** Resolves when the bytes are handed to the system. */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits for sent bytes to leave, then switches; left out where the rate means nothing. Throws `port.baud-unsupported`. */
  setBaudRate?(baudRate: number): Promise<void>;
  /** Both lines; left out where there are none. Throws `port.lines-unsupported`, and is not asked again after that. */
  setLines?(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void>;
  /**
   * Lets go of the device; called once, whether it was lost or not, and maybe while another operation is under way, which
   * nobody waits for any more. Resolves when the device can be opened again.
   */
  close(): Promise<void>;
}

/** What only the author of a port knows; `portOver` makes the port of it. */
export interface Transport {
  /** Asked each time, for devices that come back under another path. */
  readonly info: PortInfo;
  readonly capabilities: PortCapabilities;
  /** Real time unless given. */
  readonly clock?: Clock | undefined;
  /** How long a device may take over a write, and over a change of its rate or lines. Default 10 000 each. */
  readonly timeouts?: { readonly writeMs?: number | undefined; readonly settingMs?: number | undefined } | undefined;
  /** What the person should do when the device is lost, or does not take what is written. */
  readonly hints?: { readonly lost?: string | undefined; readonly timeout?: string | undefined } | undefined;
  /** Opens the device without touching its lines, as far as possible. Throws `port.*`. */
  open(options: { readonly baudRate: number }, events: TransportEvents): Promise<OpenDevice>;
}

export const checkTransport: Check<Transport> = (value, argument) => {
  const transport = checkParts(value, argument);
  for (const name of ["timeouts", "hints"] as const) optional(checkObject)(transport[name], `${argument}.${name}`);
  optional(checkClock)(transport.clock, `${argument}.clock`);
  return transport;
};

const checkParts: Check<Transport> = hasParts<Transport>("a transport with info, capabilities and open", {
  info: checkPortInfo,
  capabilities: checkObject,
  open: checkFunction,
});
