import { describe, expect, it } from "vitest";
import { afterPlan } from "../../../../test/support/efuse/efuse-after.ts";
import { stateOfTable, stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { blocksFor } from "../read/blocks-for.ts";
import { findField } from "../table/find-field.ts";
import type { EfuseField, EfuseState } from "../table/types.ts";
import { attributeBits } from "../value/attribute-bits.ts";
import { fieldValue } from "../value/field-value.ts";
import type { BurnRequest, FieldValue } from "../value/request.ts";
import type { BurnPlan } from "./plan.ts";
import { planBurn } from "./plan-burn.ts";

const field = (name: string, value?: FieldValue, force = false): BurnRequest => ({
  kind: "field",
  field: name,
  force,
  ...(value === undefined ? {} : { value }),
});
const data = (block: string, bytes: Uint8Array<ArrayBuffer>, offset?: number, force = false): BurnRequest => ({
  kind: "block-data",
  block,
  data: bytes,
  force,
  ...(offset === undefined ? {} : { offset }),
});
const bits = (block: string, numbers: readonly number[], force = false): BurnRequest => ({
  kind: "bits",
  block,
  bits: numbers,
  force,
});

const count = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => index + 1);
const codes = (plan: BurnPlan): string[] => plan.outcomes.flatMap(({ remarks }) => remarks.map(({ code }) => code));
const cautions = (plan: BurnPlan): string[] => plan.cautions.map(({ code }) => code);
const names = (plan: BurnPlan): (string | null)[] => plan.changes.map((change) => change.field);
const valueAfter = (plan: BurnPlan, name: string): bigint =>
  fieldValue(afterPlan(plan, "all"), findField(plan.basis.table, name));

