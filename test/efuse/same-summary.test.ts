import { describe, expect, it } from "vitest";
import {
  type EfuseTable,
  efuseDevice,
  loadEfuseTable,
  readEfuses,
  summaryJson,
  summaryLines,
} from "../../src/efuse.ts";
import { connect, disconnect } from "../../src/index.ts";
import { rsParity } from "../../src/virtual/efuse/reed-solomon.ts";
import { virtualChip } from "../../src/virtual.ts";
import { EFUSE_CHIPS, EFUSE_FACTS, threeQuartersWords, toWords } from "../support/efuse/efuse-bench.ts";
import { type EfuseChip, efuseFileDevice } from "../support/efuse/efuse-file-device.ts";
import { fileOfRaw } from "../support/efuse/raw-efuses.ts";
import { type Random, seededRandom } from "../support/mutation.ts";

/** What `--virt` says of its chips, where it is not 0 and decides what is shown. */
const REVISIONS: Partial<Record<EfuseChip, { readonly major: number; readonly minor: number }>> = {
  esp32: { major: 3, minor: 0 },
  esp32p4: { major: 3, minor: 0 },
};

const MAC = Uint8Array.of(0x7c, 0xdf, 0xa1, 0x12, 0x34, 0x56);

/** Fields that other facts of this test are in, or that keep a host away. */
const NOT_AT_RANDOM = /DOWNLOAD|MAC|WAFER|CHIP_VER|CODING|^WR_DIS$|^RD_DIS$|^BLOCK/;

type Burned = ReadonlyMap<number, number>;

/** Some fields of the chip burned at random, by address as they are read. */
function randomFields(random: Random, table: EfuseTable, locks: readonly string[]): Burned {
  const words = new Map<number, number>();
  const burn = (block: number, bit: number): void => {
    const [offset] = EFUSE_FACTS[table.chip as EfuseChip].blocks[block]!;
    const address = EFUSE_FACTS[table.chip as EfuseChip].base + offset + 4 * (bit >>> 5);
    words.set(address, ((words.get(address) ?? 0) | (1 << (bit & 31))) >>> 0);
  };
  for (const { name, block, bit, width } of table.fields) {
    const isChosen = locks.includes(name) || (!NOT_AT_RANDOM.test(name) && random(3) === 0);
    if (bit === null || !isChosen) continue;
    for (let at = 0; at < width; at++) if (random(2) === 0 || (at === 0 && locks.includes(name))) burn(block, bit + at);
  }
  return words;
}

/** Data for all of a key block. */
function withKeys(random: Random, { chip, blocks }: EfuseTable, burned: Burned): Burned {
  const words = new Map(burned);
  for (const { id, name } of blocks) {
    if (!/^BLOCK_KEY[02]$/.test(name)) continue;
    const [offset, count] = EFUSE_FACTS[chip as EfuseChip].blocks[id]!;
    for (let index = 0; index < count; index++)
      words.set(EFUSE_FACTS[chip as EfuseChip].base + offset + 4 * index, random(0x1_0000_0000));
  }
  return words;
}

interface Shown {
  readonly lines: readonly string[];
  readonly json: string;
}

/** What is shown of a chip on its serial line, and of the same bits in a file. */
async function bothWays(chip: EfuseChip, burned: Burned, coded: Burned = burned): Promise<readonly [Shown, Shown]> {
  const revision = REVISIONS[chip] ?? { major: 0, minor: 0 };
  const virtual = virtualChip(chip, { silicon: { revision, mac: MAC } });
  const inFile = new Map(virtual.silicon.efuses);
  const { efuses } = virtual.silicon;
  for (const [address, word] of burned) inFile.set(address, ((inFile.get(address) ?? 0) | word) >>> 0);
  for (const [address, word] of coded) efuses.set(address, ((efuses.get(address) ?? 0) | word) >>> 0);
  const session = await connect(virtual.port, { stub: false });
  const device = efuseDevice(session);
  expect(device.chipRevision).toBe(100 * revision.major + revision.minor);
  const state = await readEfuses(device);
  await disconnect(session);
  const ofFile = await readEfuses(efuseFileDevice(chip, fileOfRaw(chip, inFile)));
  return [
    { lines: summaryLines(state), json: summaryJson(state) },
    { lines: summaryLines(ofFile), json: summaryJson(ofFile) },
  ];
}

describe.each(EFUSE_CHIPS)("the summary of an %s", (chip) => {
  const table = loadEfuseTable(chip, REVISIONS[chip] === undefined ? 0 : 300);

  it("is the same over its serial line and from a file, with nothing burned but what the factory burns", async () => {
    const [line, file] = await bothWays(chip, new Map());
    expect(line).toEqual(file);
    expect(line.json).toContain("7c:df:a1:12:34:56");
  });

  it.each([1, 2, 3])("is the same with fields burned at random: %i", async (seed) => {
    const random = seededRandom(seed);
    const burned = withKeys(random, await table, randomFields(random, await table, []));
    const [line, file] = await bothWays(chip, burned);
    expect(line).toEqual(file);
    const [blank] = await bothWays(chip, new Map());
    expect(line.lines).not.toEqual(blank.lines);
  });

  it.each([4, 5])("is the same with fields that are hidden and locked: %i", async (seed) => {
    const random = seededRandom(seed);
    const burned = withKeys(random, await table, randomFields(random, await table, ["RD_DIS", "WR_DIS"]));
    const [line, file] = await bothWays(chip, burned);
    expect(line).toEqual(file);
    expect(line.json).toContain('"writeable": false');
    expect(line.json).toContain('"readable": false');
  });
});

describe("the summary of coded blocks", () => {
  it("is the same for an ESP32 with 3/4 coding, which a file holds decoded", async () => {
    const { base, blocks } = EFUSE_FACTS.esp32;
    const data = Uint8Array.from({ length: 24 }, (_, index) => 0x31 * index + 7);
    const scheme = [base + 4 * 6, 1] as const;
    const at = (offset: number, words: readonly number[]): Burned =>
      new Map([scheme, ...words.map((word, index) => [base + offset + 4 * index, word] as const)]);
    const [offset] = blocks[2]!;
    const [line, file] = await bothWays("esp32", at(offset, toWords(data)), at(offset, threeQuartersWords(data)));
    expect(line).toEqual(file);
    expect(line.lines.join("\n")).toContain("07 38 69 9a");
  });

  it("is the same where the parity of a block is in its fuses, and where it is only implied", async () => {
    const { base, blocks } = EFUSE_FACTS.esp32c3;
    const key = Uint8Array.from({ length: 32 }, (_, index) => 0x13 * index + 5);
    const [offset] = blocks[4]!;
    const words = toWords(key).map((word, index) => [base + offset + 4 * index, word] as const);
    // Behind the register page, as virtual chips keep it.
    const parity = toWords(rsParity(key)).map((word, index) => [base + 0x400 + 16 * 4 + 4 * index, word] as const);
    const [line, file] = await bothWays("esp32c3", new Map(words), new Map([...words, ...parity]));
    expect(line).toEqual(file);
    expect(line.lines.join("\n")).toContain("05 18 2b 3e");
  });
});
