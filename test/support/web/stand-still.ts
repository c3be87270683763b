import type { Page } from "playwright-core";
import type { PageSerial } from "./page-serial.ts";

/** In the page. */
type Hold = { readonly pageSerial: PageSerial };

/** Time is to stand still as soon as the page shows this and uses its port. */
export async function stillAt(page: Page, text: string): Promise<void> {
  await page.evaluate((wanted) => {
    const { pageSerial } = globalThis as unknown as Hold;
    pageSerial.time.stillWhen(() => pageSerial.text(document).includes(wanted));
  }, text);
}

export async function untilStill(page: Page): Promise<void> {
  await page.waitForFunction(() => (globalThis as unknown as Hold).pageSerial.time.isStill);
}

export async function goOn(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.time.goOn());
}

/** What befalls the board while it stands. */
export type Happening = "unplug" | "replug" | "another" | "busy" | "free" | "hang" | "unhang";

/** Something happens to the board, or to the browser's list. */
export async function happen(page: Page, what: Happening): Promise<void> {
  await page.evaluate((happening) => {
    const { pageSerial } = globalThis as unknown as Hold;
    const doings = {
      unplug: () => pageSerial.chip.unplug(),
      replug: () => {
        pageSerial.chip.replug();
        pageSerial.device.connected = true;
      },
      another: () => pageSerial.becomeAnother(),
      busy: () => {
        pageSerial.isBusy = true;
      },
      free: () => {
        pageSerial.isBusy = false;
      },
      // The browser begins to open the port and comes to no end.
      hang: () => {
        pageSerial.opening = new Promise((resolve) => addEventListener("unhang", () => resolve(), { once: true }));
      },
      unhang: () => dispatchEvent(new Event("unhang")),
    };
    doings[happening]();
  }, what);
}
