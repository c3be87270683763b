// Room: what a serial port is to everything here, and where its bytes wait.
// In: bytes and line changes, from whoever implements `Port`.
// Out: the same, with a deadline for waiting and none for reading.

import type { Clock } from "../clock.ts";
import type { EspError } from "../errors.ts";

/** What is known of a port without opening it. */
export interface PortInfo {
  /** `/dev/ttyUSB0`, `COM3`, `socket://host:port`, `virtual:esp32c3`, or a label for a browser's port. */
  readonly path: string;
  readonly usbVendorId?: number | undefined;
  readonly usbProductId?: number | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
  /** How it is reached, where that is a network: bytes alone, or with lines and baud rate. */
  readonly network?: "tcp" | "rfc2217" | undefined;
  /** Bus position, stable while the plug stays in the same socket. */
  readonly location?: string | undefined;
}

export interface PortCapabilities {
  /** DTR and RTS can be driven. False for plain sockets and pseudo-terminals. */
  readonly lines: boolean;
  /** Both lines change in one system call, so that a tight reset sequence has no glitch in it. */
  readonly atomicLines: boolean;
  /** The line's baud rate means something and can be changed. */
  readonly baud: boolean;
  /** A change of the baud rate closes the port and opens it again, with what arrives in between lost. Default false. */
  readonly reopensForBaud?: boolean | undefined;
}

/** Where an open port delivers. All three are called by the port, never by its user. */
export interface PortSink {
  /** Bytes as they came; the port does not touch the array afterwards. */
  data(bytes: Uint8Array): void;
  /** The device went away or the connection broke; called at most once, never for a close that was asked for. */
  lost(error: EspError): void;
}

/**
 * A byte stream to a chip, with its modem lines.
 *
 * The port pushes what it receives into the sink given to `open` (no reads, hence no timed-out read that loses bytes).
 * True means asserted (pin low): DTR drives IO0 (boot), RTS drives EN (reset).
 */
export interface Port {
  readonly info: PortInfo;
  /** Valid while open; `lines` may turn false when the first attempt to set them shows that they do not exist. */
  readonly capabilities: PortCapabilities;
  /** The time this port lives in. Everything that waits for this port waits on this clock. */
  readonly clock: Clock;
  /** Opens without touching the lines, as far as the operating system allows. Throws `port.*`. */
  open(options: { readonly baudRate: number }, sink: PortSink): Promise<void>;
  /** Idempotent; also after `lost`. */
  close(): Promise<void>;
  /** Resolves when the bytes are handed to the system. Throws `port.lost`, `port.closed`, `port.write-timeout`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits for sent bytes to leave, then switches. Throws `port.baud-unsupported`. */
  setBaudRate(baudRate: number): Promise<void>;
  /** Always both. Throws `port.lines-unsupported` when there are none (ENOTTY, EINVAL), `port.lost`. */
  setLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void>;
}
