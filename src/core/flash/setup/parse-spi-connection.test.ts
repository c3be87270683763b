import { describe, expect, it } from "vitest";
import { CHIPS, chipById } from "../../chip/catalog.ts";
import { EspError } from "../../errors.ts";
import { parseSpiConnection } from "./parse-spi-connection.ts";
import { packSpiPins } from "./spi-pins.ts";

const word = (text: string): number => packSpiPins(parseSpiConnection(text, chipById("esp32")).pins);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof EspError ? error.code : "not an EspError";
  }
  return "nothing";
}

describe("parseSpiConnection", () => {
  it("knows the two names in any case", () => {
    expect(word("spi")).toBe(0);
    expect(word("HSPI")).toBe(1);
  });
  it("packs HD, CS, D, Q, CLK from the top", () => {
    const { warnings } = parseSpiConnection("6,17,8,11,16", chipById("esp32"));
    expect(word("6,17,8,11,16")).toBe((11 << 24) | (16 << 18) | (8 << 12) | (17 << 6) | 6);
    expect(warnings).toEqual([]);
  });
  it("passes pins 32 and 33 of the ESP32 as they are", () => {
    expect(word("6,7,8,33,32")).toBe(((33 << 24) | (32 << 18) | (8 << 12) | (7 << 6) | 6) >>> 0);
  });
  it("names pins that carry USB", () => {
    expect(parseSpiConnection("1,2,3,4,18", chipById("esp32c3")).warnings).toMatchObject([
      { code: "flash.usb-pins", details: { pins: [18] } },
    ]);
  });
  it("refuses pins that the chip lacks", () => {
    expect(codeOf(() => parseSpiConnection("1,2,3,4,22", chipById("esp32c3")))).toBe("flash.spi-pins");
    expect(codeOf(() => parseSpiConnection("1,2,3,47,4", chipById("esp32s3")))).toBe("flash.spi-pins");
    expect(codeOf(() => parseSpiConnection("SPI", chipById("esp8266")))).toBe("flash.spi-pins");
  });
  it.each(["", "1,2,3,4", "1,2,3,4,5,6", "a,b,c,d,e", "1,2,3,4,-5", "1,2,,4,5"])("refuses '%s'", (text) => {
    expect(codeOf(() => parseSpiConnection(text, chipById("esp32")))).toBe("argument.invalid");
  });
  it("fits six bits for every pin of every chip", () => {
    for (const { spiPins } of CHIPS) for (const [, last] of spiPins?.allowed ?? []) expect(last).toBeLessThan(64);
  });
});
