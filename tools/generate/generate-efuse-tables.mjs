// Writes src/core/efuse/tables/<chip>.ts from the facts of the reference (a folder with one <chip>.json each: registers,
// blocks, fields, key purposes) and our own descriptions of the fields. Run: node tools/generate/generate-efuse-tables.mjs FOLDER
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { descriptionOf, unusedDescriptions } from "./efuse-descriptions.mjs";

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
];

/** The block version from which the calibration fields mean something (fact sheet efuse-secure A5); else never. */
const CALIBRATION_FROM = {
  esp32c2: 1,
  esp32c3: 100,
  esp32c5: 1,
  esp32c6: 1,
  esp32c61: 1,
  esp32e22: 1,
  esp32h2: 2,
  esp32h21: 2,
  esp32p4: 1,
  esp32s2: 1,
  esp32s3: 100,
};

/** ESP32-P4 v3.0 moved fields; ESP32-H2 had one more up to v1.1 (A5). */
const P4_NEW = 300;
const H2_NEW = 102;
const H2_OLD_FIELDS = "fields_v0.0_v1.1";

const CLASSES = {
  mac: "mac",
  keyblock: "key-block",
  keypurpose: "key-purpose",
  bitcount: "bit-count",
  t_sensor: "temperature",
  adc_tp: "adc-point",
  vref: "reference-voltage",
  spipin: "spi-pin",
  wafer: "wafer-version",
  pkg: "package",
  psram_cap: "psram-capacity",
  recovery_bootloader: "calculated",
  bootloader_anti_rollback: "calculated",
};

const PRESENCE = {
  EFUSES: "always",
  OLD: "always",
  KEYBLOCKS: "always",
  KEYBLOCKS_256: "uncoded",
  BLOCK2_CALIBRATION_EFUSES: "calibration",
  CUSTOM_MAC: "custom-mac",
  CALC: "always",
};

/** In which a chip's fields are shown; within one, as the reference lists them. */
const GROUP_ORDER = [
  "EFUSES",
  "KEYBLOCKS",
  "KEYBLOCKS_256",
  "OLD",
  "BLOCK2_CALIBRATION_EFUSES",
  "CUSTOM_MAC",
  "ADC",
  "CALC",
];

const hiLo = (name, low) => [
  [`${name}_LO`, 0, low, 0],
  [`${name}_HI`, 0, null, low],
];

/** Bits of which calculated fields are made: field, first bit, width (null: all), place in the value (A5). */
const PARTS = {
  WAFER_VERSION_MINOR: hiLo("WAFER_VERSION_MINOR", 3),
  WAFER_VERSION_MAJOR: hiLo("WAFER_VERSION_MAJOR", 2),
  PKG_VERSION: [
    ["CHIP_PACKAGE", 0, 3, 0],
    ["CHIP_PACKAGE_4BIT", 0, 1, 3],
  ],
  PSRAM_CAPACITY: [
    ["PSRAM_CAP", 0, 2, 0],
    ["PSRAM_CAP_3", 0, 1, 2],
  ],
  // MAC and MAC_EXT are stored last byte first; so is what is made of them: MAC[0..2], MAC_EXT[0..1], MAC[3..5].
  MAC_EUI64: [
    ["MAC", 0, 24, 0],
    ["MAC_EXT", 0, 16, 24],
    ["MAC", 24, 24, 40],
  ],
  BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION: hiLo("BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION", 3),
  RECOVERY_BOOTLOADER_FLASH_SECTOR: hiLo("RECOVERY_BOOTLOADER_FLASH_SECTOR", 9),
};

const P4_RECOVERY_SECTOR = ["0_1", "2_2", "3_6", "7_7", "8_10", "11_11"].map((range) => {
  const [first, last] = range.split("_").map(Number);
  return [`RECOVERY_BOOTLOADER_FLASH_SECTOR_${range}`, 0, last - first + 1, first];
});

/** Category and class by name, for fields that the reference's list does not classify (A5, first match wins). */
function classifyByName(name) {
  const has = (...parts) => parts.some((part) => name.includes(part));
  const category = () => {
    if (has("USB")) return "usb";
    if (has("WDT")) return "wdt";
    if (has("JTAG")) return "jtag";
    if (has("FLASH", "FORCE_SEND_RESUME")) return "flash";
    if (has("VDD_SPI_", "XPD")) return "vdd";
    if (has("MAC")) return "MAC";
    if (has("KEY", "SECURE", "DOWNLOAD", "SPI_BOOT_CRYPT_CNT", "DPA", "ECDSA", "ENCRYPT", "DECRYPT")) return "security";
    if (has("VERSION", "WAFER", "_ID", "PKG", "PACKAGE", "REV")) return "identity";
    if (has("ADC", "LDO", "DBIAS", "_HVT", "CALIB", "OCODE", "TEMPERATURE", "LSLP", "DSLP")) return "calibration";
    return "config";
  };
  return { category: category(), class_type: "", group: "EFUSES" };
}

