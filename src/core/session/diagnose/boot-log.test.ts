import { describe, expect, it } from "vitest";
import { findBootLog } from "./boot-log.ts";

describe("the boot log", () => {
  it("is found in what an ESP32 prints", () => {
    const text =
      "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nconfigsip: 0";
    expect(findBootLog(text)).toEqual({
      bootMode: 0x13,
      bootName: "SPI_FAST_FLASH_BOOT",
      resetCause: "0x1 (POWERON_RESET)",
      download: false,
    });
  });

  it("knows download mode", () => {
    const text = "rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))\r\nwaiting for download\r\n";
    expect(findBootLog(text)).toMatchObject({ bootMode: 4, bootName: "DOWNLOAD(USB/UART0/1)", download: true });
  });

  it("takes the last of several", () => {
    const text = "boot:0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n..boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n";
    expect(findBootLog(text)).toMatchObject({ bootMode: 0x13, download: false });
  });

  it("reads the ESP8266's form", () => {
    expect(findBootLog(" ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n")).toMatchObject({
      bootMode: 3,
      download: false,
    });
    expect(findBootLog(" ets Jan  8 2013,rst cause:1, boot mode:(1,7)\r\n")).toMatchObject({
      bootMode: 1,
      download: true,
    });
  });

  it("is not found where there is none", () => {
    expect(findBootLog("I (31) boot: ESP-IDF v5.1 2nd stage bootloader")).toBeNull();
  });
});
