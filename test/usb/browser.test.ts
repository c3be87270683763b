import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tellSkipped } from "../support/skipping.ts";
import { FLASHED } from "../support/usb/flash-over.ts";
import type { UsbPageReport } from "../support/usb/usb-page.ts";
import { transferCase } from "../support/usb/usb-vectors.ts";
import { BROWSER, NO_BROWSER } from "../support/web/browser.ts";
import { type Site, startSite } from "../support/web/site.ts";

if (BROWSER === undefined) tellSkipped(NO_BROWSER);

const root = fileURLToPath(new URL("../..", import.meta.url));

/** As an application would be built, drivers apart. */
async function buildPage(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: { page: join(root, "test/support/usb/usb-page.ts") },
    platform: "browser",
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
  });
  await bundle.write({ dir: folder, format: "esm" });
  await bundle.close();
  copyFileSync(join(root, "test/fixtures/web/usb/transfers.json"), join(folder, "transfers.json"));
}

describe.skipIf(BROWSER === undefined)("adapters over WebUSB in a browser", () => {
  let site: Site;
  let reports: readonly UsbPageReport[] = [];

  beforeAll(async () => {
    site = await startSite(buildPage);
    site.files.set("/index.html", '<!doctype html><title>USB</title><script type="module" src="/page.js"></script>');
    const { page, problems } = await site.open("/index.html", { serial: false });
    await page.waitForFunction(() => "reports" in globalThis);
    reports = await page.evaluate(() => (globalThis as unknown as { reports: Promise<UsbPageReport[]> }).reports);
    expect(problems).toEqual([]);
  });
  afterAll(() => site?.close());

  it.each(FLASHED)(
    "$name: a page asks for it, flashes 100 KB to an $id and reads them back",
    ({ name, id, baudRate }) => {
      const report = reports.find((one) => one.name === name);
      expect(report).toMatchObject({
        failure: null,
        chip: id,
        loader: "stub",
        baudRate,
        vendorId: transferCase(name).device["vendorId"],
        asked: 1,
        isWritten: true,
        isReadBack: true,
        isOpen: false,
      });
      expect(report?.sentBytes).toBeGreaterThan(100_000);
    },
  );
});
