import type { Socket } from "node:net";
import { toEspError } from "../core/errors.ts";
import type { Port } from "../core/port/port.ts";
import type { LineHandling } from "./line-handling.ts";
import { listenTcp } from "./listen.ts";
import type { Listener } from "./listener.ts";
import { PortShare, type SharedPort } from "./port-share.ts";
import { Rfc2217Session } from "./rfc2217-session.ts";
import type { ServeListener } from "./serve-events.ts";

export interface ServeRfc2217Options {
  /** The port to share, or what makes it; made again when the device was lost and the next client comes. */
  readonly port: Port | (() => Promise<Port>);
  /** Default 127.0.0.1, so that only this computer can connect. There is no password. */
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly tcpPort: number;
  /**
   * What becomes of the client's DTR and RTS. "pass-through" (default) sets both lines as the client says, in its
   * order. "local-reset" recognises the resets of the reference tool and does them here with exact timing, which a
   * network does not have; choose it for real chips.
   */
  readonly lines?: LineHandling;
  /**
   * With "local-reset": how long the boot pin stays low after the reset. Default 50; boards with a large capacitor at
   * the reset pin need 550 (fact sheet 2.3).
   */
  readonly bootHoldMs?: number;
  readonly onEvent?: ServeListener;
}

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
  const share = new PortShare(options.port, options.onEvent);
  await share.open();
  try {
    const listener = await listenRfc2217(share, options);
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
      void serveClient({ share, socket, client, onEvent, lines, bootHoldMs: options.bootHoldMs }),
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
  readonly onEvent: ServeListener;
}

async function serveClient({ share, socket, client, lines, bootHoldMs, onEvent }: Client): Promise<void> {
  const session = new Rfc2217Session({ socket, lines, bootHoldMs, onEvent });
  let shared: SharedPort;
  try {
    shared = await share.attach({
      data: (bytes) => session.deliver(bytes),
      lost: () => socket.destroySoon(),
    });
  } catch (error) {
    onEvent({ kind: "client-refused", protocol: "rfc2217", client, error: toEspError(error) });
    socket.end();
    socket.resume();
    return;
  }
  const left = (): void => {
    void shared.detach();
    onEvent({ kind: "client-left", protocol: "rfc2217", client });
  };
  if (socket.destroyed) return left();
  socket.once("close", left);
  onEvent({ kind: "client-connected", protocol: "rfc2217", client });
  session.start(shared);
}
