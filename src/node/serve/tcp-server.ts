import type { Socket } from "node:net";
import { type EspError, toEspError } from "../../core/errors.ts";
import { admitClient, IDLE_TIMEOUT_MS, limitIdleness, turnAway } from "./admit-client.ts";
import { listenTcp } from "./listen.ts";
import type { Listener } from "./listener.ts";
import { resetIntoDownload } from "./local-reset.ts";
import type { PortShare, SharedPort } from "./port-share.ts";
import type { ServeListener } from "./serve-events.ts";

export interface ServeTcpOptions {
  /** Default 127.0.0.1, so that only this computer can connect. There is no password. */
  readonly host?: string | undefined;
  /** 0 lets the system choose. */
  readonly tcpPort: number;
  /**
   * Reset the chip into its download mode whenever a client connects: a plain connection has no lines, so the client
   * cannot.
   */
  readonly resetOnConnect: boolean;
  /** See `ServeRfc2217Options.idleTimeoutMs`. */
  readonly idleTimeoutMs?: number | undefined;
  readonly onEvent?: ServeListener | undefined;
}

/** What is kept for a client that does not read; more is dropped, as a UART would. */
const UNREAD_LIMIT_BYTES = 4_194_304;

/** Shares a port as plain bytes over TCP, with one client at a time. */
export async function listenRawTcp(share: PortShare, options: ServeTcpOptions): Promise<Listener> {
  const listener = await listenTcp({
    host: options.host ?? "127.0.0.1",
    tcpPort: options.tcpPort,
    onClient: (socket, client) => void serveClient({ share, socket, client, options }),
  });
  options.onEvent?.({ kind: "listening", protocol: "tcp", address: listener.address, port: listener.port });
  return listener;
}

interface Client {
  readonly share: PortShare;
  readonly socket: Socket;
  readonly client: string;
  readonly options: ServeTcpOptions;
}

async function serveClient({ share, socket, client, options }: Client): Promise<void> {
  const onEvent = options.onEvent ?? (() => {});
  const refuse = (error: EspError): void => onEvent({ kind: "client-refused", protocol: "tcp", client, error });
  const input = await admitClient(socket, refuse);
  if (input === null) return;
  let shared: SharedPort;
  try {
    shared = await share.attach({
      data: (bytes) => {
        if (!socket.destroyed && socket.writableLength < UNREAD_LIMIT_BYTES) socket.write(bytes);
      },
      lost: () => socket.destroySoon(),
    });
  } catch (error) {
    refuse(toEspError(error));
    // Without a word: to the client, everything is what the chip says.
    return turnAway(socket);
  }
  let reason: "idle" | undefined;
  limitIdleness(socket, options.idleTimeoutMs ?? IDLE_TIMEOUT_MS, () => {
    reason = "idle";
  });
  onEvent({ kind: "client-connected", protocol: "tcp", client });
  try {
    if (options.resetOnConnect) {
      await resetIntoDownload(shared);
      onEvent({ kind: "reset", into: "download" });
    }
    // Read one piece after the other: a client cannot send ahead of the chip without end.
    for await (const chunk of input) await shared.write(new Uint8Array(chunk));
  } catch (error) {
    // A client that hangs up is the usual end; a port that fails is worth a word.
    if (!socket.destroyed) onEvent({ kind: "failed", error: toEspError(error) });
  } finally {
    socket.destroy();
    await shared.detach();
    onEvent({ kind: "client-left", protocol: "tcp", client, ...(reason && { reason }) });
  }
}
