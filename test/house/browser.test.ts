import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PageResult } from "../support/browser-page.ts";
import { tellSkipped } from "../support/skipping.ts";
import { BROWSER, launchBrowser, NO_BROWSER } from "../support/web/browser.ts";
import { type ServedSite, serveSite } from "../support/web/serve-site.ts";

if (BROWSER === undefined) tellSkipped(NO_BROWSER);

const root = fileURLToPath(new URL("../..", import.meta.url));

describe.skipIf(BROWSER === undefined)("in a headless browser", () => {
  let site: ServedSite;
  const build = async (folder: string): Promise<void> => {
    const bundle = await rolldown({
      cwd: root,
      input: { page: join(root, "test/support/browser-page.ts") },
      platform: "browser",
      // The page also uses what imports such modules at once.
      checks: { ineffectiveDynamicImport: false },
    });
    await bundle.write({ dir: folder, format: "esm" });
    await bundle.close();
    copyFileSync(join(root, "test/fixtures/crash/elf/c3-os-d5.elf"), join(folder, "app.elf"));
    copyFileSync(join(root, "test/fixtures/crash/rv-01-load-fault-os-d5/input.txt"), join(folder, "panic.txt"));
  };

  beforeAll(async () => {
    site = await serveSite(build);
    site.files.set("/index.html", '<!doctype html><script type="module" src="/page.js"></script>');
  });

  afterAll(() => {
    site.close();
  });

  it("connects, writes, verifies, reads back, burns, signs, encrypts and explains a crash", async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      await page.goto(`${site.origin}/index.html`);
      await page.waitForFunction(() => "result" in globalThis);
      const result = (await page.evaluate(() => (globalThis as unknown as { result: unknown }).result)) as PageResult;
      expect(problems).toEqual([]);
      expect(result).toMatchObject({ chip: "esp32c3", loader: "stub", verified: "md5", equal: true, hasNode: false });
      expect(result).toMatchObject({ burned: "True", decrypted: true });
      expect(result.signatures).toEqual(["verified", "verified", "verified", "verified"]);
      expect(result.crash.join("\n")).toMatch(/Load access fault[\s\S]*sensor_read[\s\S]*app_main[\s\S]*main_task/);
      expect(result.lookedUp).toBe("sensor_read");
      expect(result.events).toEqual(
        expect.arrayContaining(["connect.identity", "stub.running", "progress", "verify.matched", "reset.done"]),
      );
    } finally {
      await browser.close();
    }
  });
});
