import type { ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { PLACES } from "../../support/install/release.ts";
import {
  dialogText,
  isUntouched,
  type LampOptions,
  lampManifest,
  missingParts,
  openLamp,
  PAGE,
  plugUsedBoard,
  press,
  toTheEnd,
} from "../../support/web/lamp-page.ts";
import type { PageSerial } from "../../support/web/page-serial.ts";
import { type Answer, STRICT } from "../../support/web/serve-site.ts";
import type { Site } from "../../support/web/site.ts";

type Hold = { readonly pageSerial: PageSerial };

const status =
  (code: number, text: string): Answer =>
  (response) => {
    response.statusCode = code;
    response.end(text);
  };

/** Says more bytes than it sends, and hangs up. */
function cutOff(response: ServerResponse): void {
  response.setHeader("content-length", "5000");
  response.write("x".repeat(100));
  setTimeout(() => response.destroy(), 50);
}

const without = (change: (manifest: ReturnType<typeof lampManifest>) => void, digests = true): LampOptions => {
  const manifest = lampManifest({ digests });
  change(manifest);
  return { manifest };
};
const noDigests = lampManifest({ digests: false });

const REFUSALS: readonly (readonly [what: string, says: RegExp, options: LampOptions])[] = [
  ["a manifest that is 404", /server answered 404/, { manifest: status(404, JSON.stringify(lampManifest())) }],
  ["a web page in place of the manifest", /it is a web page/, { manifest: "<!doctype html><title>x</title>" }],
  ["a manifest that is no JSON", /it is no JSON/, { manifest: '{"builds":[1,]}' }],
  ["a manifest without builds", /no 'builds'/, { manifest: "{}" }],
  [
    "a build without parts",
    /has no parts: there is nothing to install/,
    without(({ builds }) => {
      if (builds[0]) builds[0].parts = [];
    }),
  ],
  [
    "no build for the chip",
    /nothing for this ESP32-C3/,
    without(({ builds }) => {
      if (builds[0]) builds[0].chipFamily = "ESP32";
    }),
  ],
  [
    "a part that is 404",
    /'hello_world.bin' was not got: its server answered 404/,
    { files: { "hello_world.bin": status(404, "") } },
  ],
  [
    "a web page in place of a part",
    /'storage.bin' is an HTML page/,
    { manifest: noDigests, files: { "storage.bin": "<!doctype html><p>x" } },
  ],
  ["a part that breaks off", /'storage.bin' was not got: the connection broke/, { files: { "storage.bin": cutOff } }],
  [
    "a part of another size",
    /'storage.bin' has 10 bytes, and the manifest says 60000/,
    { files: { "storage.bin": new Uint8Array(10) } },
  ],
  ["a part with another digest", /'storage.bin' has the SHA-256/, { files: { "storage.bin": new Uint8Array(60_000) } }],
  ["an empty part", /'storage.bin' is empty/, { manifest: noDigests, files: { "storage.bin": "" } }],
  [
    "a part that is too large",
    /'storage.bin' is too large/,
    { manifest: noDigests, files: { "storage.bin": new Uint8Array(0x40_0001) } },
  ],
  [
    "parts that overlap",
    /overlap/i,
    without(({ builds }) => void builds[0]?.parts.push({ path: "storage.bin", offset: PLACES["storage.bin"].offset })),
  ],
];

/** What stops an install before it touches anything, said in the dialog. */
export function refusalCases(site: () => Site): void {
  it.each(REFUSALS)("refuses %s: %s", async (_what, says, options) => {
    const { page, problems } = await openLamp(site(), options);
    await plugUsedBoard(page);
    await press(page, "Connect");
    await page.getByRole("heading", { name: "That did not work" }).waitFor();
    expect(await dialogText(page)).toMatch(says);
    expect(await dialogText(page)).toContain("Nothing on the board was changed.");
    expect(await isUntouched(page)).toBe(true);
    expect(problems.filter((problem) => !/404/.test(problem))).toEqual([]);
  });

  it("refuses a part of another server that does not allow it", async () => {
    const manifest = lampManifest();
    const elsewhere = site().origin.replace("127.0.0.1", "localhost");
    const part = manifest.builds[0]?.parts[4];
    if (part !== undefined) part["path"] = `${elsewhere}/other.bin`;
    site().files.set("/other.bin", new Uint8Array(10));
    const html: Answer = (response) => {
      // The page may ask there; the other server does not answer for it.
      response.setHeader("content-security-policy", STRICT.replace("connect-src 'self'", "connect-src *"));
      response.end(PAGE());
    };
    const { page, folder } = await openLamp(site(), { manifest });
    site().files.set(`${folder}index.html`, html);
    await page.reload();
    await press(page, "Connect");
    await page.getByRole("heading", { name: "That did not work" }).waitFor();
    expect(await dialogText(page)).toMatch(/cannot be reached, or does not allow it.*CORS/s);
  });

  it("refuses a release that is exchanged while it is got, and installs it when asked again", async () => {
    let asked = 0;
    const manifest: Answer = (response) =>
      void response.end(JSON.stringify(lampManifest({ digests: false, version: `2.${Math.min(asked++, 1)}` })));
    const { page } = await openLamp(site(), { manifest });
    await press(page, "Connect");
    await page.getByText("The manifest has changed while its files were downloaded.").waitFor();
    await press(page, "Try again");
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
  });

  it("helps when no port was chosen, and goes on with one", async () => {
    const { page } = await openLamp(site());
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.choices = ["none", "none", "first"];
    });
    await press(page, "Connect");
    await page.getByRole("heading", { name: "No port was chosen" }).waitFor();
    expect(await dialogText(page)).toMatch(/cable.*driver.*dialout/s);
    await press(page, "Choose the port");
    await page.getByRole("heading", { name: "No port was chosen" }).waitFor();
    await press(page, "Choose the port");
    await page.getByText("What happens to what is on the board?").waitFor();
  });

  it("offers both lists on a phone, where what is not in the one may be in the other", async () => {
    const { page } = await openLamp(site(), {
      before: () => {
        Object.defineProperty(navigator, "userAgent", { value: "Mozilla/5.0 (Linux; Android 14) Chrome/150" });
        const usb = {
          requestDevice: () => Promise.reject(new DOMException("No device selected.", "NotFoundError")),
          getDevices: () => Promise.resolve([]),
          addEventListener() {},
          removeEventListener() {},
        };
        Object.defineProperty(navigator, "usb", { value: usb, configurable: true });
      },
    });
    await press(page, "Connect");
    await page.getByRole("heading", { name: "No port was chosen" }).waitFor();
    expect(await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.asked)).toBe(0);
    await press(page, "Choose from the other list");
    await page.getByText("What happens to what is on the board?").waitFor();
  });

  it("says that the port is busy, and goes on when it is free", async () => {
    const { page } = await openLamp(site());
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.isBusy = true;
    });
    await press(page, "Connect");
    await page.getByText("Close other programs and tabs that use the port.").waitFor();
    expect(await dialogText(page)).toContain("something else has it open");
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.isBusy = false;
    });
    await press(page, "Try again");
    await page.getByText("What happens to what is on the board?").waitFor();
    expect(await page.evaluate(() => (globalThis as unknown as Hold).pageSerial.asked)).toBe(1);
  });

  it("says that the page may not ask for ports", async () => {
    const { page } = await openLamp(site());
    await page.evaluate(() => {
      (globalThis as unknown as Hold).pageSerial.choices = ["denied"];
    });
    await press(page, "Connect");
    await page.getByText("not allowed to ask for a serial port").waitFor();
  });

  it("shows which button to press when the chip does not answer", async () => {
    const { page } = await openLamp(site());
    await page.evaluate(() =>
      (globalThis as unknown as Hold).pageSerial.plug("esp32c3", { lines: true, circuit: "none" }),
    );
    await press(page, "Connect");
    await page.getByRole("img", { name: /hold BOOT, press RESET once/ }).waitFor();
    expect(await dialogText(page)).toContain("Nothing on the board was changed.");
  });

  it("says in a browser without ports which one has them, and offers the files and the command line", async () => {
    const { page, problems } = await openLamp(site(), {
      serial: false,
      before: () => {
        // As a browser that has neither.
        for (const name of ["serial", "usb"]) Reflect.deleteProperty(Object.getPrototypeOf(navigator), name);
      },
    });
    await page.getByText("Firefox from version 151 can do it on this computer").waitFor();
    expect(await page.locator("esp-web-install-button").getAttribute("install-unsupported")).toBe("");
    await page.getByText("Install it in another way").click();
    await page.getByText("esptool --chip esp32c3 write-flash 0x0").waitFor();
    expect(await page.getByRole("link", { name: "hello_world.bin" }).getAttribute("href")).toContain(
      "/hello_world.bin",
    );
    expect(problems).toEqual([]);
  });

  it("gives no line to a shell that does something else because of the name of a file", async () => {
    const parts = [
      { path: "a%0Acalc%20%25TEMP%25%0A!.bin", offset: 0 },
      { path: "%zz.bin", offset: 0x1_0000 },
      { path: "https://", offset: 0x2_0000 },
    ];
    const { page } = await openLamp(site(), {
      serial: false,
      manifest: { ...lampManifest(), builds: [{ chipFamily: "ESP32-C3", parts }] },
      before: () => {
        for (const name of ["serial", "usb"]) Reflect.deleteProperty(Object.getPrototypeOf(navigator), name);
      },
    });
    await page.getByText("Install it in another way").click();
    const line = page.getByText("esptool --chip esp32c3 write-flash");
    await line.waitFor();
    expect(await line.textContent()).toBe(
      'esptool --chip esp32c3 write-flash 0x0 "a_calc _TEMP___.bin" 0x10000 "_zz.bin"',
    );
  });

  it("says on a page without https why it cannot", async () => {
    const { page } = await openLamp(site(), {
      before: () => Object.defineProperty(globalThis, "isSecureContext", { value: false }),
      html: PAGE("", '<b slot="unsupported">old</b>'),
    });
    await page.getByText("over https or from localhost alone").waitFor();
    expect(await page.getByText("old").isVisible()).toBe(false);
  });

  it("says in its own words, once, what keeps its dialog from opening", async () => {
    const { page } = await openLamp(site());
    await page.evaluate(() => {
      HTMLDialogElement.prototype.showModal = () => {
        throw new Error("There are no dialogs here.");
      };
    });
    for (let time = 0; time < 2; time++) {
      await press(page, "Connect");
      await page.waitForFunction(() => document.querySelector("esp-web-install-button[active]") === null);
      await page.getByText("There are no dialogs here.").waitFor();
    }
    expect(await page.getByRole("alert").allTextContents()).toEqual(["There are no dialogs here."]);
  });

  it("says that its dialog could not be loaded, and of nothing else that it was that", async () => {
    const { page } = await openLamp(site());
    await page.route(
      ({ pathname }) => pathname.startsWith("/button/"),
      (route) => route.abort(),
    );
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText("The installer could not be loaded. Load the page again.").waitFor();
  });
}
