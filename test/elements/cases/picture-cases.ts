import type { Page } from "playwright-core";
import { it } from "vitest";
import { violations } from "../../support/web/axe.ts";
import {
  type LampOptions,
  lampManifest,
  openLamp,
  plugUsedBoard,
  press,
  toChoice,
  toTheEnd,
} from "../../support/web/lamp-page.ts";
import type { PageSerial } from "../../support/web/page-serial.ts";
import type { Site } from "../../support/web/site.ts";
import { goOn, happen, stillAt, untilStill } from "../../support/web/stand-still.ts";

type Hold = { readonly pageSerial: PageSerial };

interface State {
  readonly name: string;
  readonly options?: LampOptions;
  /** As far as the state, at which time stands still or nothing happens any more. */
  readonly reach: (page: Page) => Promise<void>;
}

const PHONE = { width: 360, height: 640 };
const IMPROV = { manifest: { ...lampManifest(), new_install_improv_wait_time: 5 } };

const heading = (page: Page, name: string): Promise<void> => page.getByRole("heading", { name }).waitFor();

/** A board in use is installed on, as far as this is said. */
async function installUntil(page: Page, says: string, choice = "Keep settings"): Promise<void> {
  await plugUsedBoard(page);
  await toChoice(page);
  await page.getByRole("radio", { name: new RegExp(`^${choice}`) }).check();
  await stillAt(page, says);
  await press(page, "Install");
  await untilStill(page);
}

/** Firmware that says it once, and speaks Improv. */
async function plugLamp(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { pageSerial } = globalThis as unknown as Hold;
    pageSerial.plug("esp32c3", { appText: "I (31) app: lamp 2.0\r\n", appEveryMs: 3_600_000 });
    pageSerial.firmware = { firmware: "Lamp", version: "1.9" };
  });
}

async function toWifi(page: Page): Promise<void> {
  await plugLamp(page);
  await toChoice(page);
  await press(page, "Update to 2.0");
  await heading(page, "Installed and proved");
  await press(page, "Set up Wi-Fi");
  await page.getByLabel("Network", { exact: true }).waitFor();
}

async function join(page: Page, password: string): Promise<void> {
  await page.getByLabel("Password").fill(password);
  await press(page, "Connect");
}

/** All that a person may come to see (fact sheet install-page, 5.2). */
const STATES: readonly State[] = [
  {
    name: "no-port",
    reach: async (page) => {
      await page.evaluate(() => {
        (globalThis as unknown as Hold).pageSerial.choices = ["none"];
      });
      await press(page, "Connect");
      await heading(page, "No port was chosen");
    },
  },
  {
    name: "identify",
    reach: async (page) => {
      await stillAt(page, "Connecting to the board");
      await press(page, "Connect");
      await untilStill(page);
    },
  },
  { name: "choose-new", reach: toChoice },
  {
    name: "choose-used",
    reach: async (page) => {
      await plugUsedBoard(page);
      await toChoice(page);
    },
  },
  {
    name: "choose-update",
    options: IMPROV,
    reach: async (page) => {
      await plugLamp(page);
      await toChoice(page);
    },
  },
  { name: "erase", reach: (page) => installUntil(page, "Erasing the flash", "Erase everything") },
  { name: "erase-settings", reach: (page) => installUntil(page, "Erasing the settings", "Erase settings") },
  { name: "write", reach: (page) => installUntil(page, "Writing storage.bin (5 of 5)") },
  { name: "proof", reach: (page) => installUntil(page, "Checking storage.bin") },
  { name: "start", reach: (page) => installUntil(page, "Starting the new firmware") },
  {
    name: "done",
    reach: async (page) => {
      await plugUsedBoard(page);
      await toChoice(page);
      await toTheEnd(page);
    },
  },
  {
    name: "stopped",
    reach: async (page) => {
      await installUntil(page, "Writing storage.bin (5 of 5)");
      await press(page, "Stop");
      await goOn(page);
      await heading(page, "Stopped");
    },
  },
  {
    name: "away",
    reach: async (page) => {
      await installUntil(page, "Writing storage.bin (5 of 5)");
      await happen(page, "unplug");
      await goOn(page);
      await page.getByText("The board is away.").waitFor();
    },
  },
  {
    name: "failed-busy",
    reach: async (page) => {
      await happen(page, "busy");
      await press(page, "Connect");
      await heading(page, "That did not work");
    },
  },
  {
    name: "failed-no-answer",
    reach: async (page) => {
      await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.plug("esp32c3", { circuit: "none" }));
      await press(page, "Connect");
      await heading(page, "That did not work");
    },
  },
  {
    name: "failed-download",
    options: { files: { "storage.bin": new Uint8Array(10) } },
    reach: async (page) => {
      await press(page, "Connect");
      await heading(page, "That did not work");
    },
  },
  { name: "wifi", options: IMPROV, reach: toWifi },
  {
    name: "wifi-wrong-password",
    options: IMPROV,
    reach: async (page) => {
      await toWifi(page);
      await join(page, "wrong");
      await page.getByRole("alert").getByText("could not connect").waitFor();
    },
  },
  {
    name: "wifi-joined",
    options: IMPROV,
    reach: async (page) => {
      await toWifi(page);
      await join(page, "secret");
      await page.getByRole("link", { name: "Open the device" }).waitFor();
    },
  },
  {
    name: "console",
    reach: async (page) => {
      await plugLamp(page);
      await toChoice(page);
      await toTheEnd(page);
      await press(page, "Show the log");
      await page.getByRole("log").waitFor();
      await press(page, "Restart the board");
      await page.getByRole("log").getByText("lamp 2.0").waitFor();
    },
  },
  {
    name: "no-api",
    options: {
      serial: false,
      before: () => {
        for (const name of ["serial", "usb"]) Reflect.deleteProperty(Object.getPrototypeOf(navigator), name);
      },
    },
    reach: async (page) => {
      await page.getByText("Install it in another way").click();
      await page.getByText("esptool --chip esp32c3 write-flash").waitFor();
    },
  },
  {
    name: "not-allowed",
    options: { before: () => Object.defineProperty(globalThis, "isSecureContext", { value: false }) },
    reach: (page) => page.getByText("Install it in another way").waitFor(),
  },
];