describe("burning a field", () => {
  it("changes its bits and no other", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [field("UART_PRINT_CONTROL", 2)]);
    const [change] = plan.changes;
    expect(change).toEqual({
      field: "UART_PRINT_CONTROL",
      block: 0,
      bits: [32 * 4 + 7],
      width: 2,
      from: 0n,
      to: 2n,
      secret: false,
    });
    expect(plan.steps).toEqual([{ block: 0, bits: 1n << BigInt(32 * 4 + 7), postponed: false }]);
    expect(plan.changes).toHaveLength(1);
    expect([plan.hides, plan.locks]).toEqual([[], []]);
  });

  it("goes by an alias too", async () => {
    const plan = planBurn(await stateWith("esp32"), [field("DISABLE_JTAG")]);
    expect(names(plan)).toEqual(["JTAG_DISABLE"]);
  });

  it("leaves what is burned already", async () => {
    const plan = planBurn(await stateWith("esp32c3", { UART_PRINT_CONTROL: 2 }), [field("UART_PRINT_CONTROL", 2)]);
    expect([plan.steps, codes(plan)]).toEqual([[], ["efuse.already-burned"]]);
    const more = planBurn(plan.basis, [field("UART_PRINT_CONTROL", 3)]);
    expect(more.changes[0]).toMatchObject({ from: 2n, to: 3n, bits: [32 * 4 + 6] });
  });

  it.each([1, 2])("refuses to clear a bit: 3 to %i", async (value) => {
    const state = await stateWith("esp32c3", { UART_PRINT_CONTROL: 3 });
    const error = thrown(() => planBurn(state, [field("DIS_ICACHE"), field("UART_PRINT_CONTROL", value)]));
    expect(error.code).toBe("efuse.cannot-clear");
    expect(error.message).toContain("New value contains some bits that cannot be cleared (value will be 0b11)");
    expect(error.details).toMatchObject({ field: "UART_PRINT_CONTROL", forcible: true, request: 1 });
    const forced = planBurn(state, [field("UART_PRINT_CONTROL", value, true)]);
    expect([forced.steps, cautions(forced)]).toEqual([[], ["efuse.cannot-clear"]]);
  });

  it("adds to WR_DIS and RD_DIS what they are given", async () => {
    const plan = planBurn(await stateWith("esp32c3", { WR_DIS: 1 }), [field("WR_DIS", 4)]);
    expect(plan.changes[0]).toMatchObject({ from: 1n, to: 5n });
  });

  it("sees what requests before have planned", async () => {
    const state = await stateWith("esp32c3");
    const count = field("SPI_BOOT_CRYPT_CNT");
    expect(valueAfter(planBurn(state, [count, count]), "SPI_BOOT_CRYPT_CNT")).toBe(3n);
    expect(thrown(() => planBurn(state, [field("UART_PRINT_CONTROL", 1), field("UART_PRINT_CONTROL", 2)])).code).toBe(
      "efuse.cannot-clear",
    );
    const twice = planBurn(state, [field("DIS_ICACHE"), field("DIS_ICACHE", 1)]);
    expect(codes(twice)).toEqual(["efuse.already-planned"]);
    expect(twice.changes).toHaveLength(1);
  });

  it("refuses what is locked or hidden, unless forced", async () => {
    const locked = await stateWith("esp32c3", { WR_DIS: 1 << 18 });
    expect(thrown(() => planBurn(locked, [field("UART_PRINT_CONTROL", 1)])).code).toBe("efuse.write-protected");
    expect(cautions(planBurn(locked, [field("UART_PRINT_CONTROL", 1, true)]))).toEqual(["efuse.write-protected"]);
    const hidden = await stateWith("esp32", { RD_DIS: 8 });
    const error = thrown(() => planBurn(hidden, [field("FLASH_CRYPT_CONFIG", 15)]));
    expect([error.code, error.details["forcible"]]).toEqual(["efuse.read-protected", true]);
  });

  it("heeds locks of the whole block", async () => {
    const s31 = await stateWith("esp32s31", { RD_DIS: 1 << 5 });
    expect(thrown(() => planBurn(s31, [field("SYS_DATA_PART2", 5)])).code).toBe("efuse.read-protected");
    const c2 = await stateWith("esp32c2", { RD_DIS: 1 });
    expect(thrown(() => planBurn(c2, [field("BLOCK_KEY0_HI_128", count(16))])).code).toBe("efuse.read-protected");
  });

  it("is forced request by request", async () => {
    const state = await stateWith("esp32c3", { WR_DIS: 1 << 18 });
    const requests = [field("UART_PRINT_CONTROL", 1), field("SPI_BOOT_CRYPT_CNT", 1, true)];
    expect(thrown(() => planBurn(state, requests)).details["request"]).toBe(0);
  });

  it("names a field that is near", async () => {
    const error = thrown(() => planBurn({ ...emptyState }, [field("UART_PRINT_CONTRLO")]));
    expect(error.code).toBe("efuse.unknown-name");
    expect(error.message).toContain("Invalid value");
    expect(error.details["near"]).toBe("UART_PRINT_CONTROL");
  });

  it("goes to the parts of a calculated field", async () => {
    const c5 = planBurn(await stateWith("esp32c5"), [field("RECOVERY_BOOTLOADER_FLASH_SECTOR", 0xa05)]);
    expect(names(c5)).toEqual(["RECOVERY_BOOTLOADER_FLASH_SECTOR_HI", "RECOVERY_BOOTLOADER_FLASH_SECTOR_LO"]);
    expect(valueAfter(c5, "RECOVERY_BOOTLOADER_FLASH_SECTOR")).toBe(0xa05n);
    const p4 = await stateWith("esp32p4", {}, { chipRevision: 300 });
    const plan = planBurn(p4, [field("RECOVERY_BOOTLOADER_FLASH_SECTOR", 0xfff)]);
    expect(plan.changes).toHaveLength(6);
    expect(valueAfter(plan, "RECOVERY_BOOTLOADER_FLASH_SECTOR")).toBe(0xfffn);
  });

  it("sets all five bits of a key purpose of the ESP32-P4", async () => {
    const p4 = await stateWith("esp32p4", {}, { chipRevision: 300 });
    const plan = planBurn(p4, [field("KEY_PURPOSE_1", "ECDSA_KEY_P384_H")]);
    expect(names(plan)).toEqual(["KEY_PURPOSE_1", "KEY_PURPOSE_1_H"]);
    expect(thrown(() => planBurn(afterPlan(plan), [field("KEY_PURPOSE_1", "XTS_AES_256_KEY_1")])).code).toBe(
      "efuse.cannot-clear",
    );
    const old = await stateWith("esp32p4", {}, { chipRevision: 1 });
    expect(thrown(() => planBurn(old, [field("KEY_PURPOSE_1", 17)])).code).toBe("efuse.bad-value");
  });

  it("warns of a field that is not in use on this chip", async () => {
    const plan = planBurn(await stateWith("esp32"), [field("ADC1_TP_LOW", 5)]);
    expect(cautions(plan)).toContain("efuse.absent-field");
  });

  it("does not show a key in what it throws", async () => {
    const state = await stateWith("esp32c3", { BLOCK_KEY0: 0xf0n });
    const error = thrown(() => planBurn(state, [field("BLOCK_KEY0", `0x${"ab".repeat(32)}`)]));
    expect(error.code).toBe("efuse.cannot-clear");
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toMatch(/abab|f0/i);
  });
});

