import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

export const BROWSER: string | undefined = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find(existsSync);
/** The reason of the tests that need one. */
export const NO_BROWSER = "a browser: Chromium is not there";

/** Whole pages with all that can befall them take minutes: `npm run test-browser` tries them, `npm test` a page of each kind. */
export const IS_THOROUGH: boolean = process.env["BROWSER_TESTS"] === "1";
/** The browser of the thorough tests, which say so where they are left out. */
export const THOROUGH_BROWSER: string | undefined = IS_THOROUGH ? BROWSER : undefined;
export const NOT_THOROUGH: string =
  BROWSER === undefined
    ? NO_BROWSER
    : "the install button and the page with all that can befall them: npm run test-browser";
/** What a page is waited for: a machine that has much to do takes long, and what hangs is to be told by its line. */
export const PATIENCE_MS = 120_000;

/** The Chromium of the system, without a window, which asks for nothing by itself. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: BROWSER ?? "",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
