import { EspError } from "../core/errors.ts";

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Host and port of `socket://host:port` or `tcp://host:port`; an IPv6 address stands in brackets.
 * Throws `argument.invalid`.
 */
export function parseSocketUrl(url: string): SocketAddress {
  const match = /^(?:socket|tcp):\/\/(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([^:/?#[\]@\s]+)):(\d{1,5})\/?$/i.exec(url);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new EspError("argument.invalid", `'${url}' is not the address of a socket.`, {
      hint: "Write socket://HOST:PORT with a port from 1 to 65535, and an IPv6 address in brackets: socket://[::1]:3333.",
    });
  }
  return { host, port };
}

/** `host:port` as people write it. */
export function formatAddress({ host, port }: SocketAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
