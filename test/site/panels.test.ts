import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zipOf } from "../support/image/zip-builder.ts";
import { PLACES, partBytes } from "../support/install/release.ts";
import { type BuiltPage, builtPage } from "../support/site/built-page.ts";
import { tellSkipped } from "../support/skipping.ts";
import { NOT_THOROUGH, THOROUGH_BROWSER } from "../support/web/browser.ts";

if (THOROUGH_BROWSER === undefined) tellSkipped(NOT_THOROUGH);

let site: BuiltPage;

async function withBoard(view: string): Promise<Page> {
  const { page } = await site.open({ acceptDownloads: true });
  await page.goto(`${site.url}#/${view}`);
  await page.click("text=Try a virtual board");
  await page.waitForSelector("text=Disconnect");
  return page;
}

/** Presses Cancel whenever something is done. */
async function cancelAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch = new MutationObserver(() => document.querySelector<HTMLElement>(".activity button")?.click());
    watch.observe(document.body, { subtree: true, childList: true });
    Object.assign(globalThis, { cancelling: watch });
  });
}

async function cancelNoMore(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as unknown as { cancelling: MutationObserver }).cancelling.disconnect());
}

/** As the code of the page would, whatever is open above it. */
async function clickBehind(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (words) => [...document.querySelectorAll("button")].some((one) => one.textContent?.trim() === words),
    text,
  );
  await page.evaluate((words) => {
    [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === words)?.click();
  }, text);
}

describe.skipIf(THOROUGH_BROWSER === undefined)("the panels of the page", () => {
  beforeAll(async () => {
    site = await builtPage();
  }, 60_000);
  afterAll(() => site?.close());

  it.each([
    ["partitions", "th:has-text('storage')"],
    ["settings", "th:has-text('ssid')"],
    ["files", "th:has-text('readme.txt')"],
  ])("can look again where the first look was cancelled: %s", async (view, found) => {
    const page = await withBoard("image");
    await cancelAll(page);
    await page.click(`nav a[href="#/${view}"]`);
    await page.waitForSelector("text=The board could not be read.");
    await cancelNoMore(page);
    expect(await page.textContent(".problem")).toContain("The operation was stopped.");
    await page.click("text=Look again");
    await page.waitForSelector(found);
    expect(await page.locator(".problem").count()).toBe(0);
    await page.context().close();
  });

  it("write an application where the table is that was written just before", async () => {
    const page = await withBoard("flash");
    const drop = async (name: string, buffer: Uint8Array): Promise<void> =>
      await page.setInputFiles("main .drop input", { name, mimeType: "application/zip", buffer: Buffer.from(buffer) });
    const app = partBytes("hello_world.bin");
    await drop("hello.bin", app);
    await page.waitForSelector("main td:has-text('0x20000')");
    const args = ["partition-table.bin", "hello_world.bin"] as const;
    const lines = args.map((name) => `0x${PLACES[name].offset.toString(16)} ${name}`).join("\n");
    await drop(
      "build.zip",
      zipOf([
        { name: "flash_args", contents: new TextEncoder().encode(lines) },
        ...args.map((name) => ({ name, contents: partBytes(name) })),
      ]),
    );
    await page.waitForSelector("main td:has-text('partition-table.bin')");
    const moved = "main .warning:has-text('The new partition table has these elsewhere')";
    await page.waitForSelector(moved);
    await page.click("main button.primary:enabled");
    await page.waitForSelector("text=proved by the chip's own digests");
    // The table is there now, and nothing of it elsewhere any more.
    await page.waitForSelector(moved, { state: "detached" });
    await drop("again.bin", app);
    await page.waitForSelector("tr:has-text('again.bin') td:has-text('0x10000')");
    expect(await page.locator("main .warning").count()).toBe(0);
    await page.context().close();
  });

  it("do to another board nothing that was chosen for the one before", async () => {
    const page = await withBoard("partitions");
    await page.click("button[aria-label='Erase storage']:enabled");
    await clickBehind(page, "Disconnect");
    await clickBehind(page, "Try a virtual board");
    await clickBehind(page, "Save a backup");
    await page.waitForSelector("dialog");
    await page.waitForSelector("button[aria-label='Save storage']:enabled");
    await page.click("dialog .danger");
    await page.waitForSelector(".problem >> text=Another board is connected");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("button[aria-label='Save storage']:enabled"),
    ]);
    const held = readFileSync(await download.path());
    expect(held.length).toBe(0x8_0000);
    expect(held.every((byte) => byte === 0xff)).toBe(false);
    await page.context().close();
  });
});
