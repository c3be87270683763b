import { EspError } from "../../core/errors.ts";

/** What the first bytes of a client say: a web page is behind it, or certainly none, or it takes more of them to tell. */
export type FirstBytes = "web" | "other" | "undecided";

/** Words that begin a request of HTTP; the last one that of HTTP/2. */
const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"];
const HTTP_BEGINNINGS: readonly Uint8Array[] = HTTP_METHODS.map((method) =>
  Uint8Array.from(`${method} `, (letter) => letter.charCodeAt(0)),
);
/** A handshake record of TLS, of any version. */
const TLS_BEGINNING = Uint8Array.of(0x16, 0x03);
const BEGINNINGS: readonly Uint8Array[] = [...HTTP_BEGINNINGS, TLS_BEGINNING];

/** So many bytes always tell. */
export const TELLING_BYTES: number = Math.max(...BEGINNINGS.map(({ length }) => length));

/**
 * Any web page that a browser on this computer shows may send a request to any of its ports, with whatever it likes in
 * the body: commands for a chip. What it cannot choose is how the request begins. A frame for a loader begins with C0, a
 * telnet command with FF.
 */
export function judgeFirstBytes(bytes: Uint8Array): FirstBytes {
  let verdict: FirstBytes = "other";
  for (const beginning of BEGINNINGS) {
    const length = Math.min(beginning.length, bytes.length);
    if (!beginning.subarray(0, length).every((byte, index) => byte === bytes[index])) continue;
    if (length === beginning.length) return "web";
    verdict = "undecided";
  }
  return verdict;
}

export function webClientError(): EspError {
  return new EspError("port.web-client", "A browser or web client was refused: it speaks HTTP or TLS, not to a chip.", {
    hint: "Connect with a program for serial ports, such as esptool.",
  });
}
