import { describe, expect, it } from "vitest";
import type { ChipId } from "../../src/core/chip/types.ts";
import {
  burnEfuses,
  type EfuseDevice,
  type EfuseField,
  type EfuseState,
  type EfuseTable,
  efuseDevice,
  type FieldValue,
  loadEfuseTable,
  planBurn,
  readEfuses,
  viewField,
  virtualEfuses,
} from "../../src/efuse.ts";
import { connect, disconnect } from "../../src/index.ts";
import { crc8 } from "../../src/virtual/silicon/crc8.ts";
import { virtualChip } from "../../src/virtual.ts";
import { EFUSE_FACTS } from "../support/efuse/efuse-bench.ts";
import {
  type FieldPlace,
  HAS_REFERENCE_TABLES,
  isRefused,
  partsOf,
  placeOf,
  textOf,
} from "../support/efuse/efuse-expectation.ts";
import type { EfuseChip } from "../support/efuse/efuse-file-device.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";
import { thrown } from "../support/thrown.ts";

if (!HAS_REFERENCE_TABLES) tellSkipped(NO_REFERENCE);

/** Every table there is. */
const TABLES = [
  ["esp32", 300],
  ["esp32c2", 100],
  ["esp32c3", 4],
  ["esp32c5", 100],
  ["esp32c6", 1],
  ["esp32c61", 100],
  ["esp32e22", 0],
  ["esp32h2", 101],
  ["esp32h2", 102],
  ["esp32h21", 0],
  ["esp32h4", 0],
  ["esp32p4", 103],
  ["esp32p4", 301],
  ["esp32s2", 100],
  ["esp32s3", 2],
  ["esp32s31", 0],
] as const satisfies readonly (readonly [ChipId, number])[];

/** Bits of the blocks, by number. */
type Contents = ReadonlyMap<number, bigint>;

/** As registers have them, by addresses that are no part of the table (fact sheet efuse-secure A8). */
async function contentsOf(
  chip: EfuseChip,
  read: (addresses: readonly number[]) => Promise<readonly number[]>,
): Promise<Contents> {
  const { base, blocks } = EFUSE_FACTS[chip];
  const contents = new Map<number, bigint>();
  for (const [id, [offset, count]] of blocks.entries()) {
    const words = await read(Array.from({ length: count }, (_, index) => base + offset + 4 * index));
    contents.set(
      id,
      words.reduceRight((bits, word) => (bits << 32n) | BigInt(word >>> 0), 0n),
    );
  }
  return contents;
}

const ones = (width: number): bigint => (1n << BigInt(width)) - 1n;
const bitsAt = (contents: Contents, { block, bit, width }: FieldPlace): bigint =>
  ((contents.get(block) ?? 0n) >> BigInt(bit)) & ones(width);

/** What to ask for, and the bits that must come of it. */
interface Trial {
  readonly value: FieldValue;
  readonly raw: bigint;
}

function bytesOf(raw: bigint, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => Number((raw >> BigInt(8 * index)) & 0xffn));
}

/** The first and the last bit of the field in each, all others in one of the two; what the field can take. */
function trialsOf(table: EfuseTable, field: EfuseField, width: number): readonly Trial[] {
  if (field.name === "CODING_SCHEME") return [1n, 3n].map((raw) => ({ value: raw, raw }));
  if (field.name === "CUSTOM_MAC") return [{ value: "aa:cd:ef:01:02:03", raw: 0x0302_01ef_cdaan }];
  if (field.type === "bool") return [{ value: 1, raw: 1n }];
  if (/^KEY_PURPOSE_\d$/.test(field.name)) {
    const codes = table.keyPurposes.map(({ code }) => code).filter((code) => code > 0 && BigInt(code) <= ones(width));
    // The last key block of some chips cannot take all of them, and these it can.
    return [9, Math.max(...codes)].map((code) => ({ value: code, raw: BigInt(code) }));
  }
  if (field.fieldClass === "spi-pin")
    return [
      [17, 17n],
      [29, 29n],
      [33, 31n],
      [32, 30n],
    ].map(([value, raw]) => ({ value: Number(value), raw: BigInt(raw ?? 0) }));
  const even = BigInt(`0x${"35".repeat(Math.ceil(width / 8))}`) & ones(width);
  const ends = 1n | (1n << BigInt(width - 1));
  return [even | ends, (~even & ones(width)) | ends].map((raw) => ({
    raw,
    value: field.type === "bytes" ? bytesOf(raw, width / 8) : raw,
  }));
}

