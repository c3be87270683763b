import { EspError } from "../../core/errors.ts";
import { parseHostAndPort, type SocketAddress } from "../tcp/socket-address.ts";

export interface Rfc2217Address {
  readonly address: SocketAddress;
  /** Do not wait for the answers to changes of DTR, RTS and flow control; some servers send none, or wrong ones. */
  readonly ignoresControlAnswers: boolean;
  /** How long to wait for an answer of the server. */
  readonly timeoutMs: number;
}

/** pyserial's own default. */
const DEFAULT_TIMEOUT_MS = 3_000;
const LONGEST_TIMEOUT_MS = 600_000;

/** The options that pyserial knows; the last two change nothing here: there is no log, and the inputs are not read. */
const OPTIONS = ["ign_set_control", "timeout", "logging", "poll_modem"] as const;

/**
 * What `rfc2217://host:port[?option[&option...]]` says, with pyserial's options. Throws `argument.invalid`.
 *
 * @example
 * parseRfc2217Url("rfc2217://192.168.1.5:2217?ign_set_control&timeout=10");
 */
export function parseRfc2217Url(url: string): Rfc2217Address {
  const match = /^rfc2217:\/\/([^?]*)(?:\?(.*))?$/i.exec(url);
  const address = parseHostAndPort(match?.[1] ?? "");
  if (address === null) {
    throw new EspError("argument.invalid", `'${url}' is not the address of an RFC 2217 server.`, {
      hint: "Write rfc2217://HOST:PORT with a port from 1 to 65535, and an IPv6 address in brackets: rfc2217://[::1]:2217.",
    });
  }
  const options = new URLSearchParams(match?.[2] ?? "");
  for (const name of options.keys()) {
    if (!OPTIONS.some((known) => known === name)) {
      throw new EspError("argument.invalid", `There is no option '${name}' for an RFC 2217 port.`, {
        hint: `Choose from ${OPTIONS.join(", ")}.`,
        details: { url, option: name },
      });
    }
  }
  return {
    address,
    ignoresControlAnswers: options.has("ign_set_control"),
    timeoutMs: options.has("timeout") ? readTimeout(options.get("timeout") ?? "", url) : DEFAULT_TIMEOUT_MS,
  };
}

/** Seconds, as pyserial takes them. */
function readTimeout(text: string, url: string): number {
  const timeoutMs = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) * 1000 : 0;
  if (timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS) return timeoutMs;
  throw new EspError("argument.invalid", `'${text}' is no time limit for an RFC 2217 port.`, {
    hint: `Write seconds, more than 0 and at most ${LONGEST_TIMEOUT_MS / 1000}, such as timeout=10.`,
    details: { url },
  });
}
