import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EfuseField, EfuseTable } from "../../../src/core/efuse/table/types.ts";
import { crc8 } from "../../../src/virtual/silicon/crc8.ts";
import { SHARED } from "../image/elf2image-case.ts";

/** Where the bits of a field are and what they mean, worked out apart from the code under test. */
export interface FieldPlace {
  readonly block: number;
  /** First bit in the block. */
  readonly bit: number;
  readonly width: number;
}

type Row = readonly [
  name: string,
  alt: string | null,
  shown: boolean,
  block: number,
  word: number,
  pos: number,
  len: number,
];
interface Classification {
  readonly class_type: string;
  readonly block?: number;
  readonly word?: number | null;
  readonly pos?: number | null;
  readonly bit_len?: number;
}
interface ReferenceTable {
  readonly fields: readonly Row[];
  readonly "fields_v3.0"?: readonly Row[];
  readonly "fields_v0.0_v1.1"?: readonly Row[];
  readonly classification: Readonly<Record<string, Classification>>;
}

const FOLDER = join(SHARED, "efuses");
/** Without the reference's lists, places are those of the table. */
export const HAS_REFERENCE_TABLES: boolean = existsSync(join(FOLDER, "esp32.json"));

const tables = new Map<string, ReferenceTable>();

function referenceTable(chip: string): ReferenceTable {
  let table = tables.get(chip);
  if (table === undefined) {
    table = JSON.parse(readFileSync(join(FOLDER, `${chip}.json`), "utf8")) as ReferenceTable;
    tables.set(chip, table);
  }
  return table;
}

/** By the reference's list, where there is one and it has the field. */
export function placeOf({ chip }: EfuseTable, revision: number, field: EfuseField): FieldPlace | null {
  const own = field.bit === null ? null : { block: field.block, bit: field.bit, width: field.width };
  // Half as long a block is the only place that the lists do not have: that of coded blocks.
  if (!HAS_REFERENCE_TABLES || field.presence === "three-quarters") return own;
  const table = referenceTable(chip);
  const rows = revision >= 300 ? (table["fields_v3.0"] ?? table.fields) : table.fields;
  const row = [...rows, ...(table["fields_v0.0_v1.1"] ?? [])].find(([name]) => name === field.name);
  const added = table.classification[field.name];
  // The reference makes some blocks longer than its own list has them (A5).
  if (added?.block !== undefined && (row === undefined || field.name.startsWith("BLOCK_"))) {
    if (added.word == null || added.pos == null || added.bit_len === undefined) return null;
    return { block: added.block, bit: 32 * added.word + added.pos, width: added.bit_len };
  }
  if (row === undefined) return own;
  const [, , , block, word, pos, width] = row;
  return { block, bit: 32 * word + pos, width };
}

/** Bits `from` up to `from + width` of the value are the lowest of this field (fact sheet efuse-secure A5, A7). */
type Part = readonly [field: string, from: number, width: number];

const CALCULATED: Readonly<Record<string, readonly Part[]>> = {
  "esp32c5 RECOVERY_BOOTLOADER_FLASH_SECTOR": [
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_LO", 0, 9],
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_HI", 9, 3],
  ],
  "esp32c5 BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION": [
    ["BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION_LO", 0, 3],
    ["BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION_HI", 3, 1],
  ],
  "esp32p4 RECOVERY_BOOTLOADER_FLASH_SECTOR": [
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_0_1", 0, 2],
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_2_2", 2, 1],
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_3_6", 3, 4],
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_7_7", 7, 1],
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_8_10", 8, 3],
    ["RECOVERY_BOOTLOADER_FLASH_SECTOR_11_11", 11, 1],
  ],
};

/** The pieces of a value that is not in one place; null: it is, or cannot be burned. */
export function partsOf({ chip }: EfuseTable, revision: number, field: EfuseField): readonly Part[] | null {
  const hasHighBit = chip === "esp32p4" && revision >= 300 && /^KEY_PURPOSE_\d$/.test(field.name);
  if (hasHighBit)
    return [
      [field.name, 0, 4],
      [`${field.name}_H`, 4, 1],
    ];
  return CALCULATED[`${chip} ${field.name}`] ?? null;
}

/** Who may not be burned, and that is all of them (A5, A6). */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  esp32: ["MAC", "WAFER_VERSION_MAJOR", "PKG_VERSION", "ADC_VREF"],
  esp32c3: ["WAFER_VERSION_MINOR"],
  esp32s2: ["WAFER_VERSION_MINOR"],
  esp32s3: ["WAFER_VERSION_MINOR", "PSRAM_CAPACITY"],
  esp32p4: ["WAFER_VERSION_MAJOR"],
};

export function isRefused({ chip }: EfuseTable, { name }: EfuseField): boolean {
  return ["MAC", "MAC_EXT", "MAC_EUI64", ...(REFUSED[chip] ?? [])].includes(name);
}

/** What a field with these bits says, on a chip on which nothing else is burned (A6). */
export function textOf(table: EfuseTable, field: EfuseField, raw: bigint): string {
  const label = raw < 1000n ? field.labels.get(Number(raw)) : undefined;
  if (label !== undefined) return label;
  const bytes = Array.from({ length: field.width / 8 }, (_, index) => Number((raw >> BigInt(8 * index)) & 0xffn));
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0"));
  const half = 1 << (field.width - 1);
  const signed = Number(raw) >= half ? half - Number(raw) : Number(raw);
  if (field.name === "CUSTOM_MAC") {
    const crc = `CRC 0x${crc8(Uint8Array.from(bytes)).toString(16).padStart(2, "0")} `;
    return `${hex.join(":")} (${table.chip === "esp32" ? crc : ""}OK)`;
  }
  if (/^KEY_PURPOSE_\d$/.test(field.name))
    return table.keyPurposes.find(({ code }) => BigInt(code) === raw)?.name ?? "FORBIDDEN_STATE";
  if (field.name === "TEMP_CALIB") return (signed / 10).toFixed(1);
  if (field.fieldClass === "adc-point" && table.chip === "esp32") {
    const start = { ADC1_TP_LOW: 278, ADC2_TP_LOW: 421, ADC1_TP_HIGH: 3265, ADC2_TP_HIGH: 3406 }[field.name] ?? 0;
    return String(start + 4 * (Number(raw) >= half ? Number(raw) - 2 * half : Number(raw)));
  }
  if (field.fieldClass === "adc-point" && field.width > 1) return String(4 * signed + 0);
  if (field.name.startsWith("SPI_PAD_CONFIG") && table.chip === "esp32")
    return String(raw === 30n || raw === 31n ? raw + 2n : raw);
  if (field.type === "bytes") return hex.join(" ");
  return field.type === "bool" ? (raw === 1n ? "True" : "False") : String(raw);
}
