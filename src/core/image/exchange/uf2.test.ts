import { describe, expect, it } from "vitest";
import { fixtureImage } from "../../../../test/support/image/fixture-image.ts";
import { FUZZ_RUNS, feed, mutated, type Random, randomBytes, seededRandom } from "../../../../test/support/mutation.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { fromHex } from "../../bytes/hex.ts";
import { md5 } from "../../bytes/md5.ts";
import { concatBytes, readU32, writeU32 } from "../../bytes/words.ts";
import type { Run } from "./runs.ts";
import { isUf2, parseUf2, writeUf2 } from "./uf2.ts";

const ESP32 = 0x1c5f21b0;
const OPTIONS = { familyId: ESP32, md5: true };
const FLAGS = 8;
const ADDRESS = 12;
const LENGTH = 16;
const NUMBER = 20;
const COUNT = 24;
const FAMILY = 28;

function counting(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => index * 7);
}

/** The file with one word changed. */
function patched(bytes: Uint8Array<ArrayBuffer>, offset: number, word: number): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  writeU32(copy, offset, word);
  return copy;
}

/** Flags an MD5 and puts its region at the end of the data. */
function putPart(block: Uint8Array<ArrayBuffer>, address: number, sizeBytes: number): void {
  writeU32(block, FLAGS, 0x6000);
  writeU32(block, 484, address);
  writeU32(block, 488, sizeBytes);
}

function refusal(bytes: Uint8Array<ArrayBuffer>): Record<string, unknown> {
  const error = thrown(() => parseUf2(bytes));
  expect(error.code).toBe("image.invalid");
  return error.details;
}

describe("writeUf2", () => {
  it("writes the reference's vector", () => {
    const block = writeUf2([{ address: 0x1000, data: Uint8Array.of(1, 2, 3, 4, 5) }], OPTIONS);
    const expected = new Uint8Array(512);
    [0x0a324655, 0x9e5d5157, 0x6000, 0x1000, 5, 0, 1, ESP32].forEach((word, index) => {
      writeU32(expected, index * 4, word);
    });
    expected.set([1, 2, 3, 4, 5], 32);
    writeU32(expected, 37, 0x1000);
    writeU32(expected, 41, 5);
    expected.set(fromHex("7CFDD07889B3295D6A550914AB35E068") as Uint8Array<ArrayBuffer>, 45);
    writeU32(expected, 508, 0x0ab16f30);
    expect(block).toEqual(expected);
  });

  it("numbers the blocks of each file on their own", () => {
    const bytes = writeUf2(
      [
        { address: 0, data: counting(453) },
        { address: 0x1000, data: counting(4) },
      ],
      OPTIONS,
    );
    const numbers = [0, 1, 2].map((block) => [NUMBER, COUNT, LENGTH].map((at) => readU32(bytes, block * 512 + at)));
    expect(numbers).toEqual([
      [0, 2, 452],
      [1, 2, 1],
      [0, 1, 4],
    ]);
    expect(writeUf2([], OPTIONS)).toHaveLength(0);
  });

  it("fills blocks further without MD5, or as told, and may leave the family out", () => {
    const files = [{ address: 0, data: counting(476) }];
    expect(writeUf2(files, { familyId: ESP32, md5: false })).toHaveLength(512);
    const small = writeUf2(files, { familyId: null, md5: false, chunkSizeBytes: 256 });
    expect([small.length, readU32(small, FLAGS), readU32(small, FAMILY)]).toEqual([1024, 0, 0]);
  });

  it("refuses blocks and addresses that cannot be", () => {
    const files = [{ address: 0, data: counting(8) }];
    for (const chunkSizeBytes of [0, -4, 6, 456, 4.5, Number.NaN])
      expect(thrown(() => writeUf2(files, { ...OPTIONS, chunkSizeBytes })).code).toBe("argument.invalid");
    expect(thrown(() => writeUf2(files, { familyId: null, md5: false, chunkSizeBytes: 480 })).code).toBe(
      "argument.invalid",
    );
    const beyond = [{ address: 0xfffffffc, data: counting(8) }];
    expect(thrown(() => writeUf2(beyond, OPTIONS)).code).toBe("argument.invalid");
  });
});