const isCalibrationPoint = (name) => /^ADC\d_TP_/.test(name);

function classify(chip, name, classification) {
  const known = classification[name];
  if (known !== undefined) return known;
  if (chip === "esp32" && isCalibrationPoint(name))
    return { category: "calibration", class_type: "adc_tp", group: "ADC" };
  return classifyByName(name);
}

function partsOf(chip, field, widths) {
  if (chip === "esp32" && field.name === "WAFER_VERSION_MAJOR") return [];
  const parts = chip === "esp32p4" && field.name.startsWith("RECOVERY") ? P4_RECOVERY_SECTOR : PARTS[field.name];
  const complete = parts.map(([name, from, width, to]) => [name, from, width ?? widths.get(name), to]);
  const covered = complete.reduce((sum, [, , width]) => sum + width, 0);
  if (covered !== field.width) throw new Error(`${chip}: ${field.name} has ${field.width} bits, its parts ${covered}`);
  return complete;
}

function field(name, alt, where, { category, class_type, group }) {
  return {
    name,
    aliases: alt ?? "",
    block: where.block,
    bit: where.word === null ? null : 32 * where.word + where.pos,
    width: where.width,
    type: where.type.split(":")[0],
    writeDisableBit: where.wr_dis,
    // Two bits of the C2 hide halves of one block; they are listed as "0 1".
    readDisable: typeof where.rd_dis === "string" ? where.rd_dis.split(" ").map(Number) : where.rd_dis,
    category,
    fieldClass: CLASSES[class_type] ?? "plain",
    presence: group === "ADC" ? "adc-points" : PRESENCE[group],
    group,
  };
}

const shown = (row) => row[2] === true;

/** All fields of one list of the reference, in the order in which they are shown. */
function fieldsOf(chip, facts, rows) {
  const { classification } = facts;
  // The C3's JTAG_SEL_ENABLE does not work in the hardware (A5).
  const wanted = rows.filter((row) => shown(row) && !(chip === "esp32c3" && row[0] === "JTAG_SEL_ENABLE"));
  const listed = wanted.map(([name, alt, , block, word, pos, len, type, wr_dis, rd_dis, values]) => {
    const known = classify(chip, name, classification);
    // What the reference adds for old chips comes after the key blocks.
    const kind = facts[H2_OLD_FIELDS]?.some(([old]) => old === name) ? { ...known, group: "OLD" } : known;
    // BLOCK_USR_DATA is listed with 192 bits and used as the whole block.
    const width = kind.group.startsWith("KEYBLOCKS") ? kind.bit_len : len;
    const made = field(name, alt, { block, word, pos, width, type, wr_dis, rd_dis }, kind);
    return values === null ? made : { ...made, labels: values };
  });
  const everListed = new Set([...facts.fields, ...(facts["fields_v3.0"] ?? [])].map(([name]) => name));
  const widths = new Map(listed.map(({ name, width }) => [name, width]));
  const calculated = [];
  const synthetic = [];
  for (const [name, kind] of Object.entries(classification)) {
    if (kind.block === undefined || (kind.word !== null && everListed.has(name))) continue;
    // The halves of the C2's key block keep its other name (A5).
    const alt = name.startsWith("BLOCK_KEY0_") ? "KEY0" : null;
    const made = field(name, alt, { ...kind, width: kind.bit_len }, kind);
    if (kind.word !== null) synthetic.push(made);
    else calculated.push({ ...made, parts: partsOf(chip, made, widths) });
  }
  if (widths.has("RECOVERY_BOOTLOADER_FLASH_SECTOR_0_1")) {
    const where = { block: 0, word: null, pos: null, width: 12, type: "uint:12", wr_dis: null, rd_dis: null };
    const kind = { category: "config", class_type: "recovery_bootloader", group: "CALC" };
    const made = field("RECOVERY_BOOTLOADER_FLASH_SECTOR", null, where, kind);
    calculated.push({ ...made, parts: partsOf(chip, made, widths) });
  }
  const all = [...listed, ...synthetic, ...calculated];
  return withThreeQuarters(GROUP_ORDER.flatMap((group) => all.filter((each) => each.group === group)));
}

