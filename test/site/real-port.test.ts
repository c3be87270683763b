import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BUILD,
  beginWrite,
  choose,
  connectBoard,
  missingFiles,
  PROVED,
  plugBoard,
  writeAgain,
  writeHalf,
} from "../support/site/board-page.ts";
import { type BuiltPage, builtPage } from "../support/site/built-page.ts";
import { tellSkipped } from "../support/skipping.ts";
import { NOT_THOROUGH, THOROUGH_BROWSER } from "../support/web/browser.ts";
import type { PageSerial } from "../support/web/page-serial.ts";
import { serialScript } from "../support/web/serial-script.ts";
import { goOn, happen, stillAt, untilStill } from "../support/web/stand-still.ts";

if (THOROUGH_BROWSER === undefined) tellSkipped(NOT_THOROUGH);

/** In the page. */
type Hold = { readonly pageSerial: PageSerial };

let site: BuiltPage;
let chips = "";

/** The view that flashes, with a board to be connected. */
async function open(): Promise<Page> {
  const { page } = await site.open({ acceptDownloads: true });
  await page.addInitScript({ content: chips });
  await page.goto(`${site.url}#/flash`);
  await page.waitForSelector("esptool-flash");
  await plugBoard(page);
  return page;
}

const alertTitle = async (page: Page): Promise<string> => (await page.textContent("[role=alert] h2")) ?? "";