function deviceOf(chip: EfuseChip, chipRevision: number): EfuseDevice {
  return { ...virtualEfuses(chip), chip, chipRevision, emit: () => {} };
}

/** The bits of every block that must be burned when the field gets this value, and nothing else is. */
function expected(table: EfuseTable, revision: number, field: EfuseField, raw: bigint): Contents {
  const contents = new Map<number, bigint>();
  const put = (name: string, value: bigint): void => {
    const target = name === field.name ? field : table.fields.find((candidate) => candidate.name === name);
    const place = target === undefined ? null : placeOf(table, revision, target);
    if (place === null) throw new Error(`${name} has no place`);
    expect(value >> BigInt(place.width)).toBe(0n);
    contents.set(place.block, (contents.get(place.block) ?? 0n) | (value << BigInt(place.bit)));
  };
  const parts = partsOf(table, revision, field) ?? [[field.name, 0, field.width]];
  for (const [name, from, width] of parts) put(name, (raw >> BigInt(from)) & ones(width));
  if (table.chip === "esp32" && field.name === "CUSTOM_MAC") {
    put("MAC_VERSION", 1n);
    put("CUSTOM_MAC_CRC", BigInt(crc8(bytesOf(raw, 6))));
  }
  return contents;
}

const nonZero = (contents: Contents): readonly (readonly [number, bigint])[] =>
  [...contents].filter(([, bits]) => bits !== 0n).sort(([left], [right]) => left - right);

const widthOf = (table: EfuseTable, revision: number, field: EfuseField): number =>
  partsOf(table, revision, field)?.reduce((sum, [, , width]) => sum + width, 0) ?? field.width;

/** One field of a chip on which nothing is burned, as `blank` says. */
async function burnAndCompare(blank: EfuseState, field: EfuseField): Promise<void> {
  const { table, chipRevision: revision } = blank;
  const chip = table.chip as EfuseChip;
  const { name } = field;
  for (const { value, raw } of trialsOf(table, field, widthOf(table, revision, field))) {
    const device = deviceOf(chip, revision);
    let basis = blank;
    const wanted = new Map<number, bigint>();
    if (field.presence === "three-quarters") {
      await burnEfuses(device, planBurn(blank, [{ kind: "field", field: "CODING_SCHEME", value: 1 }]));
      basis = await readEfuses(device);
      wanted.set(0, 1n << 192n);
    }
    await burnEfuses(device, planBurn(basis, [{ kind: "field", field: name, value }]));
    const contents = await contentsOf(chip, device.readRegisters);
    for (const [id, bits] of expected(table, revision, field, raw)) wanted.set(id, bits);
    expect({ name, contents: nonZero(contents) }).toEqual({ name, contents: nonZero(wanted) });
    const view = viewField(await readEfuses(device, { table }), field);
    // What is in several places is shown as one only where the field has no bits of its own.
    const shown = field.bit === null ? raw : raw & ones(field.width);
    const text = textOf(table, field, raw);
    const seen = { name, raw: view.raw, text: view.text, readable: view.readable, damaged: view.damaged };
    expect(seen).toEqual({ name, raw: shown, text, readable: true, damaged: false });
  }
}

describe.each(TABLES)("%s at revision %i, on its registers", (chip, revision) => {
  it("burns every field that can be, to its bits and no others, and shows what they mean", async () => {
    const table = await loadEfuseTable(chip, revision);
    const burnable = table.fields.filter((field) => !isRefused(table, field));
    expect(burnable.length).toBeGreaterThan(table.fields.length - 5);
    const blank = await readEfuses(deviceOf(chip, revision), { table });
    for (const field of burnable) await burnAndCompare(blank, field);
  });

  it("refuses the others, and burns nothing", async () => {
    const table = await loadEfuseTable(chip, revision);
    const refused = table.fields.filter((field) => isRefused(table, field));
    expect(refused.map(({ name }) => name)).toContain("MAC");
    const state = await readEfuses(deviceOf(chip, revision));
    for (const { name: field, type, width } of refused) {
      const values: readonly (FieldValue | undefined)[] = [
        1,
        "aa:cd:ef:01:02:03",
        new Uint8Array(width / 8),
        undefined,
      ];
      for (const value of type === "bytes" ? values : values.slice(0, 1)) {
        const request = { kind: "field", field, ...(value === undefined ? {} : { value }) } as const;
        expect({ field, code: thrown(() => planBurn(state, [request])).code }).toEqual({
          field,
          code: "efuse.read-only",
        });
        const forced = thrown(() => planBurn(state, [{ ...request, force: true }]));
        expect({ field, code: forced.code }).toEqual({ field, code: "efuse.read-only" });
      }
    }
  });
});

