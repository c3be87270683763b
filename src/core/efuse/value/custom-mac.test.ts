import { describe, expect, it } from "vitest";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import type { ChipId } from "../../chip/types.ts";
import { adcInfo, adcInfoLines, blocksForAdcInfo } from "../show/adc-info.ts";
import { blocksForCustomMac, customMac, customMacLine } from "./custom-mac.ts";

type Values = Readonly<Record<string, bigint | number>>;

describe("a user's own MAC address", () => {
  const line = async (chip: ChipId, values: Values = {}): Promise<string> => {
    const { table } = await stateWith(chip);
    return customMacLine(customMac(await stateWith(chip, values, { blocks: blocksForCustomMac(table) })));
  };

  it("of the ESP32: with its version and check sum, or none", async () => {
    const values = { CUSTOM_MAC: 0x030201efcdaan, CUSTOM_MAC_CRC: 0x56 };
    expect(await line("esp32", { ...values, MAC_VERSION: 1 })).toBe(
      "Custom MAC Address version 1: aa:cd:ef:01:02:03 (CRC 0x56 OK)",
    );
    expect(await line("esp32", values)).toBe("Custom MAC Address is not set in the device.");
    // Hidden fields read as zero: whether there is one cannot be known.
    expect(await line("esp32", { RD_DIS: 4 })).toBe("Custom MAC Address is read-protected.");
  });

  it("of the others, with one block read", async () => {
    expect(await line("esp32c3", { CUSTOM_MAC: 0x030201efcdaan })).toBe("Custom MAC Address: aa:cd:ef:01:02:03 (OK)");
    expect(await line("esp32c2")).toBe("Custom MAC Address: 00:00:00:00:00:00 (OK)");
    const blocks = async (chip: ChipId): Promise<number[]> => blocksForCustomMac((await stateWith(chip)).table);
    expect([await blocks("esp32"), await blocks("esp32c2"), await blocks("esp32c3")]).toEqual([[0, 3], [1], [3]]);
  });
});

describe("calibration of the ADCs", () => {
  const lines = async (chip: ChipId, values: Values = {}): Promise<string[]> => {
    const { table } = await stateWith(chip);
    return adcInfoLines(adcInfo(await stateWith(chip, values, { blocks: blocksForAdcInfo(table) })));
  };

  it("of the ESP32: a reference voltage, and points where BLOCK3 has them", async () => {
    expect(await lines("esp32")).toEqual(["ADC VRef calibration: None (1100mV nominal)"]);
    const shown = await lines("esp32", { ADC_VREF: 3, BLK3_PART_RESERVE: 1, ADC1_TP_LOW: 1, ADC2_TP_HIGH: 2 });
    expect(shown[0]).toBe("ADC VRef calibration: 1121mV");
    expect(shown.slice(2).map((line) => line.trim())).toEqual([
      "ADC1 Low reading  (150mV): 282",
      "ADC1 High reading (850mV): 3265",
      "ADC2 Low reading  (150mV): 421",
      "ADC2 High reading (850mV): 3414",
    ]);
  });

  it("of the others: the block version, and a line for each field from the version on that has them", async () => {
    expect(await lines("esp32c6")).toEqual(["Block version: 0"]);
    const shown = await lines("esp32c6", { BLK_VERSION_MINOR: 1, OCODE: 7, ADC1_INIT_CODE_ATTEN0: 3 });
    expect(shown[0]).toBe("Block version: 1");
    expect(shown).toContain(`OCODE${" ".repeat(25)} = 7`);
    expect(shown).toContain(`ADC1_INIT_CODE_ATTEN0${" ".repeat(9)} = 12`);
    expect(shown.length).toBe(1 + 24);
    expect(await lines("esp32e22")).toEqual(["Block version: 0"]);
  });

  it("is not known of some chips", async () => {
    for (const chip of ["esp32h4", "esp32h21", "esp32s31"] as const) {
      const shown = await lines(chip);
      expect([shown.length, shown[0]]).toEqual([1, expect.stringContaining("not supported")]);
      expect(blocksForAdcInfo((await stateWith(chip)).table)).toEqual([]);
    }
  });

  it("needs few blocks", async () => {
    expect(blocksForAdcInfo((await stateWith("esp32c3")).table)).toEqual([1, 2]);
    // The ESP32-P4 has some in BLOCK10, which can be hidden.
    expect(blocksForAdcInfo((await stateWith("esp32p4")).table)).toEqual([0, 1, 2, 10]);
  });
});