describe("parseUf2", () => {
  const file = writeUf2(
    [
      { address: 0x1000, data: counting(1000) },
      { address: 0x8000, data: counting(3) },
    ],
    OPTIONS,
  );

  it("undoes writing", () => {
    const random = seededRandom(0x55_46_32);
    for (let round = 0; round < 200; round++) {
      const runs: Run[] = [];
      let address = random(0x1000);
      for (let count = 1 + random(4); count > 0; count--) {
        const data = randomBytes(random, 1 + random(1500));
        runs.push({ address, data });
        address += data.length + 1 + random(0x4000_0000);
      }
      const hasMd5 = random(2) === 0;
      const familyId = random(2) === 0 ? null : random(0x1_0000_0000);
      const chunkSizeBytes = 4 + 4 * random(113);
      const { families } = parseUf2(writeUf2(runs, { familyId, md5: hasMd5, chunkSizeBytes }));
      expect(families).toEqual([{ familyId, runs }]);
    }
  });

  it("knows its files", () => {
    expect(isUf2(file)).toBe(true);
    expect(isUf2(file.subarray(0, 7))).toBe(false);
    expect(isUf2(counting(512))).toBe(false);
  });

  it("refuses wrong marks, numbers, sizes and families", () => {
    for (const offset of [0, 4, 508])
      expect(refusal(patched(file, 512 + offset, 1))).toEqual({ block: 1, offset: 512 });
    expect(refusal(patched(file, 512 + NUMBER, 2))).toMatchObject({ block: 2 });
    expect(refusal(patched(file, 512 + NUMBER, 3))).toMatchObject({ block: 1 });
    expect(refusal(patched(file, 512 + COUNT, 4))).toMatchObject({ block: 1 });
    expect(refusal(patched(file, 3 * 512 + COUNT, 0))).toMatchObject({ block: 3 });
    expect(refusal(patched(file, LENGTH, 0))).toMatchObject({ block: 0 });
    expect(refusal(patched(file, LENGTH, 453))).toMatchObject({ block: 0 });
    expect(refusal(patched(file, LENGTH, 0xffffffff))).toMatchObject({ block: 0 });
    const plain = writeUf2([{ address: 0, data: counting(8) }], { familyId: ESP32, md5: false });
    expect(refusal(patched(plain, ADDRESS, 0xfffffffc))).toMatchObject({ block: 0 });
    expect(refusal(patched(file, 512 + FAMILY, 1))).toMatchObject({ block: 3 });
    expect(refusal(patched(file, 512 + FLAGS, 0x4000))).toMatchObject({ block: 3 });
    const second = file.subarray(512);
    expect(refusal(concatBytes([second]))).toMatchObject({ block: 2 });
  });

  it("takes blocks in any order", () => {
    const blocks = [0, 1, 2, 3].map((index) => file.subarray(index * 512, (index + 1) * 512));
    const reordered = concatBytes([2, 0, 1, 3].map((index) => blocks[index] ?? file));
    expect(parseUf2(reordered)).toEqual(parseUf2(file));
    const inOrder = parseUf2(fixtureImage("u_reorder.uf2")).families;
    expect(inOrder.map(({ runs }) => runs.map(({ address, data }) => [address, data.length]))).toEqual([
      [[0x10000, 0x400]],
    ]);
    const main = parseUf2(fixtureImage("u_notmain.uf2")).families;
    expect(main[0]?.runs.map(({ address, data }) => [address, data.length])).toEqual([
      [0x10000, 0x200],
      [0x10300, 0x100],
    ]);
  });

  it("tells several families apart, one after the other or block by block", () => {
    const twofold = fixtureImage("u_twofam.uf2");
    const { families } = parseUf2(twofold);
    expect(families.map(({ familyId, runs }) => [familyId, runs[0]?.address, runs[0]?.data.length])).toEqual([
      [0xd42ba06c, 0x10000, 0x400],
      [0xc47e5767, 0, 0x400],
    ]);
    const order = [0, 4, 1, 5, 2, 6, 3, 7];
    const mixed = concatBytes(order.map((index) => twofold.subarray(index * 512, (index + 1) * 512)));
    expect(parseUf2(mixed)).toEqual({ families });
    // A damaged family leaves a hole in its own.
    expect(thrown(() => parseUf2(patched(twofold, FAMILY, ESP32))).code).toBe("image.truncated");
  });

  it("refuses what is cut off", () => {
    for (const length of [0, 511, 513, 1024]) {
      expect(thrown(() => parseUf2(file.subarray(0, length))).code).toBe("image.truncated");
    }
  });

  it("refuses bytes given twice", () => {
    const once = writeUf2([{ address: 0x1000, data: counting(8) }], OPTIONS);
    const again = writeUf2([{ address: 0x0ffc, data: counting(5) }], OPTIONS);
    expect(refusal(concatBytes([once, again]))).toEqual({ block: 1, offset: 512 });
  });

  it("verifies the MD5 of every block", () => {
    const wrongByte = file.slice();
    wrongByte[512 + 100] = (wrongByte[512 + 100] as number) ^ 1;
    expect(refusal(wrongByte)).toMatchObject({ block: 1 });
    expect(refusal(patched(file, 512 + ADDRESS, 0x100000))).toMatchObject({ block: 1 });
    // Without the flag nobody looks.
    const plain = writeUf2([{ address: 0, data: counting(8) }], { familyId: null, md5: false });
    plain[32] = 99;
    expect(parseUf2(plain).families[0]?.runs[0]?.data[0]).toBe(99);
  });

  it("leaves out what is not for the main flash", () => {
    const comment = writeUf2([{ address: 0, data: counting(5) }], { familyId: 7, md5: false });
    for (const flag of [0x1, 0x1000])
      expect(parseUf2(concatBytes([patched(comment, FLAGS, 0x2000 | flag), file]))).toEqual(parseUf2(file));
    expect(parseUf2(patched(comment, FLAGS, 1))).toEqual({ families: [] });
  });

  it("verifies an MD5 for a region of several blocks, at the end of the data", () => {
    const data = counting(512);
    const bytes = writeUf2([{ address: 0x2000, data }], { familyId: ESP32, md5: false, chunkSizeBytes: 256 });
    const withRegion = (
      digest: Uint8Array<ArrayBuffer>,
      address = 0x2000,
      sizeBytes = 512,
    ): Uint8Array<ArrayBuffer> => {
      const copy = bytes.slice();
      for (const offset of [0, 512]) {
        putPart(copy.subarray(offset), address, sizeBytes);
        copy.set(digest, offset + 492);
      }
      return copy;
    };
    expect(parseUf2(withRegion(md5(data))).families[0]?.runs).toEqual([{ address: 0x2000, data }]);
    expect(refusal(withRegion(md5(counting(3))))).toMatchObject({ block: 0 });
    // Flash beyond the file cannot be checked here.
    expect(parseUf2(withRegion(md5(counting(3)), 0x2000, 0x1000)).families[0]?.runs).toHaveLength(1);
    expect(refusal(withRegion(md5(data), 0x2100, 512))).toMatchObject({ block: 0 });
    const twoDigests = withRegion(md5(data));
    twoDigests[512 + 492] = (twoDigests[512 + 492] as number) ^ 1;
    expect(thrown(() => parseUf2(twoDigests)).code).toBe("image.invalid");
  });

  it("refuses regions inside one another, and payload that reaches into the MD5 part", () => {
    const data = counting(768);
    const nested = writeUf2([{ address: 0x2000, data }], { familyId: ESP32, md5: false, chunkSizeBytes: 256 });
    [512, 768, 768].forEach((sizeBytes, block) => {
      putPart(nested.subarray(block * 512), 0x2000, sizeBytes);
      nested.set(md5(data.subarray(0, sizeBytes)), block * 512 + 492);
    });
    expect(refusal(nested)).toMatchObject({ block: 1 });
    const long = writeUf2([{ address: 0x2000, data: data.subarray(0, 460) }], { familyId: ESP32, md5: false });
    putPart(long, 0x2000, 460);
    long.set(md5(long.subarray(32, 492)), 492);
    expect(refusal(long)).toMatchObject({ block: 0 });
  });
});

