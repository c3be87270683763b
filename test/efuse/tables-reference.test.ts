import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { ChipId } from "../../src/core/chip/types.ts";
import { loadEfuseTable } from "../../src/core/efuse/table/load-table.ts";
import type { EfuseField } from "../../src/core/efuse/table/types.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

/** The tables, fact by fact, against the reference's own lists. */
const CHIPS = [
  "esp32",
  "esp32c2",
  "esp32c3",
  "esp32c5",
  "esp32c6",
  "esp32c61",
  "esp32e22",
  "esp32h2",
  "esp32h21",
  "esp32h4",
  "esp32p4",
  "esp32s2",
  "esp32s3",
  "esp32s31",
] as const;
/** The revisions at which a chip's table differs. */
const REVISIONS: readonly (readonly [ChipId, number])[] = [
  ["esp32p4", 300],
  ["esp32p4", 299],
  ["esp32h2", 101],
  ["esp32h2", 102],
];
const ALL = [
  ...CHIPS.map((chip) => ({ chip, revision: null })),
  ...REVISIONS.map(([chip, revision]) => ({ chip, revision })),
];

const byName = (fields: readonly EfuseField[], name: string): EfuseField | undefined =>
  fields.find((field) => field.name === name);

const SHARED = fileURLToPath(new URL("../../../shared/reference/", import.meta.url));
const isPresent = existsSync(`${SHARED}efuses/esp32.json`);
if (!isPresent) tellSkipped(NO_REFERENCE);

type Cell = string | number | null;
interface Classification {
  readonly category: string;
  readonly class_type: string;
  readonly group: string;
  readonly block?: number;
  readonly word?: number | null;
  readonly pos?: number | null;
  readonly bit_len?: number;
  readonly type?: string;
  readonly wr_dis?: number | null;
  readonly rd_dis?: number | null;
}
interface ReferenceTable {
  readonly registers: Readonly<Record<string, unknown>>;
  readonly blocks: readonly (readonly [
    string,
    string[],
    number,
    string,
    string,
    Cell,
    Cell | number[],
    number,
    Cell,
  ])[];
  readonly fields: readonly ReferenceField[];
  readonly "fields_v3.0"?: readonly ReferenceField[];
  readonly "fields_v0.0_v1.1"?: readonly ReferenceField[];
  readonly classification: Readonly<Record<string, Classification>>;
  readonly key_purposes?: readonly (readonly [string, number, string | null, string | null, string])[];
}
type ReferenceField = readonly [
  name: string,
  alt: string | null,
  shown: boolean,
  block: number,
  word: number,
  pos: number,
  length: number,
  type: string,
  writeDisable: number | null,
  readDisable: number | string | null,
  values: Readonly<Record<string, string>> | null,
];

interface SummaryEntry {
  readonly category: string;
  readonly block: number;
  readonly word: number | null;
  readonly pos: number | null;
  readonly bit_len: number;
  readonly efuse_type: string;
}

const reference = (chip: ChipId): ReferenceTable =>
  JSON.parse(readFileSync(`${SHARED}efuses/${chip}.json`, "utf8")) as ReferenceTable;

/** The rows that this revision goes by. */
function rowsOf(table: ReferenceTable, revision: number | null): readonly ReferenceField[] {
  const newer = table["fields_v3.0"];
  if (newer !== undefined && (revision === null || revision >= 300)) return newer;
  const extra = revision === null || revision <= 101 ? (table["fields_v0.0_v1.1"] ?? []) : [];
  return [...table.fields, ...extra];
}

/** The words of the reference for our classes. */
const CLASS_WORDS: Readonly<Record<EfuseField["fieldClass"], readonly string[]>> = {
  plain: [""],
  "bit-count": ["bitcount"],
  mac: ["mac"],
  "key-block": ["keyblock"],
  "key-purpose": ["keypurpose"],
  temperature: ["t_sensor"],
  "adc-point": ["adc_tp"],
  "reference-voltage": ["vref"],
  "spi-pin": ["spipin"],
  "wafer-version": ["wafer"],
  package: ["pkg"],
  "psram-capacity": ["psram_cap"],
  calculated: ["recovery_bootloader", "bootloader_anti_rollback"],
};
const GROUP_OF: Readonly<Record<string, EfuseField["presence"]>> = {
  KEYBLOCKS_256: "uncoded",
  BLOCK2_CALIBRATION_EFUSES: "calibration",
  CUSTOM_MAC: "custom-mac",
};

const bitsOf = (bits: unknown): number[] => {
  if (bits === null || bits === undefined) return [];
  return Array.isArray(bits) ? (bits as number[]) : String(bits).split(" ").map(Number);
};
/** BLOCK_USR_DATA is listed with 24 bytes and used with 32. */
const isKeyBlock = (kind: Classification | undefined): boolean => kind?.group.startsWith("KEYBLOCKS") ?? false;

