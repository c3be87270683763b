import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PageResult } from "../support/browser-page.ts";
import { tellSkipped } from "../support/skipping.ts";
import { BROWSER, launchBrowser, NO_BROWSER } from "../support/web/browser.ts";

if (BROWSER === undefined) tellSkipped(NO_BROWSER);

const root = fileURLToPath(new URL("../..", import.meta.url));

describe.skipIf(BROWSER === undefined)("in a headless browser", () => {
  let folder = "";
  let server: Server;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "esptool-page-"));
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
    server = createServer((request, response) => {
      const name = request.url ?? "/";
      if (name === "/") {
        response.setHeader("content-type", "text/html");
        response.end('<!doctype html><script type="module" src="/page.js"></script>');
        return;
      }
      const path = resolve(folder, `.${name}`);
      if (!path.startsWith(folder) || !existsSync(path)) {
        response.statusCode = 404;
        response.end();
        return;
      }
      response.setHeader("content-type", "text/javascript");
      response.end(readFileSync(path));
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  });

  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("connects, writes, verifies, reads back, burns, signs, encrypts and explains a crash", async () => {
    const { port } = server.address() as AddressInfo;
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      await page.goto(`http://127.0.0.1:${port}/`);
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
