import { describe, expect, it } from "vitest";
import type { ChipId } from "../../chip/types.ts";
import { loadEfuseTable } from "./load-table.ts";
import type { EfuseField, EfuseTable } from "./types.ts";

/** Of the tables as the reference lists them (fact sheet efuse-secure A5). */
interface Counts {
  /** Fields in all, without calculated ones. */
  readonly fields: number;
  /** Names including aliases: all, of fields that can be hidden, of fields that can be locked. */
  readonly names: readonly [number, number, number];
  /** Fields that a blank chip shows. */
  readonly blank: number;
}

const COUNTS: Readonly<Record<Exclude<ChipId, "esp8266">, Counts>> = {
  // The reference counts 68, 22 and 57: one name more, which its own list does not have.
  esp32: { fields: 50, names: [67, 21, 56], blank: 48 },
  esp32c2: { fields: 49, names: [56, 6, 55], blank: 32 },
  esp32c3: { fields: 85, names: [107, 14, 106], blank: 70 },
  esp32c5: { fields: 111, names: [128, 14, 121], blank: 90 },
  esp32c6: { fields: 87, names: [107, 14, 106], blank: 64 },
  esp32c61: { fields: 90, names: [107, 14, 101], blank: 69 },
  esp32e22: { fields: 52, names: [69, 14, 41], blank: 52 },
  esp32h2: { fields: 90, names: [109, 14, 108], blank: 72 },
  esp32h21: { fields: 80, names: [97, 14, 90], blank: 79 },
  esp32h4: { fields: 114, names: [131, 14, 125], blank: 94 },
  esp32p4: { fields: 144, names: [160, 33, 150], blank: 100 },
  esp32s2: { fields: 94, names: [113, 14, 110], blank: 77 },
  esp32s3: { fields: 110, names: [135, 14, 134], blank: 89 },
  esp32s31: { fields: 94, names: [109, 10, 99], blank: 94 },
};
const CHIPS = Object.keys(COUNTS) as (keyof typeof COUNTS)[];

/** The revisions at which a chip's table differs. */
const REVISIONS = new Map<ChipId, readonly (number | null)[]>([
  ["esp32p4", [null, 300, 299]],
  ["esp32h2", [null, 101, 102]],
]);
const ALL = CHIPS.flatMap((chip) => (REVISIONS.get(chip) ?? [null]).map((revision) => ({ chip, revision })));

/** As on a chip without the 3/4 coding scheme. */
const uncoded = ({ fields }: EfuseTable): EfuseField[] =>
  fields.filter(({ presence }) => presence !== "three-quarters");
const stored = (fields: readonly EfuseField[]): EfuseField[] => fields.filter(({ bit }) => bit !== null);
const byName = (fields: readonly EfuseField[], name: string): EfuseField | undefined =>
  fields.find((field) => field.name === name);

describe.each(CHIPS)("the eFuse table of %s", (chip) => {
  it("has the fields it should have", async () => {
    const table = await loadEfuseTable(chip, null);
    const fields = stored(uncoded(table));
    const names = fields.flatMap(({ name, aliases, ...rest }) => [name, ...aliases].map(() => rest));
    const shown = uncoded(table).filter(({ presence }) => presence !== "calibration" && presence !== "adc-points");
    expect({
      fields: fields.length,
      names: [
        names.length,
        names.filter(({ readDisableBits }) => readDisableBits.length > 0).length,
        names.filter(({ writeDisableBit }) => writeDisableBit !== null).length,
      ],
      blank: shown.length,
    }).toEqual(COUNTS[chip]);
  });

  it("is of that chip, with registers inside its eFuse controller", async () => {
    const table = await loadEfuseTable(chip, null);
    const { base, configuration, command, repeatErrors, errorRegisters, program } = table.registers;
    expect(table.chip).toBe(chip);
    for (const address of [configuration, command, ...repeatErrors, ...errorRegisters, program?.check ?? base])
      expect(address - base).toSatisfy((offset: number) => offset >= 0 && offset < 0x200 && offset % 4 === 0);
    expect(table.registers.blockErrors).toHaveLength(table.blocks.length);
    // Everything of BLOCK0 but WR_DIS has a place in the error registers (A11).
    if (chip !== "esp32") expect(repeatErrors).toHaveLength((table.blocks[0]?.words ?? 0) - 1);
  });
});

