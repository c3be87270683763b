import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { readPageFiles } from "../../../src/node/serve/page-files.ts";
import { serveFiles } from "../../../src/node/serve/serve-page.ts";
// @ts-expect-error A tool without types.
import { buildSite } from "../../../tools/build/build-site.mjs";
import { launchBrowser, PATIENCE_MS } from "../web/browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe found, short enough to be read in a failed test. */
export interface Violation {
  readonly rule: string;
  readonly where: readonly string[];
}

export interface BuiltPage {
  readonly url: string;
  /** A page of its own, with all that it complained of. */
  open(options?: BrowserContextOptions): Promise<{ readonly page: Page; readonly complaints: readonly string[] }>;
  close(): Promise<void>;
}

/** The page as it is published, built for the test, served with its headers, in a browser. */
export async function builtPage(): Promise<BuiltPage> {
  const folder = mkdtempSync(join(tmpdir(), "esptool-site-"));
  await (buildSite as (folder: string) => Promise<unknown>)(`${folder}/`);
  const server = await serveFiles(await readPageFiles(folder), 0);
  const browser = await launchBrowser();
  const url = `http://localhost:${server.port}/`;
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
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What axe has against the page as it is now. */
export async function violations(page: Page): Promise<Violation[]> {
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations: found } = await axe.run();
    return found.map(({ id, nodes }) => ({ rule: id, where: nodes.map(({ target }) => target.join(" ")) }));
  });
}
