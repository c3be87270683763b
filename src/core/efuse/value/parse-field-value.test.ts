import { describe, expect, it } from "vitest";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import type { ChipId } from "../../chip/types.ts";
import { findPresentField } from "../table/find-field.ts";
import { parseInteger } from "../table/parse-integer.ts";
import { macCrc, parseCustomMac } from "./mac-value.ts";
import { parseFieldValue } from "./parse-field-value.ts";
import type { FieldValue } from "./request.ts";

async function parsed(
  chip: ChipId,
  name: string,
  value: FieldValue | undefined,
  present: bigint = 0n,
): Promise<bigint> {
  const state = await stateWith(chip, present === 0n ? {} : { [name]: present });
  return parseFieldValue(state, findPresentField(state, name), value);
}

async function refused(chip: ChipId, name: string, value: FieldValue | undefined, present: bigint = 0n) {
  const state = await stateWith(chip, present === 0n ? {} : { [name]: present });
  return thrown(() => parseFieldValue(state, findPresentField(state, name), value));
}

describe("numbers as Python reads them", () => {
  it.each([
    ["0", 0n],
    ["00", 0n],
    ["0_0", 0n],
    ["12", 12n],
    ["1_000", 1000n],
    [" 7 ", 7n],
    ["+3", 3n],
    ["0x1F", 31n],
    ["0X_1f", 31n],
    ["0o17", 15n],
    ["0b101", 5n],
  ])("%s", (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });

  it.each(["", "012", "1__0", "_1", "1_", "0x", "0xg", "-1", "1.0", "1e3", "abc", "0b2", "0o8"])("not '%s'", (text) => {
    expect(parseInteger(text)).toBeNull();
  });
});

describe("a flag", () => {
  it.each([
    ["no value", undefined],
    ["'1'", "1"],
    ["1", 1],
    ["1n", 1n],
    ["true", true],
    ["'0x1'", "0x1"],
  ])("takes %s", async (_, value) => {
    expect(await parsed("esp32c3", "DIS_ICACHE", value)).toBe(1n);
  });

  it.each(["0", 2, false, "17"])("refuses %s", async (value) => {
    const error = await refused("esp32c3", "DIS_ICACHE", value);
    expect(error.code).toBe("efuse.bad-value");
    expect(error.message).toContain(
      "New value is not accepted for eFuse 'DIS_ICACHE' (will always burn 0->1), given value=",
    );
    expect(error.details["field"]).toBe("DIS_ICACHE");
  });

  it.each(["x", new Uint8Array(1), 0.5, -1])("refuses what is no number: %s", async (value) => {
    expect((await refused("esp32c3", "DIS_ICACHE", value)).code).toBe("efuse.bad-value");
  });
});

describe("a number", () => {
  it("is taken in its range", async () => {
    expect(await parsed("esp32c3", "UART_PRINT_CONTROL", "3")).toBe(3n);
    expect(await parsed("esp32c3", "WR_DIS", "0x80000000")).toBe(0x80000000n);
  });

  it.each([
    ["no value", undefined, "New value required for eFuse 'UART_PRINT_CONTROL' (given None)"],
    ["0", "0", "New value should not be 0 for 'UART_PRINT_CONTROL' (given value= 0)"],
    ["4", "4", "4 is too large an unsigned integer for a bitstring of length 2. The allowed range is [0, 3]."],
  ])("is refused: %s", async (_, value, marker) => {
    const error = await refused("esp32c3", "UART_PRINT_CONTROL", value);
    expect(error.code).toBe("efuse.bad-value");
    expect(error.message).toContain(marker);
    expect(error.details["allowed"]).toBeDefined();
  });
});