const emptyState: EfuseState = await stateWith("esp32c3");

describe("coding schemes", () => {
  it("let a Reed-Solomon block be burned once", async () => {
    const state = await stateWith("esp32c3", { CUSTOM_MAC: 0x10n });
    const error = thrown(() => planBurn(state, [bits("BLOCK3", [1])]));
    expect(error.code).toBe("efuse.coding-forbids");
    expect(error.message).toContain("Burn into BLOCK_USR_DATA is forbidden (RS coding scheme does not allow this).");
    const forced = planBurn(state, [bits("BLOCK3", [1], true)]);
    expect(cautions(forced)).toContain("efuse.coding-forbids");
    expect(forced.steps).toEqual([{ block: 3, bits: 2n, postponed: false }]);
  });

  it("drop what such a block holds already", async () => {
    const state = await stateWith("esp32c3", { BLOCK_USR_DATA: 0b111n });
    expect(planBurn(state, [bits("BLOCK_USR_DATA", [0, 2])]).steps).toEqual([]);
    expect(codes(planBurn(state, [bits("BLOCK_USR_DATA", [0, 2])]))).toEqual(["efuse.already-burned"]);
  });

  it("let several requests fill such a block in one go", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [
      bits("BLOCK3", [0]),
      bits("BLOCK3", [255]),
      bits("BLOCK3", [0, 7]),
    ]);
    expect(plan.steps).toEqual([{ block: 3, bits: (1n << 255n) | 0x81n, postponed: false }]);
  });

  it("say what else in such a block can never be burned", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [field("CUSTOM_MAC", "02:00:00:00:00:01")]);
    const caution = plan.cautions.find(({ code }) => code === "efuse.block-used-up");
    expect(caution?.details?.["fields"]).toEqual(["BLOCK_USR_DATA"]);
    const mac = planBurn(await stateWith("esp32c3"), [field("FLASH_CAP", 1)]);
    expect(mac.cautions.find(({ code }) => code === "efuse.block-used-up")?.details?.["fields"]).toContain("MAC");
  });

  it("let the ESP32 burn again without one", async () => {
    const state = await stateWith("esp32", { BLOCK3: 1n });
    expect(planBurn(state, [bits("BLOCK3", [5])]).steps).toEqual([{ block: 3, bits: 32n, postponed: false }]);
  });

  it("let each six bytes be burned once under 3/4", async () => {
    const table = (await stateWith("esp32")).table;
    const state = stateOfTable(table, { CODING_SCHEME: 1, CUSTOM_MAC_CRC: 1 });
    const error = thrown(() => planBurn(state, [bits("BLOCK3", [47])]));
    expect(error.message).toContain("Burn into BLOCK3 is forbidden (3/4 coding scheme does not allow this).");
    expect(planBurn(state, [bits("BLOCK3", [48])]).steps).toEqual([{ block: 3, bits: 1n << 48n, postponed: false }]);
    // What is equal is not written again.
    const whole = new Uint8Array(24);
    whole[0] = 1;
    whole[23] = 0x80;
    expect(planBurn(state, [data("BLOCK3", whole)]).steps).toEqual([{ block: 3, bits: 1n << 191n, postponed: false }]);
  });

  it("make the calibration points of the ESP32 a matter of one go", async () => {
    const table = (await stateWith("esp32")).table;
    const points = ["ADC1_TP_LOW", "ADC1_TP_HIGH", "ADC2_TP_LOW", "ADC2_TP_HIGH"].map((name) => field(name, 1));
    const blank = stateOfTable(table, { CODING_SCHEME: 1, BLK3_PART_RESERVE: 1 });
    const plan = planBurn(blank, points);
    expect(plan.steps).toHaveLength(1);
    const [first, second] = points;
    const one = afterPlan(planBurn(blank, first === undefined ? [] : [first]));
    expect(thrown(() => planBurn(one, second === undefined ? [] : [second])).code).toBe("efuse.coding-forbids");
  });

  it("are not changed together with what they code", async () => {
    const state = await stateWith("esp32");
    expect(thrown(() => planBurn(state, [field("CODING_SCHEME", 1), bits("BLOCK3", [1])])).code).toBe("efuse.conflict");
    // What is forced elsewhere does not count.
    const forcedElsewhere = [field("CODING_SCHEME", 1), bits("BLOCK3", [1]), bits("BLOCK0", [35], true)];
    expect(thrown(() => planBurn(state, forcedElsewhere)).code).toBe("efuse.conflict");
    const forced = planBurn(state, [field("CODING_SCHEME", 1), bits("BLOCK3", [1], true)]);
    expect(cautions(forced)).toContain("efuse.conflict");
    const filled = await stateWith("esp32", { BLOCK3: 7n });
    expect(cautions(planBurn(filled, [field("CODING_SCHEME", 2)]))).toEqual([
      "efuse.irreversible",
      "efuse.recodes-data",
      "efuse.repeat-scheme",
    ]);
  });

  it("that are hidden let nothing be burned", async () => {
    const state = await stateWith("esp32", { RD_DIS: 8 });
    expect(thrown(() => planBurn(state, [bits("BLOCK3", [1])])).code).toBe("efuse.unsupported-coding");
  });
});

