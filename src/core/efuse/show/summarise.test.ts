import { describe, expect, it } from "vitest";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { isEspError } from "../../errors.ts";
import type { EfuseState } from "../table/types.ts";
import { setFlashVoltageText } from "./flash-voltage-text.ts";
import {
  blocksForFields,
  requireOneName,
  summaryFields,
  summaryJson,
  summaryLines,
  summaryRecords,
  summaryValue,
} from "./summarise.ts";

function withDescription(state: EfuseState, name: string, description: string): EfuseState {
  const fields = state.table.fields.map((field) => (field.name === name ? { ...field, description } : field));
  return { ...state, table: { ...state.table, fields } };
}

describe("the table", () => {
  it("has a row in its category, with what is left of the description below", async () => {
    const long = "The first fifty characters of this description arefollowed by these.";
    const state = withDescription(await stateWith("esp32c3", { DIS_TWAI: 1 }), "DIS_TWAI", long);
    expect(summaryLines(state, { names: ["DIS_TWAI"] })).toEqual([
      "EFUSE_NAME (Block) Description  = [Meaningful Value] [Readable/Writeable] (Hex Value)",
      "-".repeat(88),
      "Config fuses:",
      `DIS_TWAI (BLOCK0)${" ".repeat(33)} The first fifty characters of this description are = True R/W (0b1)`,
      `${" ".repeat(51)}followed by these.${" ".repeat(32)}`,
      "",
      "",
    ]);
  });

  it("puts a long value on a line of its own, below the purpose of a key", async () => {
    const state = await stateWith("esp32c3", { KEY_PURPOSE_1: 9, WR_DIS: 1 << 24 });
    const lines = summaryLines(withDescription(state, "BLOCK_KEY1", "A key"), { names: ["BLOCK_KEY1"] });
    const purpose = "  Purpose: SECURE_BOOT_DIGEST0";
    expect(lines.slice(3, -2)).toEqual([
      "BLOCK_KEY1 (BLOCK5)",
      purpose,
      // The three lines together are 50 wide where there is room.
      `${" ".repeat(Math.max(1, 50 - "BLOCK_KEY1 (BLOCK5)".length - purpose.length - 2))} A key${" ".repeat(45)}`,
      `   = ${"00 ".repeat(32)}R/- `,
    ]);
  });

  it("has room for a value of 20 characters beside the description", async () => {
    const state = await stateWith("esp32c3");
    const labelled = (label: string): string[] => {
      const fields = state.table.fields.map((field) =>
        field.name === "DIS_TWAI" ? { ...field, labels: new Map([[0, label]]) } : field,
      );
      const rows = summaryLines({ ...state, table: { ...state.table, fields } }, { names: ["DIS_TWAI"] });
      return rows.filter((line) => line.includes(label));
    };
    expect(labelled("x".repeat(20))[0]).toMatch(/^DIS_TWAI .* = x{20} R\/W \(0b0\)$/);
    expect(labelled("x".repeat(21))).toEqual([`   = ${"x".repeat(21)} R/W (0b0)`]);
  });

  it("marks damage, at the field and below", async () => {
    const errors = { 1: { count: 2, fail: false }, 4: { count: 0, fail: true } };
    const names = ["MAC", "BLOCK_KEY0", "DIS_TWAI"];
    const lines = summaryLines(await stateWith("esp32c3", {}, { errors }), { names });
    expect(lines.some((line) => line.startsWith("MAC (BLOCK1)[error] "))).toBe(true);
    expect(lines.some((line) => line.startsWith("BLOCK_KEY0 (BLOCK4)[error]"))).toBe(true);
    expect(lines.some((line) => line.startsWith("DIS_TWAI (BLOCK0) "))).toBe(true);
    expect(lines.slice(-3, -1)).toEqual([
      "Error(s) in BLOCK1 [ERRORS:2 FAIL:False].",
      "Error(s) in BLOCK4 [ERRORS:0 FAIL:True].",
    ]);
    expect(lines.at(-1)).toMatch(/^WARNING: .*coding scheme/);
    const mild = summaryLines(await stateWith("esp32c5", {}, { errors: { 1: { count: 1 } } }));
    expect(mild.at(-1)).toBe("Error(s) in BLOCK1 [ERRORS:1 FAIL:False]");
  });

  it("tells what decides the voltage of the flash", async () => {
    const last = async (chip: "esp32" | "esp32s3", values: Record<string, number>): Promise<string | undefined> =>
      summaryLines(await stateWith(chip, values), { names: ["MAC"] }).at(-1);
    expect(await last("esp32", { XPD_SDIO_FORCE: 1 })).toMatch(/VDD_SDIO.*disabled/);
    expect(await last("esp32", { XPD_SDIO_FORCE: 1, XPD_SDIO_REG: 1 })).toMatch(/VDD_SDIO.*1\.8V/);
    expect(await last("esp32s3", { VDD_SPI_FORCE: 1, VDD_SPI_XPD: 1, VDD_SPI_TIEH: 1 })).toMatch(/VDD_SPI.*3\.3V/);
    expect(await last("esp32", {})).toMatch(/GPIO12/);
    const { table } = await stateWith("esp32s2");
    expect(setFlashVoltageText(table, "3.3V")).toBe("Enable internal flash voltage regulator (VDD_SPI) to 3.3V.");
    expect(setFlashVoltageText(table, "1.8V")).toBe("Set internal flash voltage regulator (VDD_SPI) to 1.8V.");
    expect(setFlashVoltageText((await stateWith("esp32")).table, "OFF")).toMatch(/^Disable.*\(VDD_SDIO\)$/);
    expect(setFlashVoltageText((await stateWith("esp32c3")).table, "OFF")).toBeNull();
  });
});