/** A right file of drawn blocks, one word of which may be wrong: gets past marks and numbers. */
function randomFile(random: Random, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const files: Run[] = [];
  for (let count = 1 + random(3); count > 0; count--) {
    const from = random(data.length);
    files.push({ address: random(0x400), data: data.subarray(from, from + random(600)) });
  }
  const bytes = writeUf2(files, { familyId: random(4) === 0 ? null : ESP32, md5: random(2) === 0 });
  if (bytes.length > 0 && random(2) === 0)
    writeU32(bytes, random(bytes.length / 512) * 512 + FLAGS + 4 * random(6), random(random(2) === 0 ? 0x8000 : 600));
  return bytes;
}

describe("any bytes", () => {
  it("give a value or an EspError", () => {
    const random = seededRandom(2);
    const data = randomBytes(random, 2000);
    const seeds = [
      writeUf2([{ address: 0x1000, data: data.subarray(0, 600) }], OPTIONS),
      writeUf2(
        [
          { address: 0, data: data.subarray(0, 3) },
          { address: 3, data: data.subarray(3, 9) },
        ],
        OPTIONS,
      ),
      writeUf2([{ address: 0xffff_ff00, data: data.subarray(0, 256) }], {
        familyId: null,
        md5: false,
        chunkSizeBytes: 64,
      }),
    ];
    const make = (): Uint8Array<ArrayBuffer> => (random(2) === 0 ? randomFile(random, data) : mutated(random, seeds));
    const counts = feed(FUZZ_RUNS, make, (bytes) => {
      for (const { runs } of parseUf2(bytes).families) {
        let end = -1;
        for (const run of runs) {
          if (run.address <= end || run.data.length === 0) throw new Error("runs touch or are empty");
          end = run.address + run.data.length;
        }
        if (end > 0x1_0000_0000) throw new Error("beyond 32 bits");
      }
    });
    expect(Object.keys(counts.refused).sort()).toEqual(["image.invalid", "image.truncated"]);
    expect(counts.accepted).toBeGreaterThan(FUZZ_RUNS / 20);
  });
});
