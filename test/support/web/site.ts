import type { Browser, Page } from "playwright-core";
import { launchBrowser, PATIENCE_MS } from "./browser.ts";
import { serialScript } from "./serial-script.ts";
import { type ServedSite, serveSite } from "./serve-site.ts";

export interface Site extends Omit<ServedSite, "close"> {
  readonly browser: Browser;
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

/** A browser and a server for many pages; `build` puts scripts into the folder. */
export async function startSite(build: (folder: string) => Promise<unknown>): Promise<Site> {
  const [chips, served] = await Promise.all([serialScript(), serveSite(build)]);
  const browser = await launchBrowser();
  return {
    ...served,
    browser,
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
      await page.goto(`${served.origin}${path}`);
      return { page, problems };
    },
    close: async () => {
      await browser.close();
      served.close();
    },
  };
}
