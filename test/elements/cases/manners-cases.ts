import { expect, it } from "vitest";
import { violations } from "../../support/web/axe.ts";
import {
  dialogText,
  missingParts,
  openLamp,
  PAGE,
  plugUsedBoard,
  press,
  toChoice,
  toTheEnd,
} from "../../support/web/lamp-page.ts";
import type { PageSerial } from "../../support/web/page-serial.ts";
import type { Site } from "../../support/web/site.ts";

type Hold = { readonly pageSerial: PageSerial };

/** For everybody: whatever they see, hear, speak, hold in their hand. */
export function mannersCases(site: () => Site): void {
  it.each(["light", "dark"] as const)("has nothing against it from axe-core in any view, %s", async (colorScheme) => {
    const { page } = await openLamp(site(), { colorScheme });
    expect(await violations(page)).toEqual([]);
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.choices = ["none", "first"];
    });
    await press(page, "Connect");
    await page.getByRole("heading", { name: "No port was chosen" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await plugUsedBoard(page, { slow: true });
    await press(page, "Choose the port");
    await page.getByText("What happens to what is on the board?").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("radio", { name: /^Keep settings/ }).check();
    await press(page, "Install");
    await page.getByText("Writing storage.bin (5 of 5)").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await press(page, "Show the log");
    await page.getByRole("log").waitFor();
    expect(await violations(page)).toEqual([]);
    await press(page, "Back");
    await press(page, "Close");
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.isBusy = true;
    });
    await press(page, "Connect");
    await page.getByRole("heading", { name: "That did not work" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("is worked by the keyboard alone, and the focus goes in and comes back", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("What happens to what is on the board?").waitFor();
    // From the title on: close, the three choices as one, close, install.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.getByRole("radio", { name: /^Erase everything/ }).isChecked()).toBe(true);
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("radio", { name: /^Keep settings/ }).isChecked()).toBe(true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
    expect(await missingParts(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    const focused = await page.evaluate(() => document.activeElement?.tagName);
    expect(focused).toBe("ESP-WEB-INSTALL-BUTTON");
  });

  it("fits a phone", async () => {
    const { page } = await openLamp(site(), { viewport: { width: 360, height: 640 } });
    await plugUsedBoard(page);
    await toChoice(page);
    const widths = await page.evaluate(() => {
      const dialog = document.querySelector("esp-install-dialog")?.shadowRoot?.querySelector("dialog");
      return [document.documentElement.scrollWidth, dialog?.scrollWidth, dialog?.getBoundingClientRect().width];
    });
    for (const width of widths) expect(width).toBeLessThanOrEqual(360);
    for (const button of await page.getByRole("dialog").getByRole("button").all())
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await toTheEnd(page);
  });

  it("speaks the language of the page", async () => {
    const { page } = await openLamp(site(), { html: PAGE("", "", "de-AT") });
    await plugUsedBoard(page);
    await press(page, "Verbinden");
    await page.getByText("Was geschieht mit dem, was auf dem Board ist?").waitFor();
    await press(page, "Installieren");
    await page.getByRole("heading", { name: "Installiert und geprüft" }).waitFor();
    expect(await page.getByRole("dialog").getAttribute("lang")).toBe("de");
  });

  it("has the slots, attributes and variables of ESP Web Tools", async () => {
    const { page } = await openLamp(site(), {
      html: PAGE('style="x"', '<button slot="activate">Custom install</button><i slot="unsupported">no</i>'),
    });
    const button = page.locator("esp-web-install-button");
    expect(await button.getAttribute("install-supported")).toBe("");
    expect(await page.getByText("no", { exact: true }).isVisible()).toBe(false);
    await press(page, "Custom install");
    await page.getByText("What happens to what is on the board?").waitFor();
    expect(await button.getAttribute("active")).toBe("");
    await page.keyboard.press("Escape");
    await page.locator("esp-web-install-button:not([active])").waitFor();
    const statics = await page.evaluate(() => {
      const known = customElements.get("esp-web-install-button") as unknown as Record<string, unknown>;
      return [known["isSupported"], known["isAllowed"], customElements.get("esp-install-button") !== undefined];
    });
    expect(statics).toEqual([true, true, true]);
    const colours = await page.evaluate(() => {
      const element = document.createElement("esp-install-button");
      element.style.setProperty("--esp-tools-button-color", "rgb(1, 2, 3)");
      element.style.setProperty("--esp-tools-button-text-color", "rgb(4, 5, 6)");
      element.style.setProperty("--esp-tools-button-border-radius", "7px");
      document.body.append(element);
      const inner = element.shadowRoot?.querySelector("button");
      const style = inner === null || inner === undefined ? null : getComputedStyle(inner);
      // Removed and added again it is what it was.
      element.remove();
      document.body.append(element);
      return [style?.backgroundColor, style?.color, style?.borderRadius, element.shadowRoot?.childNodes.length];
    });
    expect(colours).toEqual(["rgb(1, 2, 3)", "rgb(4, 5, 6)", "7px", 1]);
  });

  it("takes the manifest of its property before that of its attribute, set before the element is known, too", async () => {
    const { page } = await openLamp(site(), {
      html: PAGE()
        .replace('manifest="manifest.json"', 'manifest="wrong.json"')
        .replace("<script", '<script src="set.js"></script><script'),
      files: {
        "set.js":
          'addEventListener("DOMContentLoaded", () => {}); new MutationObserver(() => { const b = document.querySelector("esp-web-install-button"); if (b) b.manifest = "manifest.json"; }).observe(document, { childList: true, subtree: true });',
      },
    });
    await toChoice(page);
  });

  it("writes nothing of a manifest as markup", async () => {
    const { page, problems } = await openLamp(site(), {
      manifest: JSON.stringify({
        name: "<img src=x onerror=alert(1)>",
        version: "<b>1</b>",
        notes: "<script>alert(1)</script>",
        new_install_improv_wait_time: 0,
        builds: [{ chipFamily: "ESP32-C3", label: "<i>x</i>", parts: [{ path: "hello_world.bin", offset: 65536 }] }],
      }),
    });
    await toChoice(page);
    expect(await dialogText(page)).toContain("<img src=x onerror=alert(1)>");
    expect(await page.getByRole("dialog").locator("img, script, b, i").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("installs in a page in the background, whose timers are a second late", async () => {
    const { page } = await openLamp(site(), {
      before: () => {
        const { setTimeout: after } = globalThis;
        Object.defineProperty(globalThis, "setTimeout", {
          value: (callback: () => void, ms = 0) => after(callback, Math.ceil((ms + 1) / 1000) * 1000),
        });
        Object.defineProperty(document, "visibilityState", { value: "hidden" });
      },
    });
    await plugUsedBoard(page);
    await toChoice(page);
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
  });
}