/** After these a loader does not answer, or other bits lose their meaning; they have tests of their own. */
const NOT_WITH_OTHERS =
  /^(WR_DIS|RD_DIS|CODING_SCHEME|DIS_DOWNLOAD_MODE|UART_DOWNLOAD_DIS|ENABLE_SECURITY_DOWNLOAD|DIS_USB_SERIAL_JTAG)$/;

/** Fields of BLOCK0 that have no bit in common with each other or with what is burned, with values for a single plan. */
function fieldsOfBlock0(
  table: EfuseTable,
  revision: number,
  burned: bigint,
): readonly (readonly [EfuseField, Trial])[] {
  let taken = burned;
  return table.fields.flatMap((field) => {
    if (NOT_WITH_OTHERS.test(field.name) || isRefused(table, field)) return [];
    const width = widthOf(table, revision, field);
    const trial = trialsOf(table, field, width).at(-1);
    const own = expected(table, revision, field, ones(width));
    const bits = own.get(0) ?? 0n;
    if (trial === undefined || bits === 0n || (taken & bits) !== 0n) return [];
    taken |= bits;
    return [[field, trial] as const];
  });
}

describe.each(TABLES)("%s at revision %i, over its serial line", (chip, revision) => {
  it("burns BLOCK0, a key and data for the user in one plan, and reads them back in another session", async () => {
    const virtual = virtualChip(chip, {
      silicon: { revision: { major: Math.floor(revision / 100), minor: revision % 100 } },
    });
    const raw = (): Promise<Contents> =>
      contentsOf(chip, async (addresses) => addresses.map((address) => virtual.silicon.efuses.get(address) ?? 0));
    const before = await raw();
    const session = await connect(virtual.port, { stub: false });
    const device = efuseDevice(session);
    expect(device.chipRevision).toBe(revision);
    const state = await readEfuses(device);
    const { table } = state;
    const fields = fieldsOfBlock0(table, revision, before.get(0) ?? 0n);
    expect(fields.length).toBeGreaterThan(8);
    const key = Uint8Array.from({ length: 32 }, (_, index) => 0x11 * (index % 15) + 1);
    const [keyBlock, userBlock] = chip === "esp32" ? [2, 3] : chip === "esp32c2" ? [3, 1] : [5, 3];
    const keyName = table.blocks[keyBlock]?.name ?? "";
    const data = key.subarray(0, 4 * EFUSE_FACTS[chip].blocks[userBlock]![1]).toReversed();
    const plan = planBurn(
      state,
      [
        ...fields.map(([field, { value }]) => ({ kind: "field", field: field.name, value }) as const),
        { kind: "block-data", block: keyName, data: key },
        { kind: "block-data", block: table.blocks[userBlock]?.name ?? "", data },
      ],
      { postpone: true },
    );
    const report = await burnEfuses(device, plan);
    expect(report.steps.every(({ attempts }) => attempts === 1)).toBe(true);
    await disconnect(session, { reset: "hard-reset" });

    const toBits = (bytes: Uint8Array<ArrayBuffer>): bigint =>
      bytes.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
    const wanted = new Map(before);
    wanted.set(keyBlock, toBits(key));
    wanted.set(userBlock, toBits(data));
    for (const [field, trial] of fields) {
      wanted.set(0, (wanted.get(0) ?? 0n) | (expected(table, revision, field, trial.raw).get(0) ?? 0n));
    }
    expect(nonZero(await raw())).toEqual(nonZero(wanted));

    const again = await connect(virtual.port, { stub: false });
    const after = await readEfuses(efuseDevice(again));
    expect(nonZero(new Map([...after.blocks].map(([id, { bits }]) => [id, bits])))).toEqual(nonZero(wanted));
    for (const [field, trial] of fields) {
      const place = placeOf(table, revision, field);
      if (place !== null) expect(bitsAt(wanted, place)).toBe(trial.raw & ones(place.width));
      expect({ name: field.name, text: viewField(after, field).text }).toEqual({
        name: field.name,
        text: textOf(table, field, trial.raw),
      });
    }
    await disconnect(again);
  });
});