describe.each(ALL)("the eFuse table of $chip at revision $revision", ({ chip, revision }) => {
  it("has no two fields of one name", async () => {
    const table = await loadEfuseTable(chip, revision);
    const names = uncoded(table).map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("has no two fields of one bit, apart from whole blocks", async () => {
    const table = await loadEfuseTable(chip, revision);
    const owners = new Map<string, string>();
    for (const { name, block, bit, width } of stored(uncoded(table))) {
      const size = 32 * (table.blocks[block]?.words ?? 0);
      if (bit === null || (width === size && name.startsWith("BLOCK"))) continue;
      expect(bit + width, name).toBeLessThanOrEqual(size);
      for (let place = bit; place < bit + width; place++) {
        const key = `${block}.${place}`;
        expect(owners.get(key), `${name} and this share bit ${key}`).toBeUndefined();
        owners.set(key, name);
      }
    }
    expect(owners.size).toBeGreaterThan(100);
  });

  it("refers to fields, blocks and protection bits that are there", async () => {
    const table = await loadEfuseTable(chip, revision);
    const locks = byName(table.fields, "WR_DIS")?.width ?? 0;
    const hides = byName(table.fields, "RD_DIS")?.width ?? 0;
    for (const { writeDisableBit, readDisableBits } of [...table.fields, ...table.blocks]) {
      expect(writeDisableBit ?? 0).toBeLessThan(locks);
      for (const bit of readDisableBits) expect(bit).toBeLessThan(hides);
    }
    for (const [index, { id, keyPurposeField }] of table.blocks.entries()) {
      expect(id).toBe(index);
      if (keyPurposeField !== null) expect(byName(table.fields, keyPurposeField)?.fieldClass).toBe("key-purpose");
    }
  });

  it("makes calculated fields of whole bits that follow each other", async () => {
    const table = await loadEfuseTable(chip, revision);
    for (const { name, bit, parts, width } of table.fields) {
      if (bit !== null) expect(parts, name).toEqual([]);
      // Worked out of a register as well (A5).
      if (bit !== null || (chip === "esp32" && name === "WAFER_VERSION_MAJOR")) continue;
      let next = 0;
      for (const part of parts) {
        expect(part.to, name).toBe(next);
        expect(part.from + part.width, name).toBeLessThanOrEqual(byName(table.fields, part.field)?.width ?? 0);
        next += part.width;
      }
      expect(next, name).toBe(width);
    }
  });

  it("says of every field, in one line, what it is", async () => {
    const table = await loadEfuseTable(chip, revision);
    for (const { name, description } of table.fields)
      expect(description, name).toMatch(/^[\x21-\x7e][\x20-\x7e]{4,99}$/);
  });

  it("has no key purpose that its purpose fields cannot hold", async () => {
    const table = await loadEfuseTable(chip, revision);
    const width = byName(table.fields, "KEY_PURPOSE_0")?.width ?? 2;
    const high = byName(table.fields, "KEY_PURPOSE_0_H")?.width ?? 0;
    for (const { name, code } of table.keyPurposes) expect(code, name).toBeLessThan(2 ** (width + high));
  });
});

describe("the eFuse tables", () => {
  it("know no ESP8266", async () => {
    await expect(loadEfuseTable("esp8266", null)).rejects.toMatchObject({ code: "efuse.unsupported-chip" });
  });

  it("take the newest ESP32-P4 where the revision is not known", async () => {
    const [old, current, unknown] = await Promise.all([299, 300, null].map((at) => loadEfuseTable("esp32p4", at)));
    expect(unknown).toEqual(current);
    expect(byName(old?.fields ?? [], "KEY_PURPOSE_0_H")).toBeUndefined();
    expect(byName(current?.fields ?? [], "KEY_PURPOSE_0_H")).toMatchObject({ bit: 155, width: 1, writeDisableBit: 8 });
    expect(old?.keyPurposes.some(({ name }) => name === "ECDSA_KEY_P384")).toBe(false);
  });

  it("give the ESP32-H2 one more field up to revision 1.1, and where the revision is not known", async () => {
    const has = async (revision: number | null): Promise<boolean> =>
      byName((await loadEfuseTable("esp32h2", revision)).fields, "ECDSA_FORCE_USE_HARDWARE_K") !== undefined;
    expect(await Promise.all([null, 0, 101, 102].map(has))).toEqual([true, true, true, false]);
  });

  it("put the extension into the middle of the MAC address, all of it stored last byte first", async () => {
    const { fields } = await loadEfuseTable("esp32c6", null);
    expect(byName(fields, "MAC_EUI64")?.parts).toEqual([
      { field: "MAC", from: 0, width: 24, to: 0 },
      { field: "MAC_EXT", from: 0, width: 16, to: 24 },
      { field: "MAC", from: 24, width: 24, to: 40 },
    ]);
  });

  it("keep the shift of the ESP32-C3's fail bits and the ESP32-S31's last nibble (A11)", async () => {
    const c3 = (await loadEfuseTable("esp32c3", null)).registers.blockErrors;
    expect(c3[1]?.fail).toEqual({ register: 0x600089c0, shift: 7, mask: 1 });
    expect(c3[8]?.fail).toEqual({ register: 0x600089c4, shift: 3, mask: 1 });
    expect(c3[10]).toEqual({ count: { register: 0x600089c4, shift: 4, mask: 7 }, fail: null });
    const s31 = (await loadEfuseTable("esp32s31", null)).registers.blockErrors;
    expect(s31[9]).toEqual({
      count: { register: 0x2071518c, shift: 4, mask: 7 },
      fail: { register: 0x2071518c, shift: 7, mask: 1 },
    });
  });
});
