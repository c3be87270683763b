import { describe, expect, it } from "vitest";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import type { ChipId } from "../../chip/types.ts";
import { findPresentField } from "../table/find-field.ts";
import { type FieldView, viewField } from "./field-meaning.ts";

type Values = Readonly<Record<string, bigint | number>>;

async function view(chip: ChipId, name: string, values: Values, options = {}): Promise<FieldView> {
  const state = await stateWith(chip, values, options);
  return viewField(state, findPresentField(state, name));
}

async function text(chip: ChipId, name: string, value: bigint | number, values: Values = {}): Promise<string> {
  return (await view(chip, name, { ...values, [name]: value })).text;
}

describe("fields say what their bits mean", () => {
  it("yes or no, and numbers", async () => {
    expect(await view("esp32c3", "DIS_TWAI", { DIS_TWAI: 1 })).toMatchObject({ value: true, text: "True", raw: 1n });
    expect(await view("esp32c3", "SECURE_VERSION", { SECURE_VERSION: 3 })).toMatchObject({ value: 3, text: "3" });
    expect(await view("esp32c3", "DIS_CAN", {})).toMatchObject({ value: false, text: "False" });
  });

  it("words where there are some", async () => {
    expect(await text("esp32c3", "DIS_USB_SERIAL_JTAG", 1)).toBe("Disable");
    expect(await text("esp32", "CODING_SCHEME", 1)).toBe("3/4 (BLK1-3 len=192 bits)");
    expect(await text("esp32c3", "SPI_BOOT_CRYPT_CNT", 7)).toBe("Enable");
  });

  it("bytes in the order in which they are stored", async () => {
    const { value, raw } = await view("esp32c3", "OPTIONAL_UNIQUE_ID", { OPTIONAL_UNIQUE_ID: 0x0201n });
    expect(value).toBe("01 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    expect(raw).toBe(0x0201n);
  });

  it("MAC addresses, the factory's stored last byte first", async () => {
    expect(await text("esp32c3", "MAC", 0xaacdef010203n)).toBe("aa:cd:ef:01:02:03 (OK)");
    expect(await text("esp32c3", "CUSTOM_MAC", 0x030201efcdaan)).toBe("aa:cd:ef:01:02:03 (OK)");
    const eui = await view("esp32c6", "MAC_EUI64", { MAC: 0x60555a112233n, MAC_EXT: 0xfffen });
    expect(eui.text).toBe("60:55:5a:ff:fe:11:22:33 (OK)");
  });

  it("MAC addresses with the check sum that the ESP32 has", async () => {
    expect(await text("esp32", "MAC", 0xaacdef112233n, { MAC_CRC: 0x63 })).toBe("aa:cd:ef:11:22:33 (CRC 0x63 OK)");
    const wrong = await text("esp32", "CUSTOM_MAC", 0x030201efcdaan, { CUSTOM_MAC_CRC: 0x12 });
    expect(wrong).toBe("aa:cd:ef:01:02:03 (CRC 0x12 invalid - calculated 0x56)");
  });

  it("MAC addresses in a damaged block, also the one made of two fields", async () => {
    const errors = { 1: { count: 2, fail: true } };
    const text = "(Block1 has ERRORS:2 FAIL:True)";
    expect((await view("esp32c6", "MAC", {}, { errors })).text).toBe(`00:00:00:00:00:00 ${text}`);
    expect((await view("esp32c6", "MAC_EUI64", {}, { errors })).text).toBe(`00:00:00:00:00:00:00:00 ${text}`);
  });

  it("key purposes: the first of a code, and the high bit of the ESP32-P4", async () => {
    expect(await text("esp32c3", "KEY_PURPOSE_0", 4)).toBe("XTS_AES_128_KEY");
    expect(await text("esp32c3", "KEY_PURPOSE_0", 15)).toBe("FORBIDDEN_STATE");
    expect(await text("esp32c5", "KEY_PURPOSE_0", 1)).toBe("ECDSA_KEY_P256");
    const values = { KEY_PURPOSE_2: 1, KEY_PURPOSE_2_H: 1 };
    expect(await view("esp32p4", "KEY_PURPOSE_2", values)).toMatchObject({ text: "ECDSA_KEY_P384_L", raw: 1n });
  });

  it("temperatures with one decimal, never -0", async () => {
    const temperature = (raw: number): Promise<FieldView> =>
      view("esp32c3", "TEMP_CALIB", { TEMP_CALIB: raw, BLK_VERSION_MAJOR: 1 });
    expect(await temperature(20)).toMatchObject({ value: 2, text: "2.0", unit: "°C" });
    expect(await temperature(0x103)).toMatchObject({ value: -0.3, text: "-0.3" });
    expect((await temperature(0x100)).text).toBe("0.0");
    expect(Object.is((await temperature(0x100)).value, 0)).toBe(true);
  });

  it("ADC points: sign and magnitude in steps of 4; one bit is one bit", async () => {
    const values = { BLK_VERSION_MAJOR: 1 };
    expect(await text("esp32c3", "ADC1_INIT_CODE_ATTEN0", 5, values)).toBe("20");
    expect(await text("esp32c3", "ADC1_INIT_CODE_ATTEN0", 0x205, values)).toBe("-20");
    expect(await text("esp32h21", "IO_LDO_1P8", 1)).toBe("True");
  });

  it("ADC points of the ESP32: two's complement around a point of their own", async () => {
    expect(await text("esp32", "ADC1_TP_LOW", 0x7f)).toBe(String(278 - 4));
    expect(await text("esp32", "ADC2_TP_HIGH", 0x0ff)).toBe(String(3406 + 4 * 255));
    expect(await text("esp32", "ADC1_TP_HIGH", 0x100)).toBe(String(3265 - 4 * 256));
    expect(await text("esp32", "ADC2_TP_LOW", 1)).toBe(String(421 + 4));
  });

  it("the reference voltage and the flash pins of the ESP32", async () => {
    expect(await view("esp32", "ADC_VREF", { ADC_VREF: 0x03 })).toMatchObject({ value: 1121, unit: "mV" });
    expect(await text("esp32", "ADC_VREF", 0x13)).toBe("1079");
    expect(await text("esp32", "SPI_PAD_CONFIG_HD", 30)).toBe("32");
    expect(await text("esp32", "SPI_PAD_CONFIG_HD", 31)).toBe("33");
    expect(await text("esp32", "SPI_PAD_CONFIG_HD", 29)).toBe("29");
  });

  it("calculated fields, from where their bits are", async () => {
    const s3 = { WAFER_VERSION_MINOR_HI: 1, WAFER_VERSION_MINOR_LO: 2, PSRAM_CAP_3: 1, PSRAM_CAP: 1 };
    expect((await view("esp32s3", "WAFER_VERSION_MINOR", s3)).value).toBe(10);
    expect((await view("esp32s3", "PSRAM_CAPACITY", s3)).raw).toBe(5n);
    const revisions = { CHIP_VER_REV1: 1, CHIP_VER_REV2: 1 };
    expect((await view("esp32", "WAFER_VERSION_MAJOR", revisions, { chipRevision: 300 })).value).toBe(3);
    expect((await view("esp32", "WAFER_VERSION_MAJOR", revisions, { chipRevision: 200 })).value).toBe(2);
  });
});

describe("what is hidden is not told", () => {
  it("a key", async () => {
    // Its bits read as zero on a chip; even if they do not, they are not shown.
    const hidden = await view("esp32c3", "BLOCK_KEY0", { RD_DIS: 1, BLOCK_KEY0: 0x1234n });
    expect(hidden).toMatchObject({ readable: false, writable: true, text: Array(32).fill("??").join(" ") });
    expect((await view("esp32c3", "BLOCK_KEY1", { RD_DIS: 1 })).readable).toBe(true);
  });

  it("each half of an ESP32-C2 key by itself", async () => {
    const of = (name: string): Promise<FieldView> => view("esp32c2", name, { RD_DIS: 1, BLOCK_KEY0_HI_128: 0xabn });
    const low = Array(16).fill("??").join(" ");
    const high = `ab ${Array(15).fill("00").join(" ")}`;
    expect(await of("BLOCK_KEY0")).toMatchObject({ readable: false, text: `${low} ${high}` });
    expect(await of("BLOCK_KEY0_LOW_128")).toMatchObject({ readable: false, text: low });
    expect(await of("BLOCK_KEY0_HI_128")).toMatchObject({ readable: true, text: high });
  });

  it("a number, a word, an address", async () => {
    expect((await view("esp32", "FLASH_CRYPT_CONFIG", { RD_DIS: 8 })).text).toBe("?");
    // It would read as NONE.
    expect((await view("esp32", "CODING_SCHEME", { RD_DIS: 8 })).value).toBe("?");
    expect((await view("esp32", "CUSTOM_MAC", { RD_DIS: 4 })).text).toBe(
      "??:??:??:??:??:?? (CRC cannot be told: read-protected)",
    );
  });
});

it("a field is damaged where its own bits are", async () => {
  const errors = { 0: { count: 1, fail: true, bits: 1n << 33n }, 4: { count: 1, fail: false } };
  expect((await view("esp32c3", "RD_DIS", {}, { errors })).damaged).toBe(true);
  expect((await view("esp32c3", "WR_DIS", {}, { errors })).damaged).toBe(false);
  expect((await view("esp32c3", "BLOCK_KEY0", {}, { errors })).damaged).toBe(true);
  expect((await view("esp32c3", "BLOCK_KEY1", {}, { errors })).damaged).toBe(false);
  expect((await view("esp32c6", "MAC_EUI64", {}, { errors: { 1: { count: 1, fail: false } } })).damaged).toBe(true);
});
