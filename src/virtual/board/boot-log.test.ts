import { describe, expect, it } from "vitest";
import { wordsToBytes } from "../../core/bytes/words.ts";
import { CHIPS } from "../../core/chip/catalog.ts";
import { bootBaudRate, bootText, flashBootText } from "./boot-log.ts";

describe("boot logs", () => {
  it.each(CHIPS.map(({ id }) => id).filter((id) => id !== "esp8266"))("of %s say how it started and why", (id) => {
    const download = bootText(id, "download", "reset-pin");
    expect(download).toMatch(/rst:0x1 \(POWERON\w*\),boot:0x[0-9a-f]+ \(DOWNLOAD.*\)\r\nwaiting for download\r\n$/);
    const flash = bootText(id, "flash", "watchdog");
    expect(flash).toMatch(/rst:0x10 \(RTCWDT_RTC_\w+\),boot:0x[0-9a-f]+ \(SPI_FAST_FLASH_BOOT\)\r\n$/);
    expect(flash).not.toContain("waiting for download");
  });

  it("are those of real chips where fact sheets and boards show them", () => {
    expect(bootText("esp32", "download", "power-on")).toBe(
      "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\n" +
        "waiting for download\r\n",
    );
    expect(bootText("esp32c3", "download", "usb-serial-jtag")).toBe(
      "ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\n" +
        "rst:0x15 (USB_UART_CHIP_RESET),boot:0x4 (DOWNLOAD(USB/UART0/1))\r\nwaiting for download\r\n",
    );
    expect(bootText("esp8266", "download", "power-on")).toContain("ets Jan  8 2013,rst cause:1, boot mode:(1,6)");
    expect(bootText("esp8266", "flash", "reset-pin")).toContain("rst cause:2, boot mode:(3,6)");
  });

  it("come at 74880 baud where a ROM mistakes its crystal", () => {
    expect(bootBaudRate("esp8266", 26)).toBe(74880);
    expect(bootBaudRate("esp32c2", 26)).toBe(74880);
    expect(bootBaudRate("esp32c2", 40)).toBe(115200);
    expect(bootBaudRate("esp32", 26)).toBe(115200);
  });
});

describe("loading from flash", () => {
  /** Two segments, 24 bytes of header, entry point 0x40380000. */
  const image = Uint8Array.from([
    ...[0xe9, 2, 2, 0x20],
    ...wordsToBytes([0x40380000, 0, 0, 0, 0]),
    ...wordsToBytes([0x3fc80000, 8, 1, 2]),
    ...wordsToBytes([0x40380000, 0x10, 1, 2, 3, 4]),
  ]);

  it("lists the segments and the entry point", () => {
    const boot = flashBootText("esp32c3", (offset, size) => image.slice(offset, offset + size));
    expect(boot.runs).toBe(true);
    expect(boot.text).toBe(
      "mode:DIO, clock div:1\r\nload:0x3fc80000,len:0x8\r\nload:0x40380000,len:0x10\r\nentry 0x40380000\r\n",
    );
  });

  it("complains of what is no image", () => {
    const boot = flashBootText("esp32c3", (_, size) => new Uint8Array(size).fill(0xff));
    expect(boot).toEqual({ text: "invalid header: 0xffffffff\r\n".repeat(3), runs: false });
  });

  it("ends for an image of nonsense", () => {
    const boot = flashBootText("esp32", (_, size) => new Uint8Array(size).fill(0xe9));
    expect(boot.text.match(/load:/g)).toHaveLength(16);
  });
});