describe("a bit count", () => {
  it("goes up by one bit without a value", async () => {
    expect(await parsed("esp32c3", "SPI_BOOT_CRYPT_CNT", undefined)).toBe(1n);
    expect(await parsed("esp32c3", "SPI_BOOT_CRYPT_CNT", undefined, 1n)).toBe(3n);
    expect(await parsed("esp32c3", "SPI_BOOT_CRYPT_CNT", undefined, 3n)).toBe(7n);
  });

  it("fills a gap rather than skip it", async () => {
    expect(await parsed("esp32c3", "SPI_BOOT_CRYPT_CNT", undefined, 5n)).toBe(7n);
  });

  it("is full some time", async () => {
    const error = await refused("esp32c3", "SPI_BOOT_CRYPT_CNT", undefined, 7n);
    expect(error.message).toContain(
      "15 is too large an unsigned integer for a bitstring of length 3. The allowed range is [0, 7].",
    );
  });

  it("takes an explicit value, and 0", async () => {
    expect(await parsed("esp32c3", "SPI_BOOT_CRYPT_CNT", "7")).toBe(7n);
    expect(await parsed("esp32c3", "SPI_BOOT_CRYPT_CNT", "0")).toBe(0n);
    expect((await refused("esp32c3", "SPI_BOOT_CRYPT_CNT", "9")).code).toBe("efuse.bad-value");
  });

  it("is no matter of the ESP32's FLASH_CRYPT_CNT", async () => {
    expect((await refused("esp32", "FLASH_CRYPT_CNT", undefined)).message).toContain("New value required");
  });
});

describe("bytes", () => {
  const number = "0x2328ad5ac9145f698f843a26d6eae168";

  it("begin with the lowest as plain hexadecimal, with the highest after 0x", async () => {
    const value = BigInt(number);
    expect(await parsed("esp32c3", "OPTIONAL_UNIQUE_ID", number)).toBe(value);
    expect(await parsed("esp32c3", "OPTIONAL_UNIQUE_ID", "68e1ead6263a848f695f14c95aad2823")).toBe(value);
    expect(await parsed("esp32c3", "OPTIONAL_UNIQUE_ID", "68 e1 ea d6 263a848f 695f14c95aad2823")).toBe(value);
    expect(await parsed("esp32c3", "OPTIONAL_UNIQUE_ID", value)).toBe(value);
    expect(await parsed("esp32c3", "OPTIONAL_UNIQUE_ID", Uint8Array.of(0x68, ...new Uint8Array(15)))).toBe(0x68n);
  });

  it.each(["0x2328ad5ac9145f69", "2328ad5ac9145f69", new Uint8Array(8)])("have to be all there: %s", async (value) => {
    const error = await refused("esp32c3", "OPTIONAL_UNIQUE_ID", value);
    expect(error.code).toBe("efuse.bad-size");
    expect(error.message).toContain(
      "The length of eFuse 'OPTIONAL_UNIQUE_ID' (128 bits) (given len of the new value= 64 bits)",
    );
  });

  it.each([
    ["no hexadecimal digits", "zz".repeat(16)],
    ["half a byte", "0x1"],
    ["no value", undefined],
  ])("have to be bytes: %s", async (_, value) => {
    expect((await refused("esp32c3", "OPTIONAL_UNIQUE_ID", value)).code).toBe("efuse.bad-value");
  });

  it("do not show a key that is no hexadecimal", async () => {
    const error = await refused("esp32c3", "BLOCK_KEY0", `deadbeef${"zz".repeat(28)}`);
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain("deadbeef");
  });
});

