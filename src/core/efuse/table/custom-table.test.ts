import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stateOfTable } from "../../../../test/support/efuse/efuse-state.ts";
import { SHARED } from "../../../../test/support/image/elf2image-case.ts";
import { FUZZ_RUNS, feed, mutated, seededRandom } from "../../../../test/support/mutation.ts";
import { NO_REFERENCE, tellSkipped } from "../../../../test/support/skipping.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { summaryLines } from "../show/summarise.ts";
import { extendEfuseTable } from "./custom-table.ts";
import { findField } from "./find-field.ts";
import { loadEfuseTable } from "./load-table.ts";
import type { EfuseField } from "./types.ts";

const C3 = await loadEfuseTable("esp32c3", null);

function fields(text: string, table = C3): EfuseField[] {
  return extendEfuseTable(table, text).fields.map(({ field }) => field);
}

/** The line that the error names. */
function badLine(text: string, table = C3): unknown {
  const error = thrown(() => extendEfuseTable(table, text));
  expect(error.code).toBe("efuse.custom-table");
  expect(error.hint).toBeDefined();
  expect(error.message).toContain(`Line ${error.details["line"]}`);
  return error.details["line"];
}

describe("fields of a CSV file", () => {
  it("have the type that their length gives them, and the protection of their block", () => {
    const [flag, number, bytes, odd] = fields(
      "# name, block, start, count, comment\n\nFLAG, EFUSE_BLK3, 0, 1, A flag\r\nNUMBER, BLK3, 0x10, 0b1000,Number, with commas\n" +
        "BYTES, EFUSE_BLK4, 0, MAX_BLK_LEN,\nODD, 3, 100, 33, Odd",
    );
    expect(flag).toMatchObject({ type: "bool", bit: 0, description: "A flag (0-0)", category: "User", block: 3 });
    expect(number).toMatchObject({ type: "uint", bit: 16, width: 8, description: "Number, with commas (16-23)" });
    expect(number).toMatchObject({ writeDisableBit: 22, readDisableBits: [] });
    expect(bytes).toMatchObject({ type: "bytes", width: 256, block: 4, readDisableBits: [0], writeDisableBit: 23 });
    expect(odd).toMatchObject({ type: "uint", width: 33 });
  });

  it("follow each other in a block where no start is given", () => {
    const all = fields(
      "A, EFUSE_BLK3, , 8\nB, EFUSE_BLK4, , 4\nC, EFUSE_BLK3, , 8\nD, EFUSE_BLK3, 100, 8\nE, EFUSE_BLK3,, 1",
    );
    expect(all.map(({ name, bit }) => [name, bit])).toEqual([
      ["A", 0],
      ["B", 0],
      ["C", 8],
      ["D", 100],
      ["E", 108],
    ]);
    expect(all[2]?.description).toBe("(8-15)");
  });

  it("have other names, parts, and dots as underscores", () => {
    const all = fields(
      "ID.NUM, EFUSE_BLK3, 8, 8, [MY_ID YOUR_ID] One\n, EFUSE_BLK3, 0, 8, [MY_ID] Two\nX, EFUSE_BLK3, 16, 1",
    );
    expect(all.map(({ name, aliases }) => [name, ...aliases])).toEqual([
      ["ID_NUM_0", "MY_ID_0", "YOUR_ID_0"],
      ["ID_NUM_1", "MY_ID_1"],
      ["X"],
    ]);
  });

  it("may be parts of others by their names", () => {
    expect(fields("A, EFUSE_BLK3, 0, 16\nA.LOW, EFUSE_BLK3, 0, 8\nA.HIGH, EFUSE_BLK3, 8, 8").length).toBe(3);
    expect(badLine("A, EFUSE_BLK3, 0, 16\nA.LOW, EFUSE_BLK3, 0, 8\nA.HIGH, EFUSE_BLK3, 7, 8")).toBe(3);
  });

  it("take values of variables", () => {
    const variables = (name: string): string | undefined => ({ BLOCK: "EFUSE_BLK3", N: "12" })[name];
    const text = `A, $\{BLOCK}, $N, 4, costs $5`;
    const [added] = extendEfuseTable(C3, text, { variables }).fields;
    expect(added?.field).toMatchObject({ block: 3, bit: 12, description: "costs $5 (12-15)" });
    expect(badLine(text)).toBe(1);
    expect(badLine("$NAME, 3, 0, 1")).toBe(1);
  });

  it("are shown with the rest", async () => {
    const { table } = extendEfuseTable(C3, "ROLE, EFUSE_BLK3, 64, 3, [MY_ROLE] Device role");
    const state = stateOfTable(table, { MY_ROLE: 5 });
    const lines = summaryLines(state);
    const at = lines.indexOf("User fuses:");
    expect(lines[at + 1]).toBe(`ROLE (BLOCK3)${" ".repeat(37)} Device role (64-66)${" ".repeat(31)} = 5 R/W (0b101)`);
    expect(lines.indexOf("Vdd fuses:")).toBe(at + 3);
    expect(findField(table, "MY_ROLE").name).toBe("ROLE");
  });

  it("over bits that the chip has a name for are remarked on", async () => {
    const esp32 = await loadEfuseTable("esp32", null);
    const { remarks } = extendEfuseTable(esp32, "A, 3, 182, 8\nB, 3, 60, 8");
    expect(remarks.map(({ details }) => details)).toEqual([{ field: "A", line: 1, shared: ["MAC_VERSION"] }]);
  });

  it("in BLOCK0 are locked with what lies there", () => {
    const twai = findField(C3, "DIS_TWAI");
    expect(fields(`A, 0, ${twai.bit}, 1`)[0]?.writeDisableBit).toBe(twai.writeDisableBit);
  });

  if (!existsSync(SHARED)) tellSkipped(NO_REFERENCE);
  it.skipIf(!existsSync(SHARED))("as the reference's tests have them, on every chip", async () => {
    const text = readFileSync(`${SHARED}inputs/efuse/esp_efuse_custom_table.csv`, "utf8");
    for (const chip of ["esp32", "esp32c3", "esp32s31", "esp32p4"] as const) {
      const all = fields(text, await loadEfuseTable(chip, null));
      expect(all.map(({ name, bit }) => `${name} ${bit}`)).toEqual([
        "MODULE_VERSION 56",
        "DEVICE_ROLE 64",
        "SETTING_1 67",
        "SETTING_2 73",
        "ID_NUM_0 140",
        "ID_NUM_1 132",
        "ID_NUM_2 122",
        "CUSTOM_SECURE_VERSION 78",
        "ID_NUMK_0 150",
        "ID_NUMK_1 182",
        "MY_DATA 190",
        "MY_DATA_FIELD1 190",
      ]);
      expect(all[5]?.aliases).toEqual(["MY_ID_NUM_1"]);
    }
  });
});

