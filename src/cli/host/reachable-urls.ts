import { isIP } from "node:net";
import { networkInterfaces } from "node:os";

/** A server on this address can be reached from this computer only. */
export function isLoopback(address: string): boolean {
  return /^127\.|^::1$|^::ffff:127\./i.test(address);
}

/**
 * The addresses with which clients reach a server that listens on `address`: of all interfaces where it is the address
 * of none in particular. With `ign_set_control` a client of pyserial does not wait for each of the lines.
 */
export function reachableUrls(address: string, port: number): string[] {
  const family = address === "0.0.0.0" ? ["IPv4"] : ["IPv4", "IPv6"];
  const isAny = address === "0.0.0.0" || address === "::";
  const own = Object.values(networkInterfaces())
    .flatMap((interfaces) => interfaces ?? [])
    // Link-local IPv6 addresses need the name of an interface that only the client knows.
    .filter((entry) => !entry.internal && family.includes(entry.family) && !/^fe80:/i.test(entry.address))
    .map((entry) => entry.address);
  const hosts = isAny ? ["127.0.0.1", ...own] : [address];
  return hosts.map((host) => `rfc2217://${isIP(host) === 6 ? `[${host}]` : host}:${port}?ign_set_control`);
}