/** Texts with their colours, as they are on what is behind them. */
async function coloursOf(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const root =
      document.querySelector("esp-install-dialog")?.shadowRoot ??
      document.querySelector("esp-web-install-button")?.shadowRoot;
    const behind = (element: Element | null): string => {
      if (element === null) return "page";
      const { backgroundColor } = getComputedStyle(element);
      return backgroundColor === "rgba(0, 0, 0, 0)" ? behind(element.parentElement) : backgroundColor;
    };
    const lines = [...(root?.querySelectorAll("*") ?? [])]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .map((element) => `${element.localName}: ${getComputedStyle(element).color} on ${behind(element)}`);
    return [...new Set(lines)].sort();
  });
}

/** Wider than the window, or too low for a finger. */
async function misfits(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const dialog = document.querySelector("esp-install-dialog")?.shadowRoot?.querySelector("dialog");
    const buttons = [...(dialog?.querySelectorAll("button, select, input:not([type=radio])") ?? [])];
    const low = buttons.filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44);
    return [
      ...(document.documentElement.scrollWidth > innerWidth ? ["the page is wider than the phone"] : []),
      ...((dialog?.scrollWidth ?? 0) > innerWidth ? ["the dialog is wider than the phone"] : []),
      ...low.map((one) => `too low: ${one.outerHTML}`),
    ];
  });
}

/** Each state of the dialog on a phone: what it is to who hears it, its colours by day and by night, what axe-core says. */
export function pictureCases(site: () => Site): void {
  it.for(STATES)("looks as it did: $name", async ({ name, options, reach }, { expect }) => {
    const { page } = await openLamp(site(), { viewport: PHONE, ...options });
    await reach(page);
    const dialog = page.getByRole("dialog");
    const seen = await ((await dialog.count()) > 0 ? dialog : page.locator("body")).ariaSnapshot();
    const colours: string[] = [];
    // It waits for moments to pass; where none do, the states beside it stand for this one.
    const isStill = await page.evaluate(() => (globalThis as Partial<Hold>).pageSerial?.time.isStill === true);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      colours.push(`${colorScheme}:`, ...(await coloursOf(page)).map((line) => `  ${line}`));
      if (!isStill) expect(await violations(page), colorScheme).toEqual([]);
    }
    expect(await misfits(page)).toEqual([]);
    const picture = [
      seen
        // What was announced last, in the order in which files came.
        .replace(/\n {2}- paragraph: [^\n]*$/, "")
        // How fast a test goes is not the same each time.
        .replace(/ · .* left/g, "")
        // Nor is the port of its server.
        .replaceAll(site().origin, "ORIGIN")
        .replace(/lamp\d+\//g, "lamp/"),
      ...colours,
    ];
    await expect(`${picture.join("\n")}\n`).toMatchFileSnapshot(`pictures/${name}.txt`);
  });
}