describe("burning data", () => {
  it("puts byte k at byte k", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [data("BLOCK_USR_DATA", Uint8Array.of(1, 2), 6)]);
    expect(plan.steps).toEqual([{ block: 3, bits: 0x0201n << 48n, postponed: false }]);
  });

  it.each([
    ["esp32c3", "BLOCK3", 24, null, "Data does not fit: the block3 size is 32 bytes, data file is 24 bytes, offset 0"],
    ["esp32c3", "BLOCK1", 32, null, "Data does not fit: the block1 size is 24 bytes, data file is 32 bytes, offset 0"],
    ["esp32c3", "BLOCK1", 24, 1, "Data does not fit"],
    ["esp32c3", "BLOCK1", 0, 1, "Data does not fit"],
    ["esp32c3", "BLOCK0", 1, 24, "Invalid offset: the block0 only holds"],
    ["esp32s31", "BLOCK0", 1, 36, "Invalid offset: the block0 only holds"],
    ["esp32c2", "BLOCK1", 1, -1, "Invalid offset: the block1 only holds"],
    ["esp32c2", "BLOCK1", 1, 1.5, "Invalid offset: the block1 only holds"],
  ] as const)("that does not fit is refused: %s %s %i bytes, offset %s", async (chip, block, size, offset, marker) => {
    const state = await stateWith(chip);
    const error = thrown(() => planBurn(state, [data(block, count(size), offset ?? undefined)]));
    expect(error.code).toBe("efuse.bad-size");
    expect(error.message).toContain(marker);
    expect(error.details).toMatchObject({ sizeBytes: size });
  });

  it("has 24 bytes in a block under 3/4", async () => {
    const { table } = await stateWith("esp32");
    const state = stateOfTable(table, { CODING_SCHEME: 1 });
    expect(planBurn(state, [data("BLOCK3", count(24))]).steps).toHaveLength(1);
    expect(thrown(() => planBurn(state, [data("BLOCK3", count(32))])).code).toBe("efuse.bad-size");
  });

  it("of all of BLOCK0 of the ESP32-S31 is 36 bytes", async () => {
    const all = new Uint8Array(36);
    all[35] = 0x80;
    expect(planBurn(await stateWith("esp32s31"), [data("BLOCK0", all)]).steps).toEqual([
      { block: 0, bits: 1n << 287n, postponed: false },
    ]);
  });

  it.each([
    ["BLOCK3", "BLOCK3"],
    ["BLOCK3", "BLOCK_USR_DATA"],
    ["BLOCK_USR_DATA", "BLOCK3"],
  ])("for one block twice is refused: %s %s", async (first, second) => {
    const state = await stateWith("esp32c3");
    const error = thrown(() => planBurn(state, [data(first, count(32)), data(second, count(32))]));
    expect(error.code).toBe("efuse.repeated");
    expect(error.message).toContain("Found repeated");
  });

  it("for one block in two places is fine", async () => {
    const state = await stateWith("esp32c3");
    const plan = planBurn(state, [data("BLOCK3", count(4), 4), data("BLOCK3", count(4), 8)]);
    expect(plan.steps).toHaveLength(1);
    expect(thrown(() => planBurn(state, [data("BLOCK3", count(4), 4), data("BLOCK3", count(4), 7)])).code).toBe(
      "efuse.repeated",
    );
  });

  it("over other data says that it will be mixed", async () => {
    const plan = planBurn(await stateWith("esp32", { BLOCK3: 1n << 200n }), [data("BLOCK3", count(32))]);
    expect(cautions(plan)).toContain("efuse.mixed-data");
  });

  it("of BLOCK0 heeds locks of its fields", async () => {
    const state = await stateWith("esp32c3", { WR_DIS: 1 << 18 });
    expect(thrown(() => planBurn(state, [bits("BLOCK0", [32 * 4 + 6])])).code).toBe("efuse.write-protected");
  });

  it("says whose the bits are", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [bits("BLOCK0", [0, 33, 32 * 4 + 6]), bits("BLOCK3", [0, 200])]);
    expect(plan.changes.map((change) => [change.field, change.bits])).toEqual([
      ["BLOCK_USR_DATA", [0]],
      ["CUSTOM_MAC", [200]],
      ["WR_DIS", [0]],
      ["RD_DIS", [33]],
      ["UART_PRINT_CONTROL", [32 * 4 + 6]],
    ]);
  });

  it("names calibration fields, in use or not", () => {
    const { bit } = findField(emptyState.table, "OCODE");
    expect(names(planBurn(emptyState, [bits("BLOCK2", [bit ?? 0])]))).toEqual(["OCODE"]);
  });

  it("counts each bit once", () => {
    const parts = attributeBits(emptyState, 3, (1n << 256n) - 1n);
    expect(parts.map((part) => part.field?.name)).toEqual(["CUSTOM_MAC", "BLOCK_USR_DATA"]);
    expect(parts.reduce((sum, part) => sum + part.bits, 0n)).toBe((1n << 256n) - 1n);
  });

  it.each([[[256]], [[-1]], [[1.5]], [[0, 300]]])("bit by bit stays in the block: %s", async (numbers) => {
    const error = thrown(() => planBurn(emptyState, [bits("BLOCK3", numbers)]));
    expect(error.code).toBe("efuse.bad-value");
    expect(error.message).toContain("has bit_number in [0..255]");
  });

  it("to a field of a custom table is told by its name", async () => {
    const { table } = emptyState;
    const own: EfuseField = { ...findField(table, "CUSTOM_MAC"), name: "MY_FLAG", aliases: ["FLAG"], bit: 9, width: 1 };
    const user: EfuseField = { ...own, type: "bool", fieldClass: "plain", category: "User" };
    const plan = planBurn(stateOfTable({ ...table, fields: [...table.fields, user] }), [field("FLAG")]);
    expect(plan.changes).toMatchObject([{ field: "MY_FLAG", block: 3, bits: [9] }]);
  });
});

