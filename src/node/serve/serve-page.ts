import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Check, optional } from "../../core/check/check.ts";
import { wholeNumber } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { listening } from "./listen.ts";
import type { Listener } from "./listener.ts";
import { findPageFiles, type PageFile } from "./page-files.ts";

export interface ServePageOptions {
  /** 0, which is the default, lets the system choose. */
  readonly httpPort?: number | undefined;
}

const checkOptions: Check<ServePageOptions> = shape<ServePageOptions>({ httpPort: optional(wholeNumber(0, 65_535)) });

/** Only for who sits at this computer: the page reaches its boards, and has no password. */
const HOST = "127.0.0.1";
/** Under these names browsers let a page talk to serial ports without https, too. */
const NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/**
 * What a browser must not do for the page: run code from elsewhere, be framed by another page, or send more than the
 * person asked for. Connections to https are for manifests that a person names.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' https:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html",
  "permissions-policy": "serial=(self), usb=(self), camera=(), microphone=(), geolocation=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  // The page of another version may stand at the same address tomorrow.
  "cache-control": "no-cache",
};

/**
 * Serves the page that flashes and inspects boards, to this computer alone. Throws `port.busy` and `port.permission` for
 * the TCP port, `package.part-missing` where the page was not built.
 *
 * @example
 * const { port, close } = await servePage({ httpPort: 8080 });
 */
export async function servePage(options: ServePageOptions = {}): Promise<Listener> {
  const { httpPort = 0 } = checkOptions(options, "options");
  return await serveFiles(await findPageFiles(), httpPort);
}

/** The same for files that are there already. */
export async function serveFiles(files: ReadonlyMap<string, PageFile>, httpPort: number): Promise<Listener> {
  const server = createServer((request, response) => answer(files, request, response));
  const { address, port } = await listening(server, HOST, httpPort);
  return {
    address,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(files: ReadonlyMap<string, PageFile>, request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const found = fileFor(files, request);
  if (typeof found === "number") {
    response.statusCode = found;
    response.end();
    return;
  }
  response.setHeader("content-type", found.contentType);
  response.setHeader("content-length", found.data.length);
  response.end(request.method === "HEAD" ? undefined : found.data);
}

/** The file that is asked for, or the status of the refusal. */
function fileFor(
  files: ReadonlyMap<string, PageFile>,
  { headers, method, url = "" }: IncomingMessage,
): PageFile | number {
  // A page from elsewhere whose name was made to lead here still says its own name.
  if (!isOurName(headers.host)) return 421;
  if (method !== "GET" && method !== "HEAD") return 405;
  const [path = ""] = url.split("?", 1);
  return files.get(path) ?? 404;
}

function isOurName(host: string | undefined): boolean {
  return host !== undefined && NAMES.has(host.replace(/:\d{1,5}$/, ""));
}
