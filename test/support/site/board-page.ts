import type { Page } from "playwright-core";
import { encodePartitionTable, parsePartitionCsv } from "../../../src/partition.ts";
import { zipOf } from "../image/zip-builder.ts";
import { noise } from "../noise.ts";
import type { PageSerial } from "../web/page-serial.ts";
import { untilStill } from "../web/stand-still.ts";

const TABLE = `nvs,   data, nvs,     0x9000,  24K
app0,  app,  factory, 0x20000, 256K
other, data, 0x40,    0x60000, 256K
`;

/** In the page. */
type Hold = { readonly pageSerial: PageSerial };

/** What is flashed: two files, the second of which takes long enough for bad luck. */
export const BUILD = {
  "app.bin": { address: 0x20000, bytes: noise(5000) },
  "other.bin": { address: 0x60000, bytes: noise(150_000).toReversed() },
} as const;

export const BUILD_ZIP: Buffer = Buffer.from(
  zipOf([
    {
      name: "build/flasher_args.json",
      contents: new TextEncoder().encode(
        JSON.stringify({
          flash_files: Object.fromEntries(
            Object.entries(BUILD).map(([name, { address }]) => [`0x${address.toString(16)}`, name]),
          ),
          extra_esptool_args: { chip: "esp32c3" },
          write_flash_args: [],
        }),
      ),
    },
    ...Object.entries(BUILD).map(([name, { bytes }]) => ({ name: `build/${name}`, contents: bytes })),
  ]),
);

/** Puts a board with a partition table behind `navigator.serial`; it takes as long as a real one. */
export async function plugBoard(page: Page): Promise<void> {
  const table = [...encodePartitionTable(parsePartitionCsv(TABLE).partitions)];
  await page.evaluate(
    (bytes) =>
      (globalThis as unknown as Hold).pageSerial.plug("esp32c3", {
        timing: {},
        contents: [{ address: 0x8000, bytes: Uint8Array.from(bytes) }],
      }),
    table,
  );
}

/** What a person does with the browser's list, one entry a time it is shown. */
export async function choose(page: Page, ...choices: PageSerial["choices"]): Promise<void> {
  await page.evaluate((list) => {
    (globalThis as unknown as Hold).pageSerial.choices = list;
  }, choices);
}

/** Names of the files that are not in flash as they should be. */
export async function missingFiles(page: Page): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, { address, bytes }] of Object.entries(BUILD)) {
    const held = await page.evaluate(
      ([from = 0, size = 0]) => [...(globalThis as unknown as Hold).pageSerial.chip.flash.read(from, size)],
      [address, bytes.length],
    );
    if (Buffer.compare(Uint8Array.from(held), bytes) !== 0) missing.push(name);
  }
  return missing;
}

export async function connectBoard(page: Page): Promise<void> {
  await page.click("text=Connect a board");
  await page.waitForSelector("text=Disconnect");
}

/** Drops the build, and has it written when the board has said what it holds. */
export async function beginWrite(page: Page): Promise<void> {
  await page.setInputFiles(".drop input", { name: "build.zip", mimeType: "application/zip", buffer: BUILD_ZIP });
  await writeAgain(page);
}

/** To the end, or as far as bad luck lets it. */
export async function writeAgain(page: Page): Promise<void> {
  await page.click("main button.primary:has-text('Write'):enabled");
}

/** Writes the build until the second file is begun and a fifth of all is written; time stands still then. */
export async function writeHalf(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { pageSerial } = globalThis as unknown as Hold;
    pageSerial.time.stillWhen(() => {
      const percent = Number(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow") ?? 0);
      return document.querySelector(".activity-words")?.textContent?.includes("other.bin") === true && percent >= 20;
    });
  });
  await beginWrite(page);
  await untilStill(page);
}

export const PROVED = "text=proved by the chip's own digests";