describe("a custom MAC address", () => {
  const mac = (address: FieldValue, force = false): BurnRequest => ({ kind: "custom-mac", mac: address, force });

  it("has a version and a check value on the ESP32", async () => {
    const plan = planBurn(await stateWith("esp32"), [mac("aa:cd:ef:11:22:33")]);
    expect(plan.steps).toEqual([{ block: 3, bits: (1n << 184n) | 0x332211efcdaa63n, postponed: false }]);
    expect(planBurn(await stateWith("esp32"), [field("CUSTOM_MAC", "aa:cd:ef:11:22:33")]).steps).toEqual(plan.steps);
  });

  it("cannot replace another", async () => {
    const { table } = await stateWith("esp32");
    const first = planBurn(stateOfTable(table, { CODING_SCHEME: 1 }), [mac("aa:cd:ef:01:02:03")]);
    const error = thrown(() => planBurn(afterPlan(first), [mac("fe:22:33:44:55:66")]));
    expect(error.code).toBe("efuse.cannot-clear");
    expect(error.message).toContain("(value will be 0x675745ffeffe)");
    expect(planBurn(afterPlan(first), [mac("aa:cd:ef:01:02:03")]).steps).toEqual([]);
  });

  it("needs its version free", async () => {
    const state = await stateWith("esp32", { MAC_VERSION: 2 });
    expect(thrown(() => planBurn(state, [mac("aa:cd:ef:01:02:03")])).code).toBe("efuse.conflict");
    expect(cautions(planBurn(state, [mac("aa:cd:ef:01:02:03", true)]))).toContain("efuse.conflict");
  });

  it("has a flag on the ESP32-C2, and nothing on others", async () => {
    expect(names(planBurn(await stateWith("esp32c2"), [mac("aa:cd:ef:01:02:03")]))).toEqual([
      "CUSTOM_MAC",
      "CUSTOM_MAC_USED",
    ]);
    expect(names(planBurn(emptyState, [mac("aa:cd:ef:01:02:03")]))).toEqual(["CUSTOM_MAC"]);
  });

  it.each(["aa:cd:ef:01:02:03:04", "01:cd:ef:01:02:03"])("has to be one: %s", async (address) => {
    expect(thrown(() => planBurn(emptyState, [mac(address)])).code).toBe("efuse.bad-value");
  });
});