/** Under the 3/4 coding scheme the ESP32's blocks have 192 bits. */
function withThreeQuarters(fields) {
  const coded = fields
    .filter(({ presence }) => presence === "uncoded")
    .map((each) => ({ ...each, width: 192, presence: "three-quarters" }));
  const after = fields.findLastIndex(({ presence }) => presence === "uncoded") + 1;
  return [...fields.slice(0, after), ...coded, ...fields.slice(after)];
}

/** One list of two: what is in both stands once, the rest says for which revisions it is. */
function mergeByRevision(older, newer, boundary) {
  const key = (each) => JSON.stringify(each);
  const newKeys = new Set(newer.map(key));
  const merged = [];
  let next = 0;
  for (const each of older) {
    if (!newKeys.has(key(each))) {
      merged.push({ ...each, below: boundary });
      continue;
    }
    while (key(newer[next]) !== key(each)) {
      if (next >= newer.length) throw new Error(`${each.name} stands elsewhere in the newer list`);
      merged.push({ ...newer[next++], from: boundary });
    }
    merged.push(each);
    next++;
  }
  return [...merged, ...newer.slice(next).map((each) => ({ ...each, from: boundary }))];
}

function allFields(chip, facts) {
  const fields = fieldsOf(chip, facts, facts.fields);
  if (chip === "esp32p4") return mergeByRevision(fields, fieldsOf(chip, facts, facts["fields_v3.0"]), P4_NEW);
  const extra = facts[H2_OLD_FIELDS];
  if (extra === undefined) return fields;
  return mergeByRevision(fieldsOf(chip, facts, [...facts.fields, ...extra]), fields, H2_NEW);
}

// ---- writing it down

const number = (value) => (value === null || value === undefined ? null : Number(value));
const text = (value) => JSON.stringify(value);
const hex = (value) => (value === null || value === undefined ? "null" : `0x${Number(value).toString(16)}`);
const list = (values) => `[${values.join(", ")}]`;

function registersText({ registers: r }) {
  const numbered = (pattern) =>
    Object.keys(r)
      .filter((name) => pattern.test(name))
      .map((name) => r[name]);
  const errors = r.EFUSE_REG_DEC_STATUS ? [r.EFUSE_REG_DEC_STATUS] : numbered(/^EFUSE_RD_RS_ERR\d?_REG$/);
  const check = r.EFUSE_CHECK_VALUE0_REG ?? r.EFUSE_PGM_CHECK_VALUE0_REG;
  const program = check === undefined ? "null" : `{ data: ${hex(r.EFUSE_PGM_DATA0_REG)}, check: ${hex(check)} }`;
  const decode =
    r.EFUSE_REG_DEC_STATUS === undefined
      ? "null"
      : `{ register: ${hex(r.EFUSE_REG_DEC_STATUS)}, shift: 0, mask: ${hex(r.EFUSE_REG_DEC_STATUS_MASK)} }`;
  return `{
    base: ${hex(r.DR_REG_EFUSE_BASE)},
    configuration: ${hex(r.EFUSE_CONF_REG ?? r.EFUSE_REG_CONF)},
    command: ${hex(r.EFUSE_CMD_REG ?? r.EFUSE_REG_CMD)},
    status: ${hex(r.EFUSE_STATUS_REG)},
    program: ${program},
    repeatErrors: ${list(numbered(/^EFUSE_RD_REPEAT_ERR\d?_REG$/).map(hex))},
    errorRegisters: ${list(errors.map(hex))},
    decodeStatus: ${decode},
    dacConfiguration: ${hex(r.EFUSE_DAC_CONF_REG)},
    clock: ${check === undefined ? hex(r.EFUSE_CLK_REG) : "null"},
    readTiming: ${hex(r.EFUSE_RD_TIM_CONF_REG)},
    writeTiming: ${list([0, 1, 2].map((n) => hex(r[`EFUSE_WR_TIM_CONF${n}_REG`])))},
  }`;
}

