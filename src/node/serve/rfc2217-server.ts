import type { Socket } from "node:net";
import { type Check, either, optional } from "../../core/check/check.ts";
import { checkMilliseconds, wholeNumber } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkFunction, checkName } from "../../core/check/values.ts";
import { type EspError, toEspError } from "../../core/errors.ts";
import { checkPort } from "../../core/port/check-port.ts";
import type { Port } from "../../core/port/port.ts";
import type { LineHandling } from "../system/line-handling.ts";
import { checkLineHandling } from "../system/line-handling.ts";
import { admitClient, IDLE_TIMEOUT_MS, limitIdleness, turnAway } from "./admit-client.ts";
import { listenTcp } from "./listen.ts";
import type { Listener } from "./listener.ts";
import { PortShare, type SharedPort } from "./port-share.ts";
import { Rfc2217Session } from "./rfc2217-session.ts";
import { type ServeListener, safeServeListener } from "./serve-events.ts";

export interface ServeRfc2217Options {
  /** The port to share, or what makes it; made again when the device was lost and the next client comes. */
  readonly port: Port | (() => Promise<Port>);
  /** Default 127.0.0.1, so that only this computer can connect. There is no password. */
  readonly host?: string | undefined;
  /** 0 lets the system choose. */
  readonly tcpPort: number;
  /**
   * What becomes of the client's DTR and RTS. "pass-through" (default) sets both lines as the client says, in its
   * order. "local-reset" recognises the resets of the reference tool and does them here with exact timing, which a
   * network does not have; choose it for real chips.
   */
  readonly lines?: LineHandling | undefined;
  /**
   * With "local-reset": how long the boot pin stays low after the reset. Default 50; boards with a large capacitor at
   * the reset pin need 550 (fact sheet 2.3).
   */
  readonly bootHoldMs?: number | undefined;
  /**
   * A client is sent away when nothing went in either direction for so long. Default 43 200 000 (half a day, so that a
   * monitor may listen to a quiet chip); 0: never. Whether its computer is still there is asked by TCP itself.
   */
  readonly idleTimeoutMs?: number | undefined;
  readonly onEvent?: ServeListener | undefined;
}

const checkServeOptions: Check<ServeRfc2217Options> = shape<ServeRfc2217Options>({
  port: either(checkFunction, checkPort, "a port, or a function that makes one"),
  host: optional(checkName),
  tcpPort: wholeNumber(0, 0xffff),
  lines: optional(checkLineHandling),
  bootHoldMs: optional(checkMilliseconds),
  idleTimeoutMs: optional(checkMilliseconds),
  onEvent: optional(checkFunction),
});

/**
 * Shares a port over the network by RFC 2217 (bytes, baud rate and lines), with one client at a time. The port is open
 * from now until `close`.
 *
 * Throws `port.*` when the port does not open or the address is taken.
 *
 * @example
 * const server = await serveRfc2217({ port: createSerialPort({ path: "/dev/ttyUSB0" }), tcpPort: 2217 });
 */
export async function serveRfc2217(options: ServeRfc2217Options): Promise<Listener> {
  const checked = checkServeOptions(options, "options");
  const wanted = { ...checked, onEvent: safeServeListener(checked.onEvent) };
  const share = new PortShare(wanted.port, wanted.onEvent);
  await share.open();
  try {
    const listener = await listenRfc2217(share, wanted);
    return {
      ...listener,
      async close() {
        await listener.close();
        await share.close();
      },
    };
  } catch (error) {
    await share.close();
    throw error;
  }
}

/** The same for a port that other servers share, too. */
export async function listenRfc2217(share: PortShare, options: Omit<ServeRfc2217Options, "port">): Promise<Listener> {
  const onEvent = options.onEvent ?? (() => {});
  const lines = options.lines ?? "pass-through";
  const listener = await listenTcp({
    host: options.host ?? "127.0.0.1",
    tcpPort: options.tcpPort,
    onClient: (socket, client) =>
      void serveClient({
        share,
        socket,
        client,
        onEvent,
        lines,
        bootHoldMs: options.bootHoldMs,
        idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
      }),
  });
  onEvent({ kind: "listening", protocol: "rfc2217", address: listener.address, port: listener.port });
  return listener;
}

interface Client {
  readonly share: PortShare;
  readonly socket: Socket;
  readonly client: string;
  readonly lines: LineHandling;
  readonly bootHoldMs: number | undefined;
  readonly idleTimeoutMs: number;
  readonly onEvent: ServeListener;
}

/** Telnet is for people, too, and shows them what is no command. */
const REFUSAL = "Another client is connected; one is served at a time.\r\n";

async function serveClient({
  share,
  socket,
  client,
  lines,
  bootHoldMs,
  idleTimeoutMs,
  onEvent,
}: Client): Promise<void> {
  const refuse = (error: EspError): void => onEvent({ kind: "client-refused", protocol: "rfc2217", client, error });
  const input = await admitClient(socket, refuse);
  if (input === null) return;
  const session = new Rfc2217Session({ socket, input, lines, bootHoldMs, onEvent });
  let shared: SharedPort;
  try {
    shared = await share.attach({
      data: (bytes) => session.deliver(bytes),
      lost: () => socket.destroySoon(),
    });
  } catch (error) {
    const why = toEspError(error);
    refuse(why);
    return turnAway(socket, why.code === "port.busy" ? REFUSAL : `${why.message}\r\n`);
  }
  let reason: "idle" | undefined;
  const left = (): void => {
    void shared.detach();
    onEvent({ kind: "client-left", protocol: "rfc2217", client, ...(reason && { reason }) });
  };
  if (socket.destroyed) return left();
  socket.once("close", left);
  limitIdleness(socket, idleTimeoutMs, () => {
    reason = "idle";
  });
  onEvent({ kind: "client-connected", protocol: "rfc2217", client });
  session.start(shared);
}