describe("MAC addresses", () => {
  it("are stored first byte first", async () => {
    expect(await parsed("esp32c3", "CUSTOM_MAC", "AA:cd:ef:01:02:03")).toBe(0x030201efcdaan);
    expect(parseCustomMac(Uint8Array.of(2, 3, 4, 5, 6, 7))).toEqual(Uint8Array.of(2, 3, 4, 5, 6, 7));
  });

  it.each(["aa:bb:cc:dd:ee", "aa:cd:ef:01:02:03:04", "aacdef010203", "aa:cd:ef:01:02:0g", "aa:cd:ef:01:02:3", 5, null])(
    "need six bytes: %s",
    async (value) => {
      const error = await refused("esp32", "CUSTOM_MAC", value ?? undefined);
      expect(error.code).toBe("efuse.bad-value");
      expect(error.message).toContain("MAC Address needs to be a 6-byte hexadecimal format separated by colons (:)!");
    },
  );

  it("are unicast", async () => {
    expect((await refused("esp32c3", "CUSTOM_MAC", "01:cd:ef:01:02:03")).message).toContain(
      "Custom MAC must be a unicast MAC!",
    );
  });

  it.each(["MAC", "MAC_EXT", "MAC_EUI64"])("of the factory cannot be burned: %s", async (name) => {
    const error = await refused("esp32c6", name, "aa:cd:ef:01:02:03");
    expect(error.code).toBe("efuse.read-only");
    expect(error.message).toContain("Writing Factory MAC address is not supported");
  });

  it.each([
    ["AA:CD:EF:11:22:33", 0x63],
    ["AA:CD:EF:01:02:03", 0x56],
    ["00:00:00:00:00:00", 0],
  ])("have the CRC of the ESP32: %s", (mac, crc) => {
    expect(macCrc(parseCustomMac(mac))).toBe(crc);
  });
});

describe("flash pins", () => {
  it.each([
    ["0", 0n],
    ["29", 29n],
    ["32", 30n],
    ["33", 31n],
  ])("%s", async (pin, value) => {
    expect(await parsed("esp32", "SPI_PAD_CONFIG_CS0", pin)).toBe(value);
  });

  it.each([
    ["30", "IO pins 30 & 31 cannot be set for SPI flash. 0-29, 32 & 33 only."],
    ["31", "IO pins 30 & 31 cannot be set for SPI flash. 0-29, 32 & 33 only."],
    ["0x23", "IO pin 35 cannot be"],
  ])("not %s", async (pin, marker) => {
    const error = await refused("esp32", "SPI_PAD_CONFIG_CS0", pin);
    expect(error.code).toBe("efuse.bad-value");
    expect(error.message).toContain(marker);
  });
});

describe("key purposes", () => {
  it.each(["HMAC_UP", "8", 8, 8n])("are names or decimal numbers: %s", async (value) => {
    expect(await parsed("esp32c3", "KEY_PURPOSE_0", value)).toBe(8n);
  });

  it.each(["USER", "0", "13", 31, "XTS_AES_256_KEY"])("that can be burned, and not %s", async (value) => {
    expect((await refused("esp32s3", "KEY_PURPOSE_0", value)).code).toBe("efuse.bad-value");
  });

  it("are suggested", async () => {
    const error = await refused("esp32c3", "KEY_PURPOSE_0", "HMAC_DOWN_JTGA");
    expect(error.code).toBe("efuse.unknown-name");
    expect(error.details["near"]).toBe("HMAC_DOWN_JTAG");
    expect((await refused("esp32c3", "KEY_PURPOSE_0", "0x8")).code).toBe("efuse.unknown-name");
  });

  it("above 15 have five bits on the ESP32-P4", async () => {
    expect(await parsed("esp32p4", "KEY_PURPOSE_0", "ECDSA_KEY_P384_L")).toBe(17n);
  });
});

describe("what cannot be burned", () => {
  it.each([
    ["esp32", "WAFER_VERSION_MAJOR"],
    ["esp32", "PKG_VERSION"],
    ["esp32", "ADC_VREF"],
    ["esp32c3", "WAFER_VERSION_MINOR"],
    ["esp32s3", "PSRAM_CAPACITY"],
  ] as const)("%s %s", async (chip, name) => {
    expect((await refused(chip, name, "1")).code).toBe("efuse.read-only");
  });

  it("is not what is calculated of eFuses that can", async () => {
    expect(await parsed("esp32c5", "RECOVERY_BOOTLOADER_FLASH_SECTOR", "0xfff")).toBe(0xfffn);
    expect((await refused("esp32c5", "RECOVERY_BOOTLOADER_FLASH_SECTOR", "0x1000")).code).toBe("efuse.bad-value");
  });
});