/** Of each block: where its error count and its fail bit stand (A11). */
function blockErrorsText({ registers: r, blocks }) {
  const rows = blocks.map((_, id) => {
    const [register, mask, count, fail] = r.BLOCK_ERRORS?.[id] ?? r.BLOCK_NUM_ERRORS?.[id] ?? [null, null, null, null];
    if (count === null) return "null";
    if (number(mask) !== 7) throw new Error(`an error count with the mask ${mask}`);
    const [failRegister, failBit] = r.BLOCK_FAIL_BIT?.[id] ?? [register, fail];
    return list([hex(register), count, failBit === null ? "null" : hex(failRegister), failBit ?? 0]);
  });
  return list(rows);
}

function blockText([name, aliases, , readAddress, writeAddress, wr, rd, words, purposeField]) {
  const cells = [text(name), text(aliases.join(" ")), hex(readAddress), hex(writeAddress), words];
  return list([...cells, text(wr), text(rd), text(purposeField)]);
}

function fieldText(each) {
  const { name, aliases, block, bit, width, type, writeDisableBit, readDisable, category, fieldClass } = each;
  const cells = [name, aliases, block, bit, width, type, writeDisableBit, readDisable, category];
  const { from, below } = each;
  const revisions = from === undefined && below === undefined ? [] : [{ from, below }];
  if (fieldClass !== "plain" || revisions.length > 0) cells.push(fieldClass);
  return list([...cells, ...revisions].map(text));
}

/** Fields that follow each other and are there under the same condition, together. */
function sectionsText(fields) {
  const sections = [];
  for (const each of fields) {
    if (sections.at(-1)?.presence !== each.presence) sections.push({ presence: each.presence, rows: [] });
    sections.at(-1).rows.push(fieldText(each));
  }
  return sections.map(({ presence, rows }) => `{ presence: ${text(presence)}, rows: ${lines(rows)} }`);
}

const lines = (rows) => `[\n${rows.map((row) => `${row},\n`).join("")}]`;

/** What fields of one name share, by name. */
function byName(fields, property) {
  const found = {};
  for (const { name, [property]: value } of fields) {
    if (value === undefined || value.length === 0) continue;
    if (found[name] !== undefined && text(found[name]) !== text(value)) throw new Error(`two kinds of ${name}`);
    found[name] = value;
  }
  return text(found);
}

function purposeText(chip, [name, code, kind, reverse, protect]) {
  const isReadProtected = protect === "need_rd_protect";
  const flags = `${reverse === null ? "" : "R"}${isReadProtected ? "P" : ""}${kind === "DIGEST" ? "D" : ""}`;
  // Purposes had four bits before v3.0 (A7); a P-384 key needs the purposes 17 and 18.
  const isNew = chip === "esp32p4" && (code > 15 || name === "ECDSA_KEY_P384");
  return list([text(name), code, text(flags), ...(isNew ? [P4_NEW] : [])]);
}

function moduleText(chip, facts) {
  const fields = allFields(chip, facts);
  const names = [...new Set(fields.map(({ name }) => name))];
  return `import type { EfuseTableRows } from "./rows.ts";

/** Made by tools/generate/generate-efuse-tables.mjs; change the tool or the descriptions, not this file. */
export const TABLE: EfuseTableRows = {
  chip: ${text(chip)},
  assumedRevision: ${chip === "esp32p4" ? P4_NEW : 0},
  calibrationFrom: ${CALIBRATION_FROM[chip] ?? null},
  registers: ${registersText(facts)},
  blockErrors: ${blockErrorsText(facts)},
  blocks: ${lines(facts.blocks.map(blockText))},
  fields: ${lines(sectionsText(fields))},
  labels: ${byName(fields, "labels")},
  parts: ${byName(fields, "parts")},
  keyPurposes: ${lines((facts.key_purposes ?? []).map((row) => purposeText(chip, row)))},
  descriptions: {
${names.map((name) => `    ${name}: ${text(descriptionOf(chip, name))},\n`).join("")}  },
};
`;
}

const folder = process.argv[2];
if (folder === undefined) throw new Error("Usage: node tools/generate/generate-efuse-tables.mjs FOLDER");
const root = fileURLToPath(new URL("../../", import.meta.url));
const files = CHIPS.map((chip) => {
  const file = join(root, "src/core/efuse/tables", `${chip}.ts`);
  writeFileSync(file, moduleText(chip, JSON.parse(readFileSync(join(folder, `${chip}.json`), "utf8"))));
  return file;
});
const unused = unusedDescriptions();
if (unused.length > 0) throw new Error(`descriptions of no field: ${unused.join(", ")}`);
execFileSync(join(root, "node_modules/.bin/biome"), ["check", "--write", ...files], { cwd: root, stdio: "inherit" });
