// Shelf: servers: a port or a virtual chip for other programs, over TCP and RFC 2217.
// In: connections.
// Out: bytes to and from one port, for one client at a time.

import { type Check, optional } from "../../core/check/check.ts";
import { checkMilliseconds, wholeNumber } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkSignal } from "../../core/check/signal.ts";
import { checkBoolean, checkFunction, checkName } from "../../core/check/values.ts";
import { type AbortSignalLike, EspError } from "../../core/errors.ts";
import { checkHostFiles, type HostFiles, hostFiles } from "../files/host-files.ts";
import { portFromString, type VirtualPortMaker } from "../open-port.ts";
import type { LineHandling } from "../system/line-handling.ts";
import { checkLineHandling } from "../system/line-handling.ts";
import type { Listener } from "./listener.ts";
import { PortShare } from "./port-share.ts";
import { listenRfc2217 } from "./rfc2217-server.ts";
import { type ServeListener, safeServeListener } from "./serve-events.ts";
import { listenRawTcp } from "./tcp-server.ts";

/** Where to listen; port 0 lets the system choose. Default host 127.0.0.1. */
export interface ListenAddress {
  readonly host?: string | undefined;
  readonly port: number;
}

export interface ServeVirtualOptions {
  /** `virtual:esp32c3,flash=4MB`; the `virtual:` may be left out. */
  readonly chip: string;
  /** Serve plain bytes. */
  readonly tcp?: ListenAddress | undefined;
  /** Serve bytes, baud rate and lines by RFC 2217. */
  readonly rfc2217?: ListenAddress | undefined;
  /**
   * Put the chip into its download mode whenever a plain TCP client connects, by a reset with the boot pin low, because
   * such a client has no lines to do it with. Default true.
   */
  readonly resetOnConnect?: boolean | undefined;
  /** See `ServeRfc2217Options.lines`; here the default is "local-reset", which the reference tool needs. */
  readonly lines?: LineHandling | undefined;
  /** See `ServeRfc2217Options.idleTimeoutMs`. */
  readonly idleTimeoutMs?: number | undefined;
  readonly onEvent?: ServeListener | undefined;
  /** Where the chip keeps its state; this computer's files unless given. */
  readonly files?: HostFiles | undefined;
  /** Ends the reading of the chip's file. */
  readonly signal?: AbortSignalLike | undefined;
  readonly loadVirtual?: (() => Promise<VirtualPortMaker>) | undefined;
}

export interface VirtualServer {
  readonly tcp?: { readonly address: string; readonly port: number } | undefined;
  readonly rfc2217?: { readonly address: string; readonly port: number } | undefined;
  /** Hangs up, switches the chip off and saves its state. */
  close(): Promise<void>;
}

const checkAddress: Check<ListenAddress> = shape<ListenAddress>({
  host: optional(checkName),
  port: wholeNumber(0, 0xffff),
});
const checkServeVirtual: Check<ServeVirtualOptions> = shape<ServeVirtualOptions>({
  chip: checkName,
  tcp: optional(checkAddress),
  rfc2217: optional(checkAddress),
  resetOnConnect: optional(checkBoolean),
  lines: optional(checkLineHandling),
  idleTimeoutMs: optional(checkMilliseconds),
  onEvent: optional(checkFunction),
  files: optional(checkHostFiles),
  signal: optional(checkSignal),
  loadVirtual: optional(checkFunction),
});

/**
 * Serves one virtual chip, living in real time, over plain TCP, RFC 2217 or both. One client at a time over both
 * together.
 *
 * Throws `argument.invalid`, `port.busy` for a taken address, and what a wrong chip text throws.
 *
 * @example
 * const server = await serveVirtual({ chip: "esp32c3", tcp: { port: 0 } });
 * // esptool --port socket://127.0.0.1:PORT chip-id
 */
export async function serveVirtual(options: ServeVirtualOptions): Promise<VirtualServer> {
  const checked = checkServeVirtual(options, "options");
  const wanted = { ...checked, onEvent: safeServeListener(checked.onEvent) };
  if (wanted.tcp === undefined && wanted.rfc2217 === undefined) {
    throw new EspError("argument.invalid", "The virtual chip has nowhere to be served.", {
      hint: "Give an address for TCP, for RFC 2217, or both.",
    });
  }
  const text = `${/^virtual:/i.test(wanted.chip) ? "" : "virtual:"}${wanted.chip},realtime=1`;
  const share = new PortShare(
    () =>
      portFromString(text, {
        files: wanted.files ?? hostFiles,
        signal: wanted.signal,
        ...(wanted.loadVirtual && { loadVirtual: wanted.loadVirtual }),
      }),
    wanted.onEvent,
  );
  const listeners: Listener[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await share.close();
  };
  try {
    await share.open();
    const tcp =
      wanted.tcp &&
      (await listenRawTcp(share, { ...common(wanted, wanted.tcp), resetOnConnect: wanted.resetOnConnect ?? true }));
    if (tcp !== undefined) listeners.push(tcp);
    const rfc2217 =
      wanted.rfc2217 &&
      (await listenRfc2217(share, { ...common(wanted, wanted.rfc2217), lines: wanted.lines ?? "local-reset" }));
    if (rfc2217 !== undefined) listeners.push(rfc2217);
    return {
      ...(tcp && { tcp: { address: tcp.address, port: tcp.port } }),
      ...(rfc2217 && { rfc2217: { address: rfc2217.address, port: rfc2217.port } }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function common(
  { onEvent, idleTimeoutMs }: ServeVirtualOptions,
  { host, port }: ListenAddress,
): { tcpPort: number; host?: string; idleTimeoutMs?: number; onEvent?: ServeListener } {
  return {
    tcpPort: port,
    ...(host !== undefined && { host }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
    ...(onEvent && { onEvent }),
  };
}