describe.skipIf(THOROUGH_BROWSER === undefined)("the page at a serial port of the browser", () => {
  beforeAll(async () => {
    [site, chips] = await Promise.all([builtPage(), serialScript()]);
  });
  afterAll(() => site?.close());

  it("flashes, has it proved, and reads it back", async () => {
    const page = await open();
    await connectBoard(page);
    await stillAt(page, "Checking");
    await beginWrite(page);
    await untilStill(page);
    // All is sent, and not yet proved.
    expect(await page.textContent("header .activity-words strong")).toBe("Checking");
    await goOn(page);
    await page.waitForSelector(PROVED);
    expect(await missingFiles(page)).toEqual([]);
    await page.click('nav a[href="#/partitions"]');
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("button[aria-label='Save other']:enabled"),
    ]);
    const { bytes } = BUILD["other.bin"];
    expect(
      readFileSync(await download.path())
        .subarray(0, bytes.length)
        .equals(bytes),
    ).toBe(true);
    await page.context().close();
  });

  it("goes on by itself when the board is back soon", async () => {
    const page = await open();
    await connectBoard(page);
    await writeHalf(page);
    await happen(page, "unplug");
    await happen(page, "replug");
    await goOn(page);
    await page.waitForSelector(PROVED);
    expect(await missingFiles(page)).toEqual([]);
    await page.context().close();
  });

  it("says what is on the board when it is cancelled while it writes, and can be begun again", async () => {
    const page = await open();
    await connectBoard(page);
    await writeHalf(page);
    await page.click("header >> text=Cancel");
    await goOn(page);
    await page.waitForSelector("text=Disconnect");
    expect(await page.textContent("main")).toMatch(
      /Written and proved: build\/app\.bin.*Begun and not finished: build\/other\.bin/s,
    );
    expect(await page.locator(PROVED).count()).toBe(0);
    expect(await missingFiles(page)).toEqual(["other.bin"]);
    await writeAgain(page);
    await page.waitForSelector(PROVED);
    expect(await page.textContent("main")).not.toContain("Begun and not finished");
    expect(await missingFiles(page)).toEqual([]);
    await page.context().close();
  });

  it("tells of a port that another program has, and of one that the page may not have, and connects after that", async () => {
    const page = await open();
    await happen(page, "busy");
    await page.click("text=Connect a board");
    expect(await alertTitle(page)).toContain("something else has it open");
    await page.waitForSelector("text=Connect a board");
    await happen(page, "free");
    await choose(page, "denied", "first");
    await page.click("text=Connect a board");
    await page.waitForSelector("[role=alert] h2:has-text('not allowed')");
    expect(await page.textContent("[role=alert]")).toContain("port.permission");
    await connectBoard(page);
    expect(await page.locator("[role=alert]").count()).toBe(0);
    await page.context().close();
  });

  it("is cancelled at once while the browser does not come to an end with opening the port, and connects after that", async () => {
    const page = await open();
    await happen(page, "hang");
    await page.click("text=Connect a board");
    await page.waitForSelector("header >> text=Connecting to");
    await page.click("header >> text=Cancel");
    await page.waitForSelector("text=Connect a board");
    expect(await page.locator("text=Connecting to").count()).toBe(0);
    await page.click("text=Connect a board");
    await page.waitForSelector("header >> text=Connecting to");
    await happen(page, "unhang");
    await page.waitForSelector("text=Disconnect");
    const log = await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.device.log);
    expect(log.slice(0, 3)).toEqual(["open 115200", "close", "open 115200"]);
    await page.context().close();
  });

  it("asks for one more click when the board comes back as another device, and goes on by itself", async () => {
    const page = await open();
    await connectBoard(page);
    await writeHalf(page);
    await choose(page, "none", "first");
    await happen(page, "another");
    await goOn(page);
    await page.waitForSelector("[role=alert] h2:has-text('The board is away')");
    // Who closes the list is asked again.
    await page.click("text=Choose it again");
    await page.waitForSelector("[role=alert] h2:has-text('No serial port was chosen')");
    await page.click("text=Choose it again");
    await page.waitForSelector(PROVED);
    expect(await page.locator("[role=alert]").count()).toBe(0);
    expect(await missingFiles(page)).toEqual([]);
    await page.context().close();
  });

  it("asks before it is left while it writes; opened again it connects and writes right", async () => {
    const keeper = await open();
    const context = keeper.context();
    await context.addInitScript({ content: chips });
    const [page] = await Promise.all([
      context.waitForEvent("page"),
      keeper.evaluate(() => void globalThis.open(`${location.pathname}#/flash`)),
    ]);
    await connectBoard(page);
    await writeHalf(page);
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    await goOn(keeper);
    expect(asked).toEqual(["beforeunload"]);
    expect(await missingFiles(keeper)).toEqual(["other.bin"]);
    await connectBoard(page);
    await beginWrite(page);
    await page.waitForSelector(PROVED);
    expect(await missingFiles(keeper)).toEqual([]);
    await context.close();
  });

  it("waits for a board that is unplugged while it writes, says so, and ends when it is cancelled", async () => {
    const page = await open();
    await connectBoard(page);
    await writeHalf(page);
    await happen(page, "unplug");
    await page.waitForSelector("header [role=status]:has-text('The board is away')");
    await goOn(page);
    await page.waitForSelector("[role=alert] h2:has-text('The board is away')");
    await page.click("header >> text=Cancel");
    await page.waitForSelector("text=Connect it again");
    expect(await page.textContent("main")).toMatch(/Begun and not finished: build\/other\.bin/);
    expect(await page.locator("text=The board is away").count()).toBe(0);
    await happen(page, "replug");
    await page.click("text=Connect it again");
    await page.waitForSelector("text=Disconnect");
    await writeAgain(page);
    await page.waitForSelector(PROVED);
    expect(await missingFiles(page)).toEqual([]);
    await page.context().close();
  });

  it("needs no click when a board that was waited for is plugged in again", async () => {
    const page = await open();
    await connectBoard(page);
    await writeHalf(page);
    await happen(page, "unplug");
    await goOn(page);
    await page.waitForSelector("[role=alert] h2:has-text('The board is away')");
    await happen(page, "replug");
    await page.waitForSelector(PROVED);
    expect(await page.locator("text=The board is away").count()).toBe(0);
    expect(await missingFiles(page)).toEqual([]);
    await page.context().close();
  });

  const PHASES = [
    ["it is connected to", "Connecting to", (page: Page) => page.click("text=Connect a board")],
    [
      "its table is read",
      "Asking the board",
      async (page: Page) => {
        await page.click('nav a[href="#/partitions"]');
        await page.click("text=Connect a board");
      },
    ],
    [
      "it is read",
      "Reading",
      async (page: Page) => {
        await connectBoard(page);
        await page.click('nav a[href="#/partitions"]');
        await page.waitForSelector("button[aria-label='Save other']:enabled");
        await stillAt(page, "Reading");
        await page.click("button[aria-label='Save other']:enabled");
      },
    ],
  ] as const;
  it.each(PHASES)("says that a board was unplugged while %s, and connects to it again", async (_when, says, begin) => {
    const page = await open();
    await stillAt(page, says);
    await begin(page);
    await untilStill(page);
    await happen(page, "unplug");
    await goOn(page);
    await page.waitForSelector("text=Connect it again");
    await page.waitForSelector("[role=alert] h2");
    expect(await page.textContent("[role=alert]")).toMatch(/port\.lost|connect\.port-lost|port\.missing/);
    expect(await page.locator("text=Disconnect").count()).toBe(0);
    await happen(page, "replug");
    await page.click("text=Connect it again");
    await page.waitForSelector("text=Disconnect");
    expect(await page.locator("[role=alert]").count()).toBe(0);
    await page.context().close();
  });

  it("says that a board was unplugged while nothing was done with it, and connects to it again", async () => {
    const page = await open();
    await connectBoard(page);
    await page.click('nav a[href="#/partitions"]');
    await page.waitForSelector("button[aria-label='Save other']:enabled");
    await happen(page, "unplug");
    await page.waitForSelector("text=Connect it again");
    expect(await page.textContent("[role=alert]")).toContain("Plug the board in, then connect it again.");
    await happen(page, "replug");
    await page.click("text=Connect it again");
    await page.waitForSelector("text=Disconnect");
    await page.context().close();
  });

  it("says that a board was unplugged while it erases, and what that leaves", async () => {
    const page = await open();
    await connectBoard(page);
    await page.click('nav a[href="#/partitions"]');
    await page.waitForSelector("button[aria-label='Erase other']:enabled");
    await page.click("button[aria-label='Erase other']");
    await stillAt(page, "Erasing");
    await page.click("dialog .danger");
    await untilStill(page);
    await happen(page, "unplug");
    await goOn(page);
    await page.waitForSelector("text=Connect it again");
    expect(await page.textContent("[role=alert]")).toContain("port.lost");
    await page.context().close();
  });

  it("says that a board was unplugged while its program is watched, and goes on when it is back", async () => {
    const page = await open();
    await connectBoard(page);
    await page.click('nav a[href="#/console"]');
    await page.click("text=Start the program and watch");
    await page.waitForSelector("text=Stop watching");
    await happen(page, "unplug");
    await page.waitForSelector("main >> text=/unplugged|away|lost|gone/i");
    await happen(page, "replug");
    await page.waitForSelector("main >> text=/is back|again/i");
    await page.click("text=Stop watching");
    await page.waitForSelector("text=Connect it again");
    await page.context().close();
  });
});