describe("a mistake is an error with its line", () => {
  it.each([
    ["a name twice", "A, 3, 0, 1\nB, 3, 1, 1\nA, 3, 2, 1", 3],
    ["an alias twice", "A, 3, 0, 1, [X]\nB, 3, 1, 1, [X]", 2],
    ["a name that a part has", "A, 3, 0, 1\n, 3, 1, 1\nA_1, 3, 2, 1", 3],
    ["a name of the chip", "\nWR_DIS, 3, 0, 1", 2],
    ["an alias of the chip", "A, 3, 0, 1, [DIS_CAN]", 1],
    ["bits beyond the block", "A, 3, 250, 8", 1],
    ["bits beyond a short block", "A, 1, 0, 193", 1],
    ["bits that follow the last", "A, 3, 0, MAX_BLK_LEN\nB, 3, , 1", 2],
    ["bits that another has", "# comment\nB, 3, 4, 4\nA, 3, 0, 5", 3],
    ["a part that leaves the whole", "A, 3, 0, 16\nA.X, 3, 8, 16", 2],
    ["bits that a part of it has", "A, 3, 0, 8\n, 3, 7, 2", 2],
    ["an unknown block", "A, 11, 0, 1", 1],
    ["an unknown block by name", "A, BLOCK_KEY9, 0, 1", 1],
    ["no block", "A, , 0, 1", 1],
    ["no bits", "A, 3, 0, 0", 1],
    ["no number of bits", "A, 3, 0", 1],
    ["a start that is no number", "A, 3, x, 1", 1],
    ["a number with leading zeros", "A, 3, 010, 1", 1],
    ["a negative number", "A, 3, -1, 1", 1],
    ["a number without end", `A, 3, ${"9".repeat(400)}, 1`, 1],
    ["a name with a space", "A B, 3, 0, 1", 1],
    ["a name with markup", "<b>, 3, 0, 1", 1],
    ["an alias that is no name", "A, 3, 0, 1, [1X]", 1],
    ["a first entry without a name", ", 3, 0, 1", 1],
  ])("%s", (_, text, line) => {
    expect(badLine(text)).toBe(line);
  });

  it("and short, whatever the file has", () => {
    const error = thrown(() => extendEfuseTable(C3, `${"x".repeat(1_000_000)}!, 3, 0, 1`));
    expect(error.message.length).toBeLessThan(200);
  });
});

it("any bytes give fields or an error, and no field leaves its block", () => {
  const seeds = [
    "ID,EFUSE_BLK3,140,8,[MY_ID_NUM] comment\n,EFUSE_BLK3,132,8,[MY] x\nM.A,EFUSE_BLK3,,10,d\nM.A.F,3,,7,F\n",
    '# h\nA, EFUSE_BLK3, 0, MAX_BLK_LEN, $HOME\nB, 0x4, 0b1, 0o7,"c"\nB2,5,1_0,1\r\n',
  ].map((text) => new TextEncoder().encode(text));
  const random = seededRandom(9);
  const { accepted, refused } = feed(
    FUZZ_RUNS / 20,
    () => mutated(random, seeds),
    (bytes) => {
      for (const { field } of extendEfuseTable(C3, bytes).fields) {
        const length = 32 * (C3.blocks[field.block]?.words ?? 0);
        if (field.bit === null || field.bit + field.width > length) throw new Error("a field leaves its block");
      }
    },
  );
  expect(Object.keys(refused)).toEqual(["efuse.custom-table"]);
  expect(accepted).toBeGreaterThan(FUZZ_RUNS / 400);
});
