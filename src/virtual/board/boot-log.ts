import { hexAddress } from "../../core/bytes/hex.ts";
import { readU32 } from "../../core/bytes/words.ts";
import type { ChipId } from "../../core/chip/types.ts";
import type { BootMode, ResetCause } from "../machine/machine.ts";

/** What a ROM prints after a reset. */
interface RomText {
  /** Its first line or lines. */
  readonly banner: string;
  readonly download: string;
  readonly flash: string;
  readonly causes: Readonly<Record<ResetCause, string>>;
}

const ESP32_CAUSES: RomText["causes"] = {
  "power-on": "0x1 (POWERON_RESET)",
  "reset-pin": "0x1 (POWERON_RESET)",
  watchdog: "0x10 (RTCWDT_RTC_RESET)",
  soft: "0xc (SW_CPU_RESET)",
  "brown-out": "0xf (RTCWDT_BROWN_OUT_RESET)",
  "usb-serial-jtag": "0x1 (POWERON_RESET)",
};

const LATER_CAUSES: RomText["causes"] = {
  "power-on": "0x1 (POWERON)",
  "reset-pin": "0x1 (POWERON)",
  watchdog: "0x10 (RTCWDT_RTC_RST)",
  soft: "0x3 (RTC_SW_SYS_RST)",
  "brown-out": "0xf (BROWNOUT_RST)",
  "usb-serial-jtag": "0x15 (USB_UART_CHIP_RESET)",
};

/** Banner of all ROMs since the ESP32-S2. */
function rom(name: string, build: string): string {
  return `ESP-ROM:${name}\r\nBuild:${build}\r\n`;
}

function later(banner: string, download: string, flash: string): RomText {
  return { banner, download, flash: `${flash} (SPI_FAST_FLASH_BOOT)`, causes: LATER_CAUSES };
}

/**
 * As seen on boards. For the ESP32-C61, -E22, -H21, -H4 and -S31 names and dates are plausible, not recorded: nothing
 * but a person reads them, and the form is the same.
 */
const TEXTS: Readonly<Record<Exclude<ChipId, "esp8266">, RomText>> = {
  esp32: {
    banner: "ets Jul 29 2019 12:21:46\r\n\r\n",
    download: "0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))",
    flash: "0x13 (SPI_FAST_FLASH_BOOT)",
    causes: ESP32_CAUSES,
  },
  esp32s2: later(rom("esp32s2-rc4-20191025", "Oct 25 2019"), "0x0 (DOWNLOAD(USB/UART0/1/SPI))", "0x8"),
  esp32s3: later(rom("esp32s3-20210327", "Mar 27 2021"), "0x0 (DOWNLOAD(USB/UART0))", "0x8"),
  esp32c3: later(rom("esp32c3-api1-20210207", "Feb  7 2021"), "0x4 (DOWNLOAD(USB/UART0/1))", "0xc"),
  esp32c2: later(rom("esp8684-api2-20220127", "Jan 27 2022"), "0x4 (DOWNLOAD(UART0))", "0xc"),
  esp32c6: later(rom("esp32c6-20220919", "Sep 19 2022"), "0x4 (DOWNLOAD(USB/UART0/SDIO_REI_FEO))", "0xc"),
  esp32c61: later(rom("esp32c61-20240416", "Apr 16 2024"), "0x4 (DOWNLOAD(USB/UART0))", "0xc"),
  esp32c5: later(rom("esp32c5-eco2-20250121", "Jan 21 2025"), "0x10 (DOWNLOAD(USB/UART0/SDIO))", "0x18"),
  esp32e22: later(rom("esp32e22-20250620", "Jun 20 2025"), "0x0 (DOWNLOAD(USB/UART0))", "0x8"),
  esp32h2: later(rom("esp32h2-20221101", "Nov  1 2022"), "0x4 (DOWNLOAD(USB/UART0))", "0xc"),
  esp32h21: later(rom("esp32h21-20241014", "Oct 14 2024"), "0x4 (DOWNLOAD(USB/UART0))", "0xc"),
  esp32p4: later(rom("esp32p4-eco2-20240710", "Jul 10 2024"), "0x307 (DOWNLOAD(USB/UART0/SPI))", "0x30f"),
  esp32h4: later(rom("esp32h4-20250312", "Mar 12 2025"), "0x4 (DOWNLOAD(USB/UART0))", "0xc"),
  esp32s31: later(rom("esp32s31-20250915", "Sep 15 2025"), "0x0 (DOWNLOAD(USB/UART0))", "0x8"),
};

