import type { Page } from "playwright-core";
import {
  type ManifestJson,
  NVS,
  PART_NAMES,
  type PartName,
  PLACES,
  partBytes,
  releaseManifest,
} from "../install/release.ts";
import type { PageSerial } from "./page-serial.ts";
import type { Answer } from "./serve-site.ts";
import type { OpenOptions, OpenPage, Site } from "./site.ts";
import { stillAt, untilStill } from "./stand-still.ts";

/** A page as the documentation of ESP Web Tools has it, but for the address of the script. */
export const PAGE = (attributes = "", contents = "", lang = "en"): string => `<!doctype html>
<html lang="${lang}">
  <head><meta name="viewport" content="width=device-width"><title>Lamp</title><script type="module" src="/button/install-button.js"></script></head>
  <body>
    <main><h1>Lamp</h1>
    <esp-web-install-button manifest="manifest.json" ${attributes}>${contents}</esp-web-install-button></main>
  </body>
</html>`;

/** Improv is not waited for, so that tests are quick. */
export function lampManifest(options: Parameters<typeof releaseManifest>[0] = {}): ManifestJson {
  return { ...releaseManifest(options), new_install_improv_wait_time: 0 };
}

export interface LampOptions extends OpenOptions {
  readonly manifest?: ManifestJson | Answer | undefined;
  /** In place of parts, or besides. */
  readonly files?: Readonly<Record<string, Answer>> | undefined;
  readonly html?: string | undefined;
}

export interface Lamp extends OpenPage {
  /** Of the page, in the site. */
  readonly folder: string;
}

/** All of the page by its path. */
export function lampFiles(
  folder: string,
  { manifest = lampManifest(), files = {}, html = PAGE() }: Pick<LampOptions, "manifest" | "files" | "html">,
): (readonly [path: string, answer: Answer])[] {
  const isAnswer = typeof manifest !== "object" || manifest instanceof Uint8Array;
  const all: Readonly<Record<string, Answer>> = {
    "index.html": html,
    "manifest.json": isAnswer ? (manifest as Answer) : JSON.stringify(manifest),
    ...Object.fromEntries(PART_NAMES.map((name) => [name, partBytes(name)])),
    ...files,
  };
  return Object.entries(all).map(([name, answer]) => [folder + name, answer]);
}

let count = 0;

/** A page of its own for each test, with its own files. */
export async function openLamp(site: Site, { manifest, files, html, ...options }: LampOptions = {}): Promise<Lamp> {
  const folder = `/lamp${count++}/`;
  for (const [path, answer] of lampFiles(folder, { manifest, files, html })) site.files.set(path, answer);
  return { ...(await site.open(`${folder}index.html`, options)), folder };
}

/** In the page. */
type Hold = { readonly pageSerial: PageSerial };

/** A board that was in use, with the table of the release; `slow`: it takes as long as real flash. */
export async function plugUsedBoard(page: Page, { slow = false, chip = "esp32c3" } = {}): Promise<void> {
  const table = [...partBytes("partition-table.bin")];
  await page.evaluate(
    ([bytes, isSlow, id]) => {
      const { pageSerial } = globalThis as unknown as Hold;
      pageSerial.plug(id as "esp32c3", {
        appText: "I (31) app: lamp 2.0\r\n",
        appEveryMs: 200,
        ...(isSlow === true && { timing: {} }),
      });
      pageSerial.chip.flash.place(0, new Uint8Array(0x40_0000).fill(0x5a));
      pageSerial.chip.flash.place(0x8000, Uint8Array.from(bytes as number[]));
    },
    [table, slow, chip] as const,
  );
}

/** Installs with the settings kept until it says this; what follows is done at that moment. */
export async function installUntil(page: Page, text: string): Promise<void> {
  await stillAt(page, text);
  await page.getByRole("radio", { name: /^Keep settings/ }).check();
  await press(page, "Install");
  await untilStill(page);
}

/** Bytes of the chip's flash. */
export async function flashOf(page: Page, address: number, sizeBytes: number): Promise<Uint8Array> {
  const bytes = await page.evaluate(
    ([from = 0, size = 0]) => [...(globalThis as unknown as Hold).pageSerial.chip.flash.read(from, size)],
    [address, sizeBytes],
  );
  return Uint8Array.from(bytes);
}

export const nvsOf = async (page: Page): Promise<number[]> => [
  ...new Set(await flashOf(page, NVS.address, NVS.sizeBytes)),
];

/** The parts of the release that are not in flash as they should be. */
export async function missingParts(page: Page): Promise<PartName[]> {
  const missing: PartName[] = [];
  for (const name of PART_NAMES) {
    const bytes = partBytes(name);
    if (Buffer.compare(await flashOf(page, PLACES[name].offset, bytes.length), bytes) !== 0) missing.push(name);
  }
  return missing;
}

/** Whether the board is as `plugUsedBoard` left it. */
export async function isUntouched(page: Page): Promise<boolean> {
  return await page.evaluate(() => {
    const all = (globalThis as unknown as Hold).pageSerial.chip.flash.read(0, 0x40_0000);
    return all.every((byte, at) => byte === 0x5a || (at >= 0x8000 && at < 0x8c00));
  });
}

/** Of several buttons of a name the last: that of the dialog, which stands at its end. */
export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).last().click();

/** As far as the choice of what is kept. */
export async function toChoice(page: Page): Promise<void> {
  await press(page, "Connect");
  await page.getByText("What happens to what is on the board?").waitFor();
}

export async function toTheEnd(page: Page): Promise<void> {
  await press(page, "Install");
  await page.getByRole("heading", { name: "Installed and proved" }).waitFor();
}

/** What the dialog says. */
export async function dialogText(page: Page): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what is not shown does not count.
  return await page.getByRole("dialog").innerText();
}
