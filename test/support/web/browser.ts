import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

export const BROWSER: string | undefined = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find(existsSync);
/** The reason of the tests that need one. */
export const NO_BROWSER = "a browser: Chromium is not there";

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