/** Reset causes of the ESP8266 ROM: 1 power on, 2 external reset, 3 software, 4 hardware watchdog. */
const ESP8266_CAUSES: Readonly<Record<ResetCause, number>> = {
  "power-on": 1,
  "reset-pin": 2,
  watchdog: 4,
  soft: 3,
  "brown-out": 1,
  "usb-serial-jtag": 2,
};

/**
 * The text from the reset to the point at which the ROM waits for a download or looks at the flash. What a ROM says that
 * may not wait (`downloadDisabled`) was not recorded: it does not say that it waits.
 */
export function bootText(chip: ChipId, mode: BootMode, cause: ResetCause, downloadDisabled = false): string {
  if (chip === "esp8266") {
    const strap = mode === "download" ? "1,6" : "3,6";
    return `\r\n ets Jan  8 2013,rst cause:${ESP8266_CAUSES[cause]}, boot mode:(${strap})\r\n\r\n`;
  }
  const text = TEXTS[chip];
  const waiting = mode === "download" && !downloadDisabled ? "waiting for download\r\n" : "";
  return `${text.banner}rst:${text.causes[cause]},boot:${text[mode]}\r\n${waiting}`;
}

/**
 * The rate of that text. A ROM that expects a 40 MHz crystal prints at 115200 x 26 / 40 with one of 26 MHz: the
 * ESP8266 as ever built, and the ESP32-C2 with that crystal.
 */
export function bootBaudRate(chip: ChipId, crystalMhz: number): number {
  const slow = chip === "esp8266" || (chip === "esp32c2" && crystalMhz === 26);
  return slow ? 74880 : 115200;
}

/** First byte of a firmware image, and how often a ROM complains of its absence before its watchdog bites. */
const IMAGE_MAGIC = 0xe9;
const COMPLAINTS = 3;
/** Fact sheet 5.3. */
const MAXIMUM_SEGMENTS = 16;

export interface FlashBoot {
  readonly text: string;
  /** False: there is nothing to run, the ROM tries again and again. */
  readonly runs: boolean;
}

/** What the ROM prints as it loads the image at the place from which `read` counts its offsets. */
export function flashBootText(chip: ChipId, read: (offset: number, sizeBytes: number) => Uint8Array): FlashBoot {
  const head = read(0, 8);
  if (head[0] !== IMAGE_MAGIC) {
    return { text: `invalid header: ${hexAddress(readU32(head, 0))}\r\n`.repeat(COMPLAINTS), runs: false };
  }
  // Fact sheet 5.1 to 5.3: 8 bytes of header, 16 more on all but the ESP8266, then segments of address, length, data.
  let offset = chip === "esp8266" ? 8 : 24;
  let text = chip === "esp8266" ? "" : "mode:DIO, clock div:1\r\n";
  const segments = Math.min(head[1] ?? 0, MAXIMUM_SEGMENTS);
  for (let segment = 0; segment < segments; segment++) {
    const header = read(offset, 8);
    const sizeBytes = readU32(header, 4);
    text += `load:${hexAddress(readU32(header, 0))},len:0x${sizeBytes.toString(16)}\r\n`;
    offset += 8 + sizeBytes;
  }
  return { text: `${text}entry ${hexAddress(readU32(head, 4))}\r\n`, runs: true };
}
