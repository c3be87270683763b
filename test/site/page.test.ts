import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zipOf } from "../support/image/zip-builder.ts";
import { type BuiltPage, builtPage } from "../support/site/built-page.ts";
import { tellSkipped } from "../support/skipping.ts";
import { violations } from "../support/web/axe.ts";
import { NOT_THOROUGH, THOROUGH_BROWSER } from "../support/web/browser.ts";

if (THOROUGH_BROWSER === undefined) tellSkipped(NOT_THOROUGH);

let site: BuiltPage;
/** Of the first view, each file as a host packs it. */
const MOST_FIRST_BYTES = 60 * 1024;

/** As the page lists them. */
async function viewNames(page: Page): Promise<string[]> {
  return await page.$$eval("nav a", (links) => links.map((link) => link.getAttribute("href")?.slice(2) ?? ""));
}

async function withBoard(chip = "esp32c3"): Promise<{ page: Page; complaints: readonly string[] }> {
  const opened = await site.open({ acceptDownloads: true });
  await opened.page.goto(site.url);
  await opened.page.selectOption("select[name=chip]", chip);
  await opened.page.click("text=Try a virtual board");
  await opened.page.waitForSelector("dt:has-text('MAC address')");
  return opened;
}

async function show(page: Page, view: string): Promise<void> {
  await page.click(`nav a[href="#/${view}"]`);
  await page.waitForSelector(`esptool-${view}`);
  await page.waitForSelector("text=Disconnect");
}

/** What a view is to who hears it: roles, names and texts in their order; with the frame for the first one. */
async function expectPicture(page: Page, view: string): Promise<void> {
  // What the library told depends on how fast it went.
  if (view === "trace") return;
  await page.waitForSelector("text=Disconnect");
  const seen = await page.locator(view === "board" ? "body" : "main").ariaSnapshot();
  await expect(`${seen}\n`).toMatchFileSnapshot(`pictures/${view}.txt`);
}

/** What a download holds. */
async function saved(page: Page, click: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return readFileSync(await download.path());
}