describe("the flash voltage", () => {
  const volts = (voltage: "1.8V" | "3.3V" | "OFF"): BurnRequest => ({ kind: "flash-voltage", voltage });

  it.each([
    ["esp32", "OFF", ["XPD_SDIO_FORCE"]],
    ["esp32", "1.8V", ["XPD_SDIO_REG", "XPD_SDIO_FORCE"]],
    ["esp32", "3.3V", ["XPD_SDIO_REG", "XPD_SDIO_TIEH", "XPD_SDIO_FORCE"]],
    ["esp32s2", "OFF", ["VDD_SPI_FORCE"]],
    ["esp32s3", "1.8V", ["VDD_SPI_XPD", "VDD_SPI_FORCE"]],
    ["esp32s3", "3.3V", ["VDD_SPI_XPD", "VDD_SPI_TIEH", "VDD_SPI_FORCE"]],
  ] as const)("%s %s", async (chip, voltage, fields) => {
    const plan = planBurn(await stateWith(chip), [volts(voltage)]);
    expect(names(plan)).toEqual(fields);
    expect(plan.outcomes[0]?.remarks.at(-1)?.message).toMatch(/internal flash voltage regulator \(VDD_S/);
  });

  it.each([
    ["1.8V", "3.3V", true],
    ["1.8V", "OFF", false],
    ["3.3V", "1.8V", false],
    ["3.3V", "OFF", false],
    ["OFF", "3.3V", true],
    ["OFF", "1.8V", true],
  ] as const)("after %s: %s", async (first, second, isAllowed) => {
    const state = await stateWith("esp32s3");
    const after = afterPlan(planBurn(state, [volts(first)]));
    if (isAllowed) expect(planBurn(after, [volts(second)]).steps).toHaveLength(1);
    else expect(thrown(() => planBurn(after, [volts(second)])).code).toBe("efuse.conflict");
    // In one go two voltages are a contradiction, whatever could be burned.
    expect(thrown(() => planBurn(state, [volts(first), volts(second)])).code).toBe("efuse.conflict");
  });

  it.each(["esp32c3", "esp32e22", "esp32p4"] as const)("is no matter of eFuses on the %s", async (chip) => {
    const state = await stateWith(chip);
    expect(thrown(() => planBurn(state, [volts("OFF")])).code).toBe("argument.unsupported");
  });
});

describe("what must not come together", () => {
  it("is refused on the ESP32-S3, burned or planned", async () => {
    const [jtag, serial] = [field("DIS_USB_JTAG"), field("DIS_USB_SERIAL_JTAG")];
    const state = await stateWith("esp32s3");
    const error = thrown(() => planBurn(state, [jtag, serial]));
    expect(error.code).toBe("efuse.conflict");
    expect(error.message).toContain("Incompatible eFuse settings detected, abort");
    const half = await stateWith("esp32s3", { DIS_USB_JTAG: 1 });
    expect(thrown(() => planBurn(half, [field("DIS_USB_DEVICE")])).code).toBe("efuse.conflict");
    expect(cautions(planBurn(half, [field("DIS_USB_SERIAL_JTAG", 1, true)]))).toContain("efuse.conflict");
    expect(planBurn(half, [field("DIS_ICACHE")]).steps).toHaveLength(1);
    expect(planBurn(await stateWith("esp32c3"), [jtag, serial]).steps).toHaveLength(1);
  });
});

describe("steps", () => {
  it("go from the highest block to BLOCK0", async () => {
    const plan = planBurn(emptyState, [bits("BLOCK0", [33]), bits("BLOCK3", [1]), bits("BLOCK10", [1])]);
    expect(plan.steps.map(({ block }) => block)).toEqual([10, 3, 0]);
    expect(plan.changes.map(({ block }) => block)).toEqual([10, 3, 0]);
  });

  it.each([
    ["esp32", ["WR_DIS", "RD_DIS", "UART_DOWNLOAD_DIS", "ABS_DONE_1", "FLASH_CRYPT_CNT"]],
    [
      "esp32c3",
      ["WR_DIS", "RD_DIS", "ENABLE_SECURITY_DOWNLOAD", "DIS_DOWNLOAD_MODE", "SPI_BOOT_CRYPT_CNT", "SECURE_BOOT_EN"],
    ],
    ["esp32e22", ["WR_DIS", "RD_DIS", "ENABLE_SECURITY_DOWNLOAD", "DIS_DOWNLOAD_MODE", "SECURE_BOOT_EN"]],
  ] as const)("leave on the %s to the end what locks", async (chip, late) => {
    const state = await stateWith(chip);
    const soon = chip === "esp32" ? "ABS_DONE_0" : "DIS_TWAI";
    const requests = [...late, soon].map((name) => field(name, 1));
    const [first, last, ...rest] = planBurn(state, requests, { postpone: true }).steps;
    const mask = (name: string): bigint => 1n << BigInt(findField(state.table, name).bit ?? 0);
    const all = late.map(mask).reduce((sum, bit) => sum | bit, 0n);
    expect(first).toEqual({
      block: 0,
      bits: chip === "esp32" ? mask("ABS_DONE_0") : mask("DIS_TWAI"),
      postponed: false,
    });
    expect(last).toEqual({ block: 0, bits: all, postponed: true });
    expect(rest).toEqual([]);
    expect(planBurn(state, requests).steps).toHaveLength(1);
  });

  it("have none that is empty", () => {
    expect(planBurn(emptyState, [field("DIS_TWAI")], { postpone: true }).steps).toMatchObject([{ postponed: false }]);
    expect(planBurn(emptyState, [field("WR_DIS", 1)], { postpone: true }).steps).toMatchObject([{ postponed: true }]);
    expect(planBurn(emptyState, []).steps).toEqual([]);
  });
});

describe("cautions", () => {
  it.each([
    ["esp32c3", "ENABLE_SECURITY_DOWNLOAD", undefined],
    ["esp32c3", "DIS_DOWNLOAD_MODE", undefined],
    ["esp32c3", "SPI_BOOT_CRYPT_CNT", undefined],
    ["esp32c3", "SECURE_BOOT_EN", undefined],
    ["esp32c3", "DIS_PAD_JTAG", undefined],
    ["esp32c3", "DIS_USB_JTAG", undefined],
    ["esp32c3", "DIS_USB_SERIAL_JTAG_DOWNLOAD_MODE", undefined],
    ["esp32c3", "SECURE_BOOT_KEY_REVOKE0", undefined],
    ["esp32c3", "SECURE_VERSION", 1],
    ["esp32s2", "HARD_DIS_JTAG", undefined],
    ["esp32", "UART_DOWNLOAD_DIS", undefined],
    ["esp32", "FLASH_CRYPT_CNT", 1],
    ["esp32", "ABS_DONE_0", undefined],
    ["esp32", "JTAG_DISABLE", undefined],
    ["esp32", "CODING_SCHEME", 1],
    ["esp32", "SPI_PAD_CONFIG_CLK", 1],
  ] as const)("%s %s", async (chip, name, value) => {
    const plan = planBurn(await stateWith(chip), [field(name, value)]);
    expect(plan.cautions.filter(({ code }) => code === "efuse.irreversible")).toMatchObject([
      { details: { field: name } },
    ]);
    const bit = findField(plan.basis.table, name).bit ?? 0;
    expect(cautions(planBurn(plan.basis, [bits("BLOCK0", [bit])]))).toEqual(cautions(plan));
  });

  it("are none for what does no harm", () => {
    expect(planBurn(emptyState, [field("UART_PRINT_CONTROL", 1)]).cautions).toEqual([]);
  });

  it("tell of secure boot without a digest and of encryption without a key", async () => {
    expect(cautions(planBurn(emptyState, [field("SECURE_BOOT_EN")]))).toContain("efuse.no-digest");
    const withDigest = await stateWith("esp32c3", { KEY_PURPOSE_3: 10 });
    expect(cautions(planBurn(withDigest, [field("SECURE_BOOT_EN")]))).not.toContain("efuse.no-digest");
    expect(cautions(planBurn(emptyState, [field("SPI_BOOT_CRYPT_CNT")]))).toContain("efuse.no-encryption-key");
    const withKey = await stateWith("esp32c3", { KEY_PURPOSE_3: 4 });
    expect(cautions(planBurn(withKey, [field("SPI_BOOT_CRYPT_CNT")]))).not.toContain("efuse.no-encryption-key");
  });

  it("tell of a block that is damaged already", async () => {
    const state = await stateWith("esp32c3", {}, { errors: { 3: { count: 2 } } });
    expect(cautions(planBurn(state, [bits("BLOCK3", [1])]))).toContain("efuse.block-damaged");
    expect(cautions(planBurn(state, [bits("BLOCK4", [1])]))).not.toContain("efuse.block-damaged");
  });

  it.each([
    ["esp32", "BLOCK2", { ABS_DONE_1: 1 }, field("RD_DIS", 2)],
    ["esp32c2", "BLOCK_KEY0_HI_128", { SECURE_BOOT_EN: 1 }, field("RD_DIS", 2)],
    ["esp32c2", "BLOCK_KEY0", {}, field("RD_DIS", 3)],
  ] as const)("tell of what %s has to read: %s", async (chip, name, values, request) => {
    const plan = planBurn(await stateWith(chip, values, { chipRevision: 300 }), [request]);
    const found = plan.cautions.filter(({ code }) => code === "efuse.hides-needed");
    expect(found.map(({ details }) => details?.["name"])).toContain(name);
  });

  it("tell of a digest that is hidden by bits", async () => {
    const state = await stateWith("esp32c3", { KEY_PURPOSE_2: 9 });
    expect(cautions(planBurn(state, [field("RD_DIS", 4)]))).toContain("efuse.hides-needed");
    const key = await stateWith("esp32c3", { KEY_PURPOSE_2: 4 });
    expect(cautions(planBurn(key, [field("RD_DIS", 4)]))).not.toContain("efuse.hides-needed");
  });
});

describe("what has to be read", () => {
  it.each([
    ["esp32c3", field("DIS_ICACHE"), [0]],
    ["esp32c3", field("CUSTOM_MAC"), [0, 3]],
    ["esp32c3", field("KEY0"), [0, 4]],
    ["esp32c3", field("OCODE", 1), [0, 1, 2]],
    ["esp32", field("CODING_SCHEME", 1), [0, 1, 2, 3]],
    ["esp32", field("BLOCK2"), [0, 2]],
    ["esp32c5", field("RECOVERY_BOOTLOADER_FLASH_SECTOR", 1), [0]],
    ["esp32c3", bits("BLOCK5", [1]), [0, 5]],
    ["esp32c3", bits("BLOCK0", [46]), [0]],
    // It may be the coding scheme of the others.
    ["esp32", bits("BLOCK0", [192]), [0, 1, 2, 3]],
    ["esp32c3", data("BLOCK_SYS_DATA2", count(32)), [0, 10]],
    ["esp32c3", { kind: "read-protect", field: "BLOCK_KEY3" }, [0]],
    ["esp32c3", { kind: "write-protect", field: "MAC" }, [0]],
    ["esp32c3", { kind: "custom-mac", mac: "02:00:00:00:00:00" }, [0, 3]],
    ["esp32s3", { kind: "flash-voltage", voltage: "OFF" }, [0]],
    ["esp32", { kind: "key-digest", digest: count(32) }, [0, 2]],
    ["esp32c2", { kind: "key-digest", digest: count(32) }, [0, 3]],
    ["esp32c3", { kind: "key-digest", digest: count(32), block: "BLOCK6" }, [0, 6]],
    ["esp32c3", { kind: "key", block: "BLOCK6", key: { kind: "raw", bytes: count(32) }, purpose: "USER" }, [0, 6]],
    ["esp32", { kind: "key", block: "flash_encryption", key: { kind: "raw", bytes: count(32) } }, [0, 1]],
    [
      "esp32s3",
      { kind: "key", block: "BLOCK6", key: { kind: "raw", bytes: count(64) }, purpose: "XTS_AES_256_KEY" },
      [0, 4, 5, 6, 7, 8, 9],
    ],
  ] as const)("%s %o", async (chip, request, expected) => {
    const { table } = await stateWith(chip);
    expect([...blocksFor(table, [request])]).toEqual(expected);
  });

  it("is missed when it was not", async () => {
    const state = await stateWith("esp32c3", {}, { blocks: [0] });
    expect(thrown(() => planBurn(state, [bits("BLOCK3", [1])])).code).toBe("argument.invalid");
  });
});