describe("what is shown", () => {
  it("calibration only from the block version on that has it", async () => {
    const has = async (major: number): Promise<boolean> =>
      summaryFields(await stateWith("esp32c3", { BLK_VERSION_MAJOR: major })).some(
        ({ field }) => field.name === "OCODE",
      );
    expect(await has(0)).toBe(false);
    expect(await has(1)).toBe(true);
  });

  it("the ESP32's own MAC address also where there is none, its ADC points only where there are some", async () => {
    const names = (state: EfuseState): string[] => summaryFields(state).map(({ field }) => field.name);
    const blank = names(await stateWith("esp32"));
    expect([blank.includes("CUSTOM_MAC"), blank.includes("ADC1_TP_LOW")]).toEqual([true, false]);
    expect(names(await stateWith("esp32", { BLK3_PART_RESERVE: 1 }))).toContain("ADC1_TP_LOW");
  });

  it("blocks of the ESP32 as long as their coding leaves them", async () => {
    const state = await stateWith("esp32", { CODING_SCHEME: 1 });
    const views = summaryFields(state).filter(({ field }) => field.name === "BLOCK2");
    expect(views.map(({ field }) => field.width)).toEqual([192]);
    expect(summaryFields(state, { names: ["BLOCK2"] }).map(({ field }) => field.width)).toEqual([192]);
  });

  it("fields by name or alias, each once, in the order of the table; also what a blank chip does not show", async () => {
    const state = await stateWith("esp32c3");
    const names = summaryFields(state, { names: ["OCODE", "DIS_CAN", "WR_DIS", "DIS_TWAI"] }).map((v) => v.field.name);
    expect(names).toEqual(["WR_DIS", "DIS_TWAI", "OCODE"]);
  });

  it("never an unknown name", async () => {
    const state = await stateWith("esp32c3");
    const error = thrown(() => summaryLines(state, { names: ["DIS_TWIA"] }));
    expect(isEspError(error, "efuse.unknown-name") && error.hint).toContain("DIS_TWAI");
    expect(
      isEspError(
        thrown(() => blocksForFields(state.table, ["X"])),
        "efuse.unknown-name",
      ),
    ).toBe(true);
  });
});

describe("for programs", () => {
  it("JSON sorted by name, numbers as they are shown", async () => {
    const state = await stateWith("esp32c3", { BLK_VERSION_MAJOR: 1, TEMP_CALIB: 20, SECURE_VERSION: 5 });
    const text = summaryJson(state, { names: ["TEMP_CALIB", "SECURE_VERSION", "MAC"] });
    expect(Object.keys(JSON.parse(text) as object)).toEqual(["MAC", "SECURE_VERSION", "TEMP_CALIB"]);
    expect(text).toContain('        "value": 2.0,\n');
    expect(JSON.parse(text)).toEqual(summaryRecords(state, { names: ["TEMP_CALIB", "SECURE_VERSION", "MAC"] }));
    expect(summaryRecords(state, { names: ["MAC"] })["MAC"]).toMatchObject({
      bit_len: 48,
      efuse_type: "bytes:6",
      pos: 0,
      raw_value: "0x000000000000",
      word: 0,
      writeable: true,
    });
  });

  it.each(["esp32c5", "esp32c6", "esp32h2", "esp32h21", "esp32h4"] as const)(
    "the long MAC address of an %s as it is written, what it is made of as it is stored",
    async (chip) => {
      const state = await stateWith(chip, { MAC: 0x102030415263n, MAC_EXT: 0xfffen });
      const names = ["MAC", "MAC_EXT", "MAC_EUI64"];
      const records = summaryRecords(state, { names });
      expect(records["MAC_EUI64"]?.value).toContain("10:20:30:ff:fe:41:52:63");
      expect(records["MAC"]?.raw_value).toBe("0x635241302010");
      expect(names.map((name) => JSON.parse(summaryJson(state, { names }))[name].raw_value)).toEqual(
        names.map((name) => records[name]?.raw_value),
      );
      expect(records["MAC_EUI64"]?.raw_value).toBe("0x102030fffe415263");
    },
  );

  it("the value alone of exactly one field", async () => {
    const state = await stateWith("esp32c3", { DIS_TWAI: 1 });
    expect(summaryValue(state, { names: ["DIS_CAN"] })).toBe("True");
    for (const names of [[], ["MAC", "DIS_TWAI"]]) {
      const error = thrown(() => requireOneName(names));
      expect(isEspError(error, "argument.invalid") && error.message).toBe(
        "The 'value_only' format can be used exactly for one eFuse.",
      );
    }
  });
});

describe("only the blocks that are needed are read", () => {
  it("those of the fields, and BLOCK0", async () => {
    const { table } = await stateWith("esp32c3");
    expect(blocksForFields(table, ["BLOCK_KEY2", "MAC"])).toEqual([0, 1, 6]);
    expect(blocksForFields(table, ["KEY0"])).toEqual([0, 4]);
    expect(blocksForFields(table)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("and they are enough, for every field of every chip", async () => {
    for (const chip of ["esp32", "esp32c2", "esp32c3", "esp32c5", "esp32c6", "esp32p4", "esp32s3"] as const) {
      const { table } = await stateWith(chip);
      for (const { name } of table.fields) {
        const blocks = blocksForFields(table, [name]);
        expect(summaryLines(await stateWith(chip, {}, { blocks }), { names: [name] }).length).toBeGreaterThan(5);
      }
    }
  });
});