describe.skipIf(THOROUGH_BROWSER === undefined)("the page in a browser", () => {
  beforeAll(async () => {
    site = await builtPage();
  }, 60_000);
  afterAll(() => site?.close());

  it("costs little at first, asks for nothing from elsewhere, and nothing of it is refused by its own policy", async () => {
    const { page, complaints } = await site.open();
    const asked: string[] = [];
    const packed: Promise<number>[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("response", (response) => packed.push(response.body().then((body) => gzipSync(body).length)));
    await page.goto(site.url);
    await page.waitForSelector("text=Or press");
    const bytes = (await Promise.all(packed)).reduce((sum, each) => sum + each, 0);
    expect(bytes).toBeLessThan(MOST_FIRST_BYTES);
    expect(asked.filter((url) => !url.startsWith(site.url) && !url.startsWith("data:"))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("gives the board back when another view is opened while the console starts", async () => {
    const { page } = await withBoard();
    await show(page, "console");
    await page.evaluate(() => {
      const start = [...document.querySelectorAll("button")].find((one) =>
        one.textContent?.includes("Start the program"),
      );
      start?.click();
      location.hash = "#/image";
    });
    await page.waitForSelector("esptool-image");
    await page.waitForSelector("text=Connect it again");
    await page.click('nav a[href="#/console"]');
    await page.click("text=Start the program and watch");
    await page.waitForSelector("text=Stop watching");
    await page.context().close();
  });

  it("tells what a virtual board is, and each of its views has a name, and nothing for axe to complain of", async () => {
    const { page, complaints } = await withBoard();
    expect(await page.textContent("dl")).toContain("ESP32-C3 (QFN32) (revision v0.4)");
    await page.click("text=Look into the flash");
    await page.waitForSelector("td:has-text('3 settings (wifi, counter)')");
    for (const view of await viewNames(page)) {
      await show(page, view);
      expect(await page.getAttribute(`nav a[href="#/${view}"]`, "aria-current")).toBe("page");
      expect(await violations(page), view).toEqual([]);
      await expectPicture(page, view);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 60_000);

  it("saves what it wrote to a partition, and erases it after asking", async () => {
    const { page } = await withBoard();
    await show(page, "partitions");
    const data = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) & 0xff));
    await page.click("button[aria-label='Write app1']");
    await page.setInputFiles("td .drop input", { name: "app.bin", mimeType: "application/octet-stream", buffer: data });
    await page.click("dialog .danger");
    await page.waitForSelector("[role=progressbar]", { state: "detached" });
    await page.waitForSelector("button[aria-label='Save app1']:enabled");
    const first = await saved(page, () => page.click("button[aria-label='Save app1']"));
    expect(first.length).toBe(0x100000);
    expect(first.subarray(0, 5000).equals(data)).toBe(true);
    await page.click("button[aria-label='Erase app1']");
    await page.click("dialog >> text=Cancel");
    expect((await saved(page, () => page.click("button[aria-label='Save app1']"))).subarray(0, 5000).equals(data)).toBe(
      true,
    );
    await page.click("button[aria-label='Erase app1']");
    await page.click("dialog .danger");
    await page.waitForSelector("button[aria-label='Save app1']:enabled");
    const last = await saved(page, () => page.click("button[aria-label='Save app1']"));
    expect(last.every((byte) => byte === 0xff)).toBe(true);
    await page.context().close();
  }, 60_000);

  it("refuses a file that is too large for its partition, before anything is asked of the board", async () => {
    const { page } = await withBoard();
    await show(page, "partitions");
    await page.click("button[aria-label='Write otadata']");
    const buffer = Buffer.alloc(0x2001);
    await page.setInputFiles("td .drop input", { name: "big.bin", mimeType: "application/octet-stream", buffer });
    expect(await page.textContent("[role=alert]")).toContain("big.bin is larger than otadata, which has 8 KB");
    expect(await page.$("dialog")).toBeNull();
    await page.context().close();
  });

  it("hides values of settings until they are asked for, changes one and erases one", async () => {
    const { page } = await withBoard();
    await show(page, "settings");
    expect(await page.innerHTML("table")).not.toContain("correct horse");
    await page.check("text=Show the values");
    expect(await page.inputValue("input[aria-label='Value of wifi.password']")).toBe("correct horse");
    await page.fill("input[aria-label='Value of wifi.ssid']", "guests");
    await page.click("button[aria-label='Save wifi.ssid']");
    // It is set when it is read again from the board.
    await page.waitForFunction(
      () => document.querySelector("input[aria-label='Value of wifi.ssid']")?.getAttribute("data-stored") === "guests",
    );
    await page.click("button[aria-label='Erase counter.boots']");
    await page.click("dialog .danger");
    await page.waitForSelector("th:has-text('boots')", { state: "detached" });
    // The truth by another way: what flash holds.
    await show(page, "partitions");
    const nvs = await saved(page, () => page.click("button[aria-label='Save nvs']"));
    const { parseNvs } = await import("../../src/nvs.ts");
    const { entries, problems } = parseNvs(nvs);
    expect(problems).toEqual([]);
    expect(entries.map(({ key, value }) => [key, value])).toEqual(
      expect.arrayContaining([
        ["ssid", "guests"],
        ["password", "correct horse"],
      ]),
    );
    expect(entries.some(({ key }) => key === "boots")).toBe(false);
    await page.context().close();
  }, 60_000);

  it("lists the files of the board, and saves one", async () => {
    const { page } = await withBoard();
    await show(page, "files");
    await page.waitForSelector("th:has-text('readme.txt')");
    const file = await saved(page, () => page.click("button[aria-label='Save readme.txt']"));
    expect(file.toString()).toContain("made of data");
    await page.context().close();
  });

  it("flashes a dropped image where the board's table has applications, has it proved, and shows what it prints", async () => {
    const { page } = await withBoard();
    await show(page, "flash");
    const hello = readFileSync(new URL("../../examples/hello-esp32c3/hello.bin", import.meta.url));
    await page.setInputFiles(".drop input", { name: "hello.bin", mimeType: "application/octet-stream", buffer: hello });
    await page.waitForSelector("main table");
    await page.click("main >> text=Write");
    await page.waitForSelector("text=proved by the chip's own digests");
    await page.click("text=Start the program and watch it");
    await page.click("text=Start the program and watch");
    await page.waitForSelector(".line:has-text('Hello from')");
    await page.context().close();
  }, 60_000);

  it("takes the builds of a ZIP archive, and an ELF file as soon as there is a board to say for which chip", async () => {
    const example = (name: string) => readFileSync(new URL(`../../examples/hello-esp32c3/${name}`, import.meta.url));
    const flashFiles = { "0x20000": "app.bin" };
    const list = { flash_files: flashFiles, extra_esptool_args: { chip: "esp32c3" }, write_flash_args: [] };
    const archive = zipOf([
      { name: "build/flasher_args.json", contents: new TextEncoder().encode(JSON.stringify(list)) },
      { name: "build/app.bin", contents: example("hello.bin") },
    ]);
    const { page } = await site.open();
    await page.goto(`${site.url}#/flash`);
    const drop = async (name: string, bytes: Uint8Array): Promise<void> =>
      await page.setInputFiles(".drop input", {
        name,
        mimeType: "application/octet-stream",
        buffer: Buffer.from(bytes),
      });
    await drop("build.zip", archive);
    await page.waitForSelector("main td:has-text('0x20000')");
    await drop("hello.elf", example("hello.elf"));
    await page.waitForSelector("[role=alert]");
    expect(await page.$("main table")).toBeNull();
    await page.click("text=Try a virtual board");
    await page.waitForSelector("main td:has-text('hello.elf')");
    await page.click("main button.primary:enabled");
    await page.waitForSelector("text=proved by the chip's own digests");
    await page.context().close();
  }, 60_000);

  it("gets a release by its manifest, and refuses one whose files are not what it says", async () => {
    const hello = readFileSync(new URL("../../examples/hello-esp32c3/hello.bin", import.meta.url));
    const sha256 = createHash("sha256").update(hello).digest("hex");
    const release = (digest: string) => ({
      name: "Hello",
      version: "1.0",
      builds: [
        { chipFamily: "ESP32", parts: [{ path: "other.bin", offset: 0 }] },
        { chipFamily: "ESP32-C3", parts: [{ path: "hello.bin", offset: 0, sha256: digest }] },
      ],
    });
    const { page } = await withBoard();
    const headers = { "access-control-allow-origin": "*" };
    await page.route("https://releases.example/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/good/manifest.json") await route.fulfill({ headers, json: release(sha256) });
      else if (pathname === "/bad/manifest.json") await route.fulfill({ headers, json: release("00".repeat(32)) });
      else if (pathname.endsWith("/hello.bin")) await route.fulfill({ headers, body: hello });
      else await route.fulfill({ headers, status: 404, body: "no" });
    });
    await show(page, "flash");
    const get = async (name: string): Promise<void> => {
      await page.fill("input[name=url]", `https://releases.example/${name}/manifest.json`);
      await page.click("text=Get it");
    };
    await get("bad");
    await page.waitForSelector("[role=alert] >> text=download.damaged", { state: "attached" });
    expect(await page.$("main table")).toBeNull();
    await get("missing");
    await page.waitForSelector("[role=alert] h2:has-text('404')");
    await get("good");
    await page.waitForSelector("main td:has-text('hello.bin')");
    await page.click("main button.primary:enabled");
    await page.waitForSelector("text=proved by the chip's own digests");
    await page.context().close();
  }, 60_000);

  it("keeps the screen on while it works, and asks before it is left while flash is changed", async () => {
    const { page } = await site.open();
    await page.addInitScript(() => {
      let locks = 0;
      const isGuarded = (): boolean => !globalThis.dispatchEvent(new Event("beforeunload", { cancelable: true }));
      /** Whether leaving was guarded, each time that the screen was to stay on. */
      const asked: boolean[] = [];
      const request = async (): Promise<object> => {
        locks++;
        asked.push(isGuarded());
        return { release: async () => void locks-- };
      };
      Object.defineProperty(navigator, "wakeLock", { value: { request } });
      Object.assign(globalThis, { held: () => ({ locks, isGuarded: isGuarded(), asked }) });
    });
    const held = (): Promise<unknown> => page.evaluate(() => (globalThis as unknown as { held(): unknown }).held());
    await page.goto(site.url);
    await page.click("text=Try a virtual board");
    await page.waitForSelector("dt:has-text('MAC address')");
    await show(page, "partitions");
    await saved(page, () => page.click("button[aria-label='Save nvs']"));
    await page.waitForSelector("button[aria-label='Erase nvs']:enabled");
    expect(await held()).toEqual({ locks: 0, isGuarded: false, asked: expect.arrayContaining([false]) });
    expect(await held()).not.toEqual(expect.objectContaining({ asked: expect.arrayContaining([true]) }));
    await page.click("button[aria-label='Erase nvs']");
    await page.click("dialog .danger");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.waitForSelector("button[aria-label='Save nvs']:enabled");
    expect(await held()).toEqual({ locks: 0, isGuarded: false, asked: expect.arrayContaining([true]) });
    await page.context().close();
  }, 60_000);

  it("goes on when no port is chosen", async () => {
    const { page } = await site.open();
    await page.addInitScript(() => {
      const reason = new DOMException("No port selected by the user.", "NotFoundError");
      const serial = { requestPort: () => Promise.reject(reason), getPorts: async () => [] };
      Object.defineProperty(navigator, "serial", { value: serial });
    });
    await page.goto(site.url);
    await page.click("text=Connect a board");
    expect(await page.textContent("[role=alert] h2")).toBe("No serial port was chosen.");
    await page.click("text=Dismiss");
    expect(await page.$("[role=alert]")).toBeNull();
    await page.context().close();
  });

  it("says at once that the browser gives no ports, which do, and what does it without one; a virtual board works", async () => {
    const { page, complaints } = await site.open({ viewport: { width: 360, height: 740 } });
    await page.addInitScript(() => {
      Reflect.deleteProperty(Navigator.prototype, "serial");
      Reflect.deleteProperty(Navigator.prototype, "usb");
    });
    await page.goto(site.url);
    for (const [language, words] of [
      ["en", "This browser gives pages neither serial ports nor USB"],
      ["de", "Dieser Browser gibt Seiten weder serielle Schnittstellen noch USB"],
      ["es", "Este navegador no da a las páginas ni puertos serie ni USB"],
      ["zh", "此浏览器既不向网页提供串口"],
    ] as const) {
      await page.selectOption("select:not([name])", language);
      await page.waitForSelector(`main >> text=${words}`);
      expect(await page.textContent("main")).toContain("Firefox");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
    expect(await page.textContent("main pre")).toContain("esptool inspect");
    await page.click("form.virtual button");
    await page.waitForSelector("main dt >> nth=0");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("offers both ways where a phone may have its adapters behind either", async () => {
    const { page } = await site.open({ userAgent: "Mozilla/5.0 (Linux; Android 15) Chrome/150.0.0.0 Mobile" });
    await page.goto(site.url);
    expect(await page.locator("button.primary").allTextContents()).toEqual([
      "Connect a board",
      "Connect by a serial port of the system",
    ]);
    await page.context().close();
  });

  it("can be used by the keyboard alone", async () => {
    const { page } = await site.open();
    await page.goto(site.url);
    await page.waitForSelector("text=Connect a board");
    const focusOn = async (wanted: string): Promise<void> => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, wanted)) return;
      }
      throw new Error(`the focus never came to ${wanted}`);
    };
    await focusOn("select[name=chip]");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dt:has-text('MAC address')");
    await focusOn('nav a[href="#/partitions"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector("button[aria-label='Erase nvs']:enabled");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("view-title");
    await focusOn("button[aria-label='Erase nvs']");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog");
    // The harmless answer has the focus, and Escape gives it.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Cancel");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Erase nvs");
    await page.context().close();
  }, 60_000);

  it("fits on a phone, in the dark, in each language", async () => {
    const { page } = await site.open({ viewport: { width: 360, height: 640 }, colorScheme: "dark" });
    await page.goto(site.url);
    await page.click("text=Try a virtual board");
    await page.waitForSelector("dt:has-text('MAC address')");
    for (const tag of ["en", "de", "es", "zh"]) {
      await page.selectOption(".language select", tag);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, tag);
      for (const view of await viewNames(page)) {
        await page.click(`nav a[href="#/${view}"]`);
        await page.waitForSelector(`esptool-${view}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        expect(wide, `${tag} ${view}`).toBe(false);
        // What the library says is English in each language, and is read aloud as such.
        if (view === "efuses") expect(await page.locator("td.wide >> nth=0").getAttribute("lang")).toBe("en");
      }
      expect(await violations(page), tag).toEqual([]);
    }
    await page.context().close();
  }, 60_000);
});
