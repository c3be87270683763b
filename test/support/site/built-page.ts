import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { readPageFiles } from "../../../src/node/serve/page-files.ts";
import { serveFiles } from "../../../src/node/serve/serve-page.ts";
// @ts-expect-error A tool without types.
import { buildSite } from "../../../tools/build/build-site.mjs";
import { launchBrowser, PATIENCE_MS } from "../web/browser.ts";

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

export interface BuiltPage {
  readonly url: string;
  /** A page of its own, with all that it complained of. */
  open(options?: BrowserContextOptions): Promise<{ readonly page: Page; readonly complaints: readonly string[] }>;
  close(): Promise<void>;
}

/** The page as it is published, built for the test, served with its headers. */
export async function servedPage(): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), "esptool-site-"));
  await (buildSite as (folder: string) => Promise<unknown>)(`${folder}/`);
  const server = await serveFiles(await readPageFiles(folder), 0);
  return {
    url: `http://localhost:${server.port}/`,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It in a browser. */
export async function builtPage(): Promise<BuiltPage> {
  const served = await servedPage();
  const browser = await launchBrowser();
  const { url } = served;
  return {
    url,
    open: async (options = {}) => {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      // What a policy refuses is told there, too.
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      return { page, complaints };
    },
    close: async () => {
      await browser.close();
      await served.close();
    },
  };
}
