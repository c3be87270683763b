import { EspError } from "../../core/errors.ts";

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Host and port of `socket://host:port` or `tcp://host:port`; an IPv6 address stands in brackets.
 * Throws `argument.invalid`.
 */
export function parseSocketUrl(url: string): SocketAddress {
  const address = parseHostAndPort(/^(?:socket|tcp):\/\/(.*)$/i.exec(url)?.[1] ?? "");
  if (address === null) {
    throw new EspError("argument.invalid", `'${url}' is not the address of a socket.`, {
      hint: "Write socket://HOST:PORT with a port from 1 to 65535, and an IPv6 address in brackets: socket://[::1]:3333.",
    });
  }
  return address;
}

/** `HOST:PORT` or `[IPV6]:PORT`, a slash behind it is allowed; null for anything else. */
export function parseHostAndPort(text: string): SocketAddress | null {
  const match = /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([^:/?#[\]@\s]+)):(\d{1,5})\/?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : null;
}

/** `host:port` as people write it. */
export function formatAddress({ host, port }: SocketAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
