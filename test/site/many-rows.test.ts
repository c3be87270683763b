import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeLittleFs } from "../../src/filesystem.ts";
import { makeNvs } from "../../src/nvs.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { type BuiltPage, builtPage } from "../support/site/built-page.ts";
import { tellSkipped } from "../support/skipping.ts";
import { NOT_THOROUGH, THOROUGH_BROWSER } from "../support/web/browser.ts";
import type { PageSerial } from "../support/web/page-serial.ts";
import { serialScript } from "../support/web/serial-script.ts";

if (THOROUGH_BROWSER === undefined) tellSkipped(NOT_THOROUGH);

const MANY = 1100;
const TABLE = `nvs,     data, nvs,      0x9000,   64K
storage, data, littlefs, 0x100000, 1M
`;

let site: BuiltPage;
let chips = "";

/** A board that holds more than a page can draw, or anybody reads. */
async function fullBoard(): Promise<Page> {
  const { page } = await site.open({});
  await page.addInitScript({ content: chips });
  await page.goto(`${site.url}#/image`);
  const names = Array.from({ length: MANY }, (_, index) => String(index).padStart(4, "0"));
  const nvs = makeNvs(
    names.map((name) => ({ namespace: "many", key: `k${name}`, type: "u8" as const, value: 1 })),
    { sizeBytes: 0x10000 },
  ).image;
  const files = makeLittleFs(
    names.map((name) => ({ path: `f${name}`, content: Uint8Array.of(1) })),
    { sizeBytes: 0x100000 },
  );
  const contents = [
    { address: 0x8000, bytes: encodePartitionTable(parsePartitionCsv(TABLE).partitions) },
    { address: 0x9000, bytes: nvs },
    { address: 0x100000, bytes: files },
  ].map(({ address, bytes }) => ({ address, text: Buffer.from(bytes).toString("base64") }));
  await page.evaluate((held) => {
    const { pageSerial } = globalThis as unknown as { readonly pageSerial: PageSerial };
    const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
      Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    pageSerial.plug("esp32c3", {
      contents: held.map(({ address, text }) => ({ address, bytes: bytesOf(text) })),
    });
  }, contents);
  await page.click("text=Connect a board");
  await page.waitForSelector("text=Disconnect");
  return page;
}

describe.skipIf(THOROUGH_BROWSER === undefined)("a board with more than a page can draw", () => {
  beforeAll(async () => {
    [site, chips] = await Promise.all([builtPage(), serialScript()]);
  }, 60_000);
  afterAll(() => site?.close());

  it("is drawn as far as it can be, and the rest is told of", async () => {
    const page = await fullBoard();
    for (const [view, first] of [
      ["settings", "th:has-text('k0000')"],
      ["files", "th:has-text('f0000')"],
    ]) {
      await page.click(`nav a[href="#/${view}"]`);
      await page.waitForSelector(`main ${first}`);
      expect(await page.locator("main tbody tr").count()).toBe(1000);
      expect(await page.textContent("main .warning")).toContain("1000");
      expect(await page.textContent("main .warning")).toContain(String(MANY));
    }
    await page.context().close();
  });
});
