import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** No script but the site's own, no style, no frame, and nothing that makes code or markup of text. */
export const STRICT: string =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

export type Answer = string | Uint8Array | ((response: ServerResponse) => void);

/** A server for pages of tests. */
export interface ServedSite {
  readonly folder: string;
  readonly origin: string;
  /** Its contents by path; may be changed at any time. Else files of the folder are served. */
  readonly files: Map<string, Answer>;
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  json: "application/json",
  html: "text/html; charset=utf-8",
};

/** `build` puts scripts into the folder. */
export async function serveSite(build: (folder: string) => Promise<unknown>): Promise<ServedSite> {
  const folder = mkdtempSync(join(tmpdir(), "esptool-site-"));
  const files = new Map<string, Answer>();
  await build(folder);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    response.setHeader("content-type", TYPES[path.split(".").at(-1) ?? ""] ?? "application/octet-stream");
    if (path.endsWith(".html")) response.setHeader("content-security-policy", STRICT);
    const answer = files.get(path);
    if (typeof answer === "function") return answer(response);
    if (answer !== undefined) return void response.end(answer);
    const file = resolve(folder, `.${path}`);
    if (file.startsWith(folder) && existsSync(file)) return void response.end(readFileSync(file));
    response.statusCode = 404;
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Not found</title>");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    folder,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    close: () => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
