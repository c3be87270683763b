import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  dialogText,
  flashOf,
  lampManifest,
  missingParts,
  nvsOf,
  openLamp,
  plugUsedBoard,
  press,
  toChoice,
  toTheEnd,
} from "../../support/web/lamp-page.ts";
import type { PageSerial } from "../../support/web/page-serial.ts";
import type { Site } from "../../support/web/site.ts";

type Hold = { readonly pageSerial: PageSerial };

/** What an install does to a board, seen in its flash. */
export function installCases(site: () => Site): void {
  it("installs on a new chip, on a page of ESP Web Tools with nothing but the script's address changed", async () => {
    const { page, problems } = await openLamp(site());
    await toChoice(page);
    expect(await dialogText(page)).toMatch(/ESP32-C3.*Lamp 2\.0/s);
    expect(await page.getByRole("radio", { name: /^Erase everything/ }).isChecked()).toBe(true);
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
    expect(await dialogText(page)).toMatch(/5 of 5 are right.*has started/s);
    await press(page, "Close");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("installs the firmware of the example", async () => {
    const { files, open } = site();
    const read = (path: string): Uint8Array => new Uint8Array(readFileSync(`examples/${path}`));
    files.set("/index.html", read("install-button/index.html"));
    files.set("/manifest.json", read("install-button/manifest.json"));
    files.set("/hello.bin", read("hello-esp32c3/hello.bin"));
    const { page, problems } = await open("/index.html");
    await press(page, "Install Hello");
    await page.getByText("What happens to what is on the board?").waitFor();
    await toTheEnd(page);
    const program = read("hello-esp32c3/hello.bin");
    expect(Buffer.compare(await flashOf(page, 0, program.length), program)).toBe(0);
    expect(problems).toEqual([]);
  });

  it("keeps the settings, and says so before", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page);
    await toChoice(page);
    const keep = page.getByRole("radio", { name: /^Keep settings/ });
    await keep.check();
    expect(await dialogText(page)).toContain("Stays: nvs, phy_init. Lost: storage.");
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
    expect(await nvsOf(page)).toEqual([0x5a]);
    expect([...(await flashOf(page, 0x20_0000, 1))]).toEqual([0x5a]);
  });

  it("keeps the settings unless told otherwise when it is an update, which Improv tells", async () => {
    const manifest = { ...lampManifest(), new_install_improv_wait_time: 5 };
    const { page } = await openLamp(site(), { manifest });
    await plugUsedBoard(page);
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.firmware = { firmware: "Lamp", version: "1.9" };
    });
    await toChoice(page);
    expect(await dialogText(page)).toContain("Lamp 1.9");
    expect(await page.getByRole("radio", { name: /^Keep settings/ }).isChecked()).toBe(true);
    await press(page, "Update to 2.0");
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
    expect(await nvsOf(page)).toEqual([0x5a]);
    // And then the board is given a Wi-Fi.
    await press(page, "Set up Wi-Fi");
    await page.getByLabel("Network", { exact: true }).selectOption("Home");
    await page.getByLabel("Password").fill("wrong");
    await press(page, "Connect");
    await page.getByRole("alert").getByText("could not connect").waitFor();
    await page.getByLabel("Password").fill("secret");
    await press(page, "Connect");
    expect(await page.getByRole("link", { name: "Open the device" }).getAttribute("href")).toBe("http://lamp.local/");
    expect(await page.getByRole("dialog").innerHTML()).not.toContain("secret");
  });

  it("asks the page whether it is the same firmware, when the page wants to say", async () => {
    const manifest = { ...lampManifest(), new_install_improv_wait_time: 5 };
    const { page } = await openLamp(site(), { manifest });
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.firmware = { firmware: "lamp-old-name", version: "1.9" };
      const button = document.querySelector("esp-web-install-button") as unknown as Record<string, unknown>;
      button["overrides"] = {
        checkSameFirmware: (json: { name: string }, { firmware, name }: { firmware: string; name: string }) =>
          json.name === "Lamp" && firmware.startsWith("lamp") && name === "Lamp 1",
      };
    });
    await toChoice(page);
    await page.getByRole("button", { name: "Update to 2.0" }).waitFor();
    // The same name, and the page says that it is another.
    await page.keyboard.press("Escape");
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.firmware = { firmware: "Lamp", version: "1.9" };
      const button = document.querySelector("esp-web-install-button") as unknown as Record<string, unknown>;
      button["overrides"] = { checkSameFirmware: () => false };
    });
    await page.locator("esp-web-install-button:not([active])").waitFor();
    await toChoice(page);
    await page.getByRole("button", { name: "Install", exact: true }).waitFor();
    expect(await page.getByRole("radio", { name: /^Erase everything/ }).isChecked()).toBe(true);
  });

  it("erases the settings alone", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page);
    await toChoice(page);
    await page.getByRole("radio", { name: /^Erase settings/ }).check();
    await toTheEnd(page);
    expect(await nvsOf(page)).toEqual([0xff]);
    expect([...(await flashOf(page, 0x20_0000, 1))]).toEqual([0x5a]);
  });

  it("sends at the rate that the manifest names", async () => {
    const manifest = lampManifest();
    const builds = manifest.builds.map((build) => ({ ...build, baud: 230_400 }));
    const { page } = await openLamp(site(), { manifest: { ...manifest, builds } });
    await plugUsedBoard(page);
    await toChoice(page);
    await toTheEnd(page);
    const log = await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.device.log);
    const rates = new Set(log.filter((entry) => entry.startsWith("open")));
    expect(rates).toEqual(new Set(["open 115200", "open 230400"]));
  });

  it("erases everything", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page);
    await toChoice(page);
    await page.getByRole("radio", { name: /^Erase everything/ }).check();
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
    expect([...(await flashOf(page, 0x20_0000, 1))]).toEqual([0xff]);
  });

  it("lets a person choose among variants", async () => {
    const manifest = lampManifest();
    const [build] = manifest.builds;
    if (build === undefined) throw new Error("no build");
    manifest.builds = [
      { ...build, label: "Small" },
      { ...build, label: "With PSRAM", psramSizeMB: 2, parts: build.parts.slice(0, 4) },
    ];
    const { page } = await openLamp(site(), { manifest });
    await plugUsedBoard(page);
    await toChoice(page);
    await page.getByLabel("Variant").selectOption("With PSRAM");
    await page.getByText("Stays: nvs, phy_init, storage.").first().waitFor();
    await page.getByRole("radio", { name: /^Keep settings/ }).check();
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual(["storage.bin"]);
  });

  it("shows what the firmware prints, and takes what is to be sent to it", async () => {
    const { page } = await openLamp(site());
    await toChoice(page);
    await toTheEnd(page);
    await press(page, "Show the log");
    await page.getByRole("log").getByText("lamp 2.0").waitFor();
    await press(page, "Restart the board");
    await page.getByRole("log").getByText("ESP-ROM").waitFor();
    const saving = page.waitForEvent("download");
    await press(page, "Save the log");
    expect((await saving).suggestedFilename()).toBe("log.txt");
    await press(page, "Back");
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
  });
}
