import type { ServerResponse } from "node:http";
import { expect, it } from "vitest";
import {
  dialogText,
  installUntil,
  isUntouched,
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
import { goOn, happen, stillAt, untilStill } from "../../support/web/stand-still.ts";

/** What is said while the last file is written. */
const LAST_FILE = "Writing storage.bin (5 of 5)";

type Hold = { readonly pageSerial: PageSerial };
type Lamp = Awaited<ReturnType<typeof openLamp>>["page"];

const failed = (page: Lamp): Promise<void> => page.getByRole("heading", { name: "That did not work" }).waitFor();

/** Sends nothing until it is told to go on. */
function held(): { readonly answer: (response: ServerResponse) => void; readonly asked: Promise<void> } {
  let tell: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { answer: () => tell(), asked };
}

interface Phase {
  readonly when: string;
  readonly says: string;
  readonly choice: "Keep settings" | "Erase settings" | "Erase everything";
  /** What it leads to, and what is said then. */
  readonly heading: string;
  readonly ends: RegExp;
}

/** Those in which a board that was unplugged is not waited for, and one that goes on by itself when it is back. */
const PHASES: readonly Phase[] = [
  {
    when: "its settings are erased",
    says: "Erasing the settings",
    choice: "Erase settings",
    heading: "That did not work",
    ends: /broke.*will not run as it should/s,
  },
  {
    when: "it is erased",
    says: "Erasing the flash",
    choice: "Erase everything",
    heading: "That did not work",
    ends: /broke.*will not run as it should/s,
  },
  {
    when: "it is checked",
    says: "Checking storage.bin",
    choice: "Keep settings",
    heading: "Installed and proved",
    ends: /5 of 5 are right/,
  },
  {
    when: "it is started",
    says: "Starting the new firmware",
    choice: "Keep settings",
    heading: "Installed and proved",
    ends: /5 of 5 are right.*Whether it has started could not be seen/s,
  },
];

/** Stopped by a person or by a pulled cable, in each phase: what is on the board is said, and it can be begun again. */
export function stopCases(site: () => Site): void {
  it("is stopped while it connects", async () => {
    const { page } = await openLamp(site());
    await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.plug("esp32c3", { circuit: "none" }));
    await stillAt(page, "Connecting to the board");
    await press(page, "Connect");
    await untilStill(page);
    await press(page, "Stop");
    await goOn(page);
    await page.getByRole("heading", { name: "Stopped" }).waitFor();
    expect(await dialogText(page)).toContain("Nothing on the board was changed.");
  });

  it("is stopped at once while the browser does not come to an end with opening the port", async () => {
    const { page } = await openLamp(site());
    await happen(page, "hang");
    await press(page, "Connect");
    await page.getByText("Connecting to the board").first().waitFor();
    await press(page, "Stop");
    await page.getByRole("heading", { name: "Stopped" }).waitFor();
    expect(await dialogText(page)).toContain("Nothing on the board was changed.");
    await happen(page, "unhang");
    await press(page, "Try again");
    await page.getByText("What happens to what is on the board?").waitFor();
  });

  it("is stopped while files are got", async () => {
    const { answer, asked } = held();
    const { page } = await openLamp(site(), { files: { "storage.bin": answer } });
    await plugUsedBoard(page);
    await press(page, "Connect");
    await asked;
    await press(page, "Stop");
    await page.getByRole("heading", { name: "Stopped" }).waitFor();
    expect(await isUntouched(page)).toBe(true);
  });

  it("is stopped while it writes, not by Escape but by its button, and says what is written", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page, { slow: true });
    await toChoice(page);
    await installUntil(page, LAST_FILE);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByText("To stop, use the Stop button.").waitFor({ state: "attached" });
    await press(page, "Stop");
    await goOn(page);
    await page.getByRole("heading", { name: "Stopped" }).waitFor();
    const text = await dialogText(page);
    expect(text).toContain("will not run as it should until it is installed again");
    expect(text).toMatch(/Written and proved: bootloader\.bin.*Begun and not finished: storage\.bin/s);
    expect(await missingParts(page)).toEqual(["storage.bin"]);
    await press(page, "Try again");
    await page.getByRole("radio", { name: /^Keep settings/ }).check();
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
  });

  it("tells of a board that is unplugged before it connects, and goes on when it is back", async () => {
    const { page } = await openLamp(site());
    await happen(page, "unplug");
    await press(page, "Connect");
    await failed(page);
    await happen(page, "replug");
    await press(page, "Try again");
    await page.getByText("What happens to what is on the board?").waitFor();
  });

  it("tells of a board that is unplugged while a person chooses", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page);
    await toChoice(page);
    await happen(page, "unplug");
    await failed(page);
    expect(await dialogText(page)).toContain("Plug the board in, then try again.");
    expect(await dialogText(page)).toContain("Nothing on the board was changed.");
    await happen(page, "replug");
    await press(page, "Try again");
    await page.getByText("What happens to what is on the board?").waitFor();
    await toTheEnd(page);
  });

  it("waits for a board that is unplugged while it is written, and says what is written when that is stopped", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page, { slow: true });
    await toChoice(page);
    await installUntil(page, LAST_FILE);
    await happen(page, "unplug");
    // At once it is said, and after some seconds asked for.
    await page.getByText("The board was unplugged. Plug it in again.").first().waitFor();
    await goOn(page);
    await page.getByText("The board is away.").waitFor();
    await press(page, "Stop");
    await page.getByRole("heading", { name: "Stopped" }).waitFor();
    expect(await page.getByText("The board is away.").count()).toBe(0);
    expect(await dialogText(page)).toContain("Begun and not finished: storage.bin.");
    await happen(page, "replug");
    await press(page, "Try again");
    await page.getByRole("radio", { name: /^Keep settings/ }).check();
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
  });

  it("tells of a chip that was exchanged for another while a person chose, before it touches it", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page);
    await toChoice(page);
    await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.exchange("esp32c6"));
    await press(page, "Install");
    await failed(page);
    expect(await isUntouched(page)).toBe(true);
  });

  it("asks for one more click when the board comes back as another device, and goes on by itself", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page, { slow: true });
    await toChoice(page);
    await installUntil(page, LAST_FILE);
    await happen(page, "another");
    await goOn(page);
    await page.getByRole("alert").getByText("choose its port once more").waitFor();
    await page.getByRole("button", { name: "Choose the port" }).click();
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("");
    expect(await missingParts(page)).toEqual([]);
  });

  it("is not closed by the back gesture of a phone while it writes", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page, { slow: true });
    await toChoice(page);
    await installUntil(page, LAST_FILE);
    // The browser asks the dialog so; twice without a click in between it asks no more, but for `closedby`.
    const answers = await page.evaluate(() => {
      const dialog = document.querySelector("esp-install-dialog")?.shadowRoot?.querySelector("dialog");
      const isRefused = dialog?.dispatchEvent(new Event("cancel", { cancelable: true })) === false;
      return [isRefused, dialog?.getAttribute("closedby")];
    });
    expect(answers).toEqual([true, "none"]);
    await goOn(page);
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
    expect(await missingParts(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("is installed and proved also when the look at its start is stopped", async () => {
    const { page } = await openLamp(site());
    await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.plug("esp32c3", { appText: "" }));
    await toChoice(page);
    await stillAt(page, "Starting the new firmware");
    await press(page, "Install");
    await untilStill(page);
    await press(page, "Stop");
    await goOn(page);
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
    const text = await dialogText(page);
    expect(text).toContain("Whether it has started could not be seen");
    expect(text).not.toContain("will not run as it should");
    await press(page, "Show the log");
    await page.getByRole("log").waitFor();
  });

  it("shows the log while the program that explains crashes is still on its way", async () => {
    const { answer, asked } = held();
    const { page } = await openLamp(site(), { files: { "lamp.elf": answer }, html: PAGE('elf="lamp.elf"') });
    await toChoice(page);
    await toTheEnd(page);
    await press(page, "Show the log");
    await page.getByRole("log").getByText("lamp 2.0").first().waitFor();
    await asked;
    await press(page, "Back");
    await press(page, "Close");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("does not say that nothing was changed when the attempt after one that changed something fails", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page, { slow: true });
    await toChoice(page);
    await installUntil(page, LAST_FILE);
    await press(page, "Stop");
    await goOn(page);
    await page.getByRole("heading", { name: "Stopped" }).waitFor();
    await happen(page, "unplug");
    await press(page, "Try again");
    await failed(page);
    expect(await dialogText(page)).toContain("Begun and not finished: storage.bin.");
    expect(await dialogText(page)).not.toContain("Nothing on the board was changed.");
  });

  it("asks before the page is left while it writes, and not after", async () => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page, { slow: true });
    const asks = (): Promise<boolean> =>
      page.evaluate(() => !globalThis.dispatchEvent(new Event("beforeunload", { cancelable: true })));
    await toChoice(page);
    expect(await asks()).toBe(false);
    await installUntil(page, LAST_FILE);
    expect(await asks()).toBe(true);
    await goOn(page);
    await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
    expect(await asks()).toBe(false);
  });

  it("tells of a board that is unplugged while it is identified, and connects when it is back", async () => {
    const { page } = await openLamp(site());
    await stillAt(page, "Connecting to the board");
    await press(page, "Connect");
    await untilStill(page);
    await happen(page, "unplug");
    await goOn(page);
    await failed(page);
    expect(await dialogText(page)).toContain("Nothing on the board was changed.");
    await happen(page, "replug");
    await press(page, "Try again");
    await toTheEnd(page);
  });

  it.each(PHASES)("is clear about a board that is unplugged while $when", async ({ says, choice, heading, ends }) => {
    const { page } = await openLamp(site());
    await plugUsedBoard(page);
    await toChoice(page);
    await page.getByRole("radio", { name: new RegExp(`^${choice}`) }).check();
    await stillAt(page, says);
    await press(page, "Install");
    await untilStill(page);
    await happen(page, "unplug");
    // It is back before anybody could be asked for it.
    if (says.startsWith("Checking")) await happen(page, "replug");
    await goOn(page);
    await page.getByRole("heading", { name: heading }).waitFor();
    expect(await dialogText(page)).toMatch(ends);
    if (heading === "Installed and proved") return;
    await happen(page, "replug");
    await press(page, "Try again");
    await page.getByRole("radio", { name: new RegExp(`^${choice}`) }).check();
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
  });
}