function expectField(field: EfuseField, row: ReferenceField, kind: Classification | undefined): void {
  const [name, alt, , block, word, pos, length, type, writeDisable, readDisable, values] = row;
  expect(field).toMatchObject({
    name,
    aliases: alt === null ? [] : alt.split(" "),
    block,
    bit: 32 * word + pos,
    width: isKeyBlock(kind) ? kind?.bit_len : length,
    type: type.split(":")[0],
    writeDisableBit: writeDisable,
    readDisableBits: bitsOf(readDisable),
  });
  expect(Object.fromEntries(field.labels), name).toEqual(values ?? {});
}

describe.skipIf(!isPresent).each(ALL)("as the reference has it: $chip at revision $revision", ({ chip, revision }) => {
  const facts = isPresent ? reference(chip) : undefined;

  it("every field: name, place, width, protection, labels", async () => {
    const { fields } = await loadEfuseTable(chip, revision);
    const rows = rowsOf(facts!, revision).filter(
      ([name, , isShown]) => isShown && !(chip === "esp32c3" && name === "JTAG_SEL_ENABLE"),
    );
    for (const row of rows) expectField(byName(fields, row[0])!, row, facts!.classification[row[0]]);
    const listed = new Set(rows.map(([name]) => name));
    const others = fields.filter(({ name }) => !listed.has(name)).map(({ name }) => name);
    const everListed = new Set([...facts!.fields, ...(facts!["fields_v3.0"] ?? [])].map(([name]) => name));
    const expected = Object.entries(facts!.classification)
      .filter(([name, { block, word }]) => block !== undefined && (word === null || !everListed.has(name)))
      .map(([name]) => name)
      .filter((name) => !listed.has(name));
    // The reference's list of calculated fields is of the first ESP32-P4 (A5 has the other).
    if (listed.has("KEY_PURPOSE_0_H")) expected.push("RECOVERY_BOOTLOADER_FLASH_SECTOR");
    expect([...new Set(others)].sort()).toEqual(expected.sort());
  });

  it("every field: category, class, and the facts of those that are made up", async () => {
    const { fields } = await loadEfuseTable(chip, revision);
    for (const field of fields.filter(({ presence }) => presence !== "three-quarters")) {
      const kind = facts!.classification[field.name];
      if (kind === undefined) continue;
      expect(field.category, field.name).toBe(kind.category);
      expect(CLASS_WORDS[field.fieldClass], field.name).toContain(kind.class_type);
      expect(field.presence, field.name).toBe(GROUP_OF[kind.group] ?? "always");
      // Fields of the ESP32-P4 v3.0 that moved are listed as they were before.
      if (kind.block === undefined || (chip === "esp32p4" && revision !== 299)) continue;
      const { block, word, pos, bit_len: width, type, wr_dis: writeDisableBit, rd_dis } = kind;
      const bit = word === null || word === undefined ? null : 32 * word + (pos ?? 0);
      const hidden = chip === "esp32c2" && field.name === "BLOCK_KEY0" ? [0, 1] : bitsOf(rd_dis);
      expect(field).toMatchObject({ block, bit, width, type: type?.split(":")[0], writeDisableBit });
      expect(field.readDisableBits, field.name).toEqual(hidden);
    }
  });

  it("every block", async () => {
    const { blocks } = await loadEfuseTable(chip, revision);
    expect(
      blocks.map((block) => [
        block.name,
        block.aliases,
        block.id,
        block.readAddress,
        block.writeAddress,
        block.writeDisableBit,
        block.readDisableBits,
        block.words,
        block.keyPurposeField,
      ]),
    ).toEqual(
      facts!.blocks.map(([name, aliases, id, read, write, wr, rd, ...rest]) => [
        name,
        aliases,
        id,
        Number(read),
        Number(write),
        wr,
        bitsOf(rd),
        ...rest,
      ]),
    );
  });

  it("every key purpose", async () => {
    const { keyPurposes } = await loadEfuseTable(chip, revision);
    // Purposes had four bits before v3.0 of the ESP32-P4 (A7).
    const fits = ([name, code]: readonly [string, number, ...unknown[]]): boolean =>
      revision !== 299 || (code < 16 && name !== "ECDSA_KEY_P384");
    const expected = (facts!.key_purposes ?? []).filter(fits).map(([name, code, kind, reverse, protect]) => ({
      name,
      code,
      reversed: reverse === "Reverse",
      readProtected: protect === "need_rd_protect",
      isDigest: kind === "DIGEST",
    }));
    expect(keyPurposes).toEqual(expected);
  });

  it("every register", async () => {
    const { registers } = await loadEfuseTable(chip, revision);
    const value = (...names: readonly string[]): number | null => {
      const found = names.map((name) => facts!.registers[name]).find((each) => each !== undefined);
      return found === undefined ? null : Number(found);
    };
    const numbered = (prefix: string): number[] =>
      Array.from({ length: 8 }, (_, n) => value(`${prefix}${n}_REG`)).filter((address) => address !== null);
    const one = (name: string): number[] => [value(name)].filter((address) => address !== null);
    const check = value("EFUSE_CHECK_VALUE0_REG", "EFUSE_PGM_CHECK_VALUE0_REG");
    const { blockErrors: _, decodeStatus, program, ...others } = registers;
    expect(others).toEqual({
      base: value("DR_REG_EFUSE_BASE"),
      configuration: value("EFUSE_CONF_REG", "EFUSE_REG_CONF"),
      command: value("EFUSE_CMD_REG", "EFUSE_REG_CMD"),
      status: value("EFUSE_STATUS_REG"),
      repeatErrors: [...numbered("EFUSE_RD_REPEAT_ERR"), ...one("EFUSE_RD_REPEAT_ERR_REG")],
      errorRegisters: [...numbered("EFUSE_RD_RS_ERR"), ...one("EFUSE_RD_RS_ERR_REG"), ...one("EFUSE_REG_DEC_STATUS")],
      dacConfiguration: value("EFUSE_DAC_CONF_REG"),
      clock: chip === "esp32" ? value("EFUSE_CLK_REG") : null,
      readTiming: value("EFUSE_RD_TIM_CONF_REG"),
      writeTiming: [0, 1, 2].map((n) => value(`EFUSE_WR_TIM_CONF${n}_REG`)),
    });
    expect(program).toEqual(check === null ? null : { data: value("EFUSE_PGM_DATA0_REG"), check });
    expect(decodeStatus?.register ?? null).toBe(value("EFUSE_REG_DEC_STATUS"));
    expect(decodeStatus?.mask ?? null).toBe(value("EFUSE_REG_DEC_STATUS_MASK"));
  });

  it("every error bit", async () => {
    const { blockErrors } = (await loadEfuseTable(chip, revision)).registers;
    type ErrorRow = readonly (string | number | null)[];
    const rows = facts!.registers["BLOCK_ERRORS"] as readonly ErrorRow[] | undefined;
    const counts = facts!.registers["BLOCK_NUM_ERRORS"] as readonly ErrorRow[] | undefined;
    const fails = facts!.registers["BLOCK_FAIL_BIT"] as readonly ErrorRow[] | undefined;
    const bits = (register: unknown, shift: unknown, mask: unknown): unknown =>
      shift === null || shift === undefined ? null : { register: Number(register), shift, mask };
    for (const [id, errors] of blockErrors.entries()) {
      const [register, mask, shift, fail] = rows?.[id] ?? counts?.[id] ?? [];
      const [failRegister, failShift] = fails?.[id] ?? [register, fail];
      expect(errors?.count ?? null).toEqual(bits(register, shift, mask));
      expect(errors?.fail ?? null).toEqual(bits(failRegister, failShift, 1));
    }
  });

  it("the order in which fields are shown", async () => {
    if (revision !== null) return;
    const { fields } = await loadEfuseTable(chip, revision);
    const summary = readFileSync(`${SHARED}golden/espefuse/${chip}-summary/stdout.txt`, "utf8");
    const listed = [...summary.matchAll(/^([A-Z]\w+) \(BLOCK\d+\)/gm)].map(([, name]) => name ?? "");
    const ours = new Map(
      fields
        .filter(({ presence }) => presence !== "three-quarters")
        .map((field, index) => [field.name, { index, ...field }]),
    );
    for (const [index, name] of listed.entries()) {
      const [field, next] = [ours.get(name)!, ours.get(listed[index + 1] ?? "")];
      if (next?.category === field.category) expect(next.index, name).toBeGreaterThan(field.index);
    }
    expect(listed.filter((name) => !ours.has(name))).toEqual([]);
  });

  it("what its summary tells of each field", async () => {
    if (revision !== null) return;
    const { fields } = await loadEfuseTable(chip, revision);
    const output = readFileSync(`${SHARED}golden/espefuse/${chip}-summary-json/stdout.txt`, "utf8");
    const summary = JSON.parse(output.slice(output.indexOf("{"))) as Readonly<Record<string, SummaryEntry>>;
    expect(Object.keys(summary).length).toBeGreaterThan(30);
    for (const [name, told] of Object.entries(summary)) {
      const { category, block, bit, width, type } = byName(fields, name)!;
      const size = type === "bytes" ? `bytes:${width / 8}` : `${type}:${width}`;
      expect({ name, category, block, bit, width, type: type === "bool" ? type : size }).toEqual({
        name,
        category: told.category,
        block: told.block,
        bit: told.word === null ? null : 32 * told.word + (told.pos ?? 0),
        width: told.bit_len,
        type: told.efuse_type,
      });
    }
  });
});
