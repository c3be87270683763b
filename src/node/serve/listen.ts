import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type ErrorCode, EspError } from "../../core/errors.ts";
import { formatAddress } from "../tcp/socket-address.ts";
import type { Listener } from "./listener.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly tcpPort: number;
  readonly onClient: (socket: Socket, name: string) => void;
}

/** After so long without traffic the system asks whether the other end is still there, and hangs up when it is not. */
const KEEP_ALIVE_AFTER_MS = 10_000;

const LISTEN_FAILURES: Readonly<Record<string, readonly [ErrorCode, string, string]>> = {
  EADDRINUSE: ["port.busy", "another program listens there", "Choose another number, or 0 for any free one."],
  EACCES: ["port.permission", "the system does not allow it", "Choose a number above 1023."],
  EADDRNOTAVAIL: ["argument.invalid", "this computer does not have that address", "Use 127.0.0.1 or 0.0.0.0."],
  ENOTFOUND: ["argument.invalid", "no such host is known", "Use 127.0.0.1 or 0.0.0.0."],
};

/** Listens for TCP clients. Throws `port.busy`, `port.permission`, `argument.invalid`, `port.failed`. */
export async function listenTcp({ host, tcpPort, onClient }: ListenOptions): Promise<Listener> {
  if (!Number.isInteger(tcpPort) || tcpPort < 0 || tcpPort > 65_535) {
    throw new EspError("argument.invalid", `${tcpPort} is not a TCP port.`, { hint: "Choose one from 1 to 65535." });
  }
  const sockets = new Set<Socket>();
  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS },
    (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // Every failure of a client's connection ends in "close", which is what the sessions act on.
      socket.on("error", () => {});
      const { remoteAddress = "unknown", remotePort = 0 } = socket;
      onClient(socket, formatAddress({ host: remoteAddress, port: remotePort }));
    },
  );
  const { address, port } = await listening(server, host, tcpPort);
  return {
    address,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Resolves when the server listens. Throws as `listenTcp`. */
export function listening(server: Server, host: string, tcpPort: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const system = cause.code ?? cause.message;
      const [code, reason, hint] = LISTEN_FAILURES[system] ?? [
        "port.failed",
        `the system says ${system}`,
        "Try another.",
      ];
      const where = formatAddress({ host, port: tcpPort });
      reject(new EspError(code, `Cannot listen on ${where}: ${reason}.`, { hint, details: { host, tcpPort }, cause }));
    });
    server.listen({ host, port: tcpPort, exclusive: true }, () => resolve(server.address() as AddressInfo));
  });
}
