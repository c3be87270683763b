import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, PATIENCE_MS } from "./browser.ts";
import { serialScript } from "./serial-script.ts";

/** No script but the site's own, no style, no frame, and nothing that makes code or markup of text. */
export const STRICT: string =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

export type Answer = string | Uint8Array | ((response: ServerResponse) => void);

export interface Site {
  readonly browser: Browser;
  readonly folder: string;
  readonly origin: string;
  /** Its contents by path; may be changed at any time. Else files of the folder are served. */
  readonly files: Map<string, Answer>;
  /** A page with virtual chips behind `navigator.serial`; what goes wrong in it is in `problems`. */
  open(path: string, options?: OpenOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly viewport?: { readonly width: number; readonly height: number } | undefined;
  readonly colorScheme?: "light" | "dark" | undefined;
  /** Default true: the chips are there. */
  readonly serial?: boolean | undefined;
  /** Runs in the page before its scripts. */
  readonly before?: (() => void) | undefined;
}

export interface OpenPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  json: "application/json",
  html: "text/html; charset=utf-8",
};

/** A browser and a server for many pages; `build` puts scripts into the folder. */
export async function startSite(build: (folder: string) => Promise<unknown>): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "esptool-site-"));
  const files = new Map<string, Answer>();
  const [chips] = await Promise.all([serialScript(), build(folder)]);
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
  const browser = await launchBrowser();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    browser,
    folder,
    origin,
    files,
    open: async (path, { viewport, colorScheme, serial = true, before } = {}) => {
      const context = await browser.newContext({
        ...(viewport && { viewport }),
        ...(colorScheme && { colorScheme }),
        serviceWorkers: "block",
      });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        if (/Content Security Policy|TrustedHTML|Refused to/i.test(message.text())) problems.push(message.text());
      });
      if (serial) await page.addInitScript({ content: chips });
      if (before !== undefined) await page.addInitScript(before);
      await page.goto(`${origin}${path}`);
      return { page, problems };
    },
    close: async () => {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
