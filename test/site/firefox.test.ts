import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error A tool without types.
import { buildButton } from "../../tools/build/build-button.mjs";
import { FIREFOX, type Firefox, type FirefoxPage, launchFirefox, NO_FIREFOX } from "../support/firefox/firefox.ts";
import { type ServedPage, servedPage } from "../support/site/built-page.ts";
import { tellSkipped } from "../support/skipping.ts";
import { IS_THOROUGH, NOT_THOROUGH } from "../support/web/browser.ts";
import { lampFiles, lampManifest, PAGE } from "../support/web/lamp-page.ts";
import { serialScript } from "../support/web/serial-script.ts";
import { type ServedSite, serveSite } from "../support/web/serve-site.ts";

const RUNS = IS_THOROUGH && FIREFOX !== undefined;
if (!RUNS) tellSkipped(FIREFOX === undefined ? NO_FIREFOX : NOT_THOROUGH);

/** The first element with this text, as an expression in the page. */
const withText = (selector: string, text: string, root = "document"): string =>
  `[...${root}.querySelectorAll(${JSON.stringify(selector)})].find((one) => one.textContent.trim() === ${JSON.stringify(text)})`;
const DIALOG = 'document.querySelector("esp-install-dialog")?.shadowRoot';
const BUTTON = 'document.querySelector("esp-web-install-button").shadowRoot';
const inDialog = (selector: string, text: string): string => withText(selector, text, `(${DIALOG} ?? document)`);

/** What Firefox says of a policy is in the language of its own. */
const policyComplaints = (page: FirefoxPage): string[] =>
  page.complaints.filter((one) => /polic|CSP|Trusted/i.test(one));

describe.skipIf(!RUNS)("in Firefox", () => {
  let served: ServedPage;
  let site: ServedSite;
  let chips = "";
  const open: Firefox[] = [];
  const launch = async (preferences = {}): Promise<FirefoxPage> => {
    const firefox = await launchFirefox(preferences);
    open.push(firefox);
    return firefox.page;
  };

  beforeAll(async () => {
    [served, site, chips] = await Promise.all([
      servedPage(),
      serveSite((folder) => (buildButton as (folder: string) => Promise<unknown>)(`${folder}/button`)),
      serialScript(),
    ]);
    for (const [path, answer] of lampFiles("/", { manifest: lampManifest(), html: PAGE() }))
      site.files.set(path, answer);
  });
  afterAll(async () => {
    await served?.close();
    site?.close();
    for (const firefox of open) await firefox.close();
  });

  it("the page tells what a virtual board is, flashes a dropped image, and has it proved", async () => {
    const page = await launch();
    await page.goto(served.url);
    await page.click(withText("button", "Try a virtual board"));
    await page.until(`document.querySelector("dl")?.textContent.includes("ESP32-C3 (QFN32) (revision v0.4)")`);
    await page.click(withText("nav a", "Flash"));
    await page.until(`document.querySelector(".drop input")`);
    const hello = fileURLToPath(new URL("../../examples/hello-esp32c3/hello.bin", import.meta.url));
    await page.chooseFiles(`document.querySelector(".drop input")`, [hello]);
    await page.until(`document.querySelector("main table")?.textContent.includes("hello.bin")`);
    await page.click(withText("main button", "Write"));
    await page.until(`document.querySelector("main").textContent.includes("proved by the chip's own digests")`);
    expect(policyComplaints(page)).toEqual([]);
  });

  it("the button installs, where the browser has serial ports", async () => {
    const page = await launch();
    await page.before(chips);
    await page.goto(`${site.origin}/index.html`);
    await page.click(withText("button", "Connect", BUTTON));
    await page.click(inDialog("button", "Install"));
    await page.until(inDialog("h2", "Installed and proved"));
    expect(await page.evaluate(`${DIALOG}.textContent`)).toMatch(/5 of 5 are right/);
    expect(policyComplaints(page)).toEqual([]);
  });

  it("the button says which browser can, and offers the files and a command, where serial ports are forbidden", async () => {
    const page = await launch({ "dom.webserial.enabled": false });
    await page.goto(`${site.origin}/index.html`);
    expect(await page.evaluate(`["serial" in navigator, "usb" in navigator]`)).toEqual([false, false]);
    const said = `${BUTTON}.textContent`;
    await page.until(`${said}.includes("Chrome, Edge, Opera or Firefox from version 151 can do it on this computer.")`);
    await page.click(withText("summary", "Install it in another way", BUTTON));
    await page.until(`${said}.includes("esptool --chip esp32c3 write-flash 0x0")`);
    expect(await page.evaluate(`${withText("a", "hello_world.bin", BUTTON)}.href`)).toBe(
      `${site.origin}/hello_world.bin`,
    );
    expect(policyComplaints(page)).toEqual([]);
  });
});
