import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readU32 } from "../../src/core/bytes/words.ts";
import type { EfuseChipId } from "../../src/virtual/efuse/efuse-layout-row.ts";
import { virtualEfuses } from "../../src/virtual/efuse/efuse-memory.ts";
import { EfuseBench, threeQuartersWords, toWords } from "../support/efuse/efuse-bench.ts";
import { SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

// The files that the reference leaves behind are reproduced by burning what they show, register by register.
const FOLDER = join(SHARED, "golden/espefuse");
const cases = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, "efuses.bin")))
  : [];
if (cases.length === 0) tellSkipped(NO_REFERENCE);

/** Keys that read protection hides: bytes a0 to bf (C1), reversed. */
const HIDDEN_KEY = Uint8Array.from({ length: 32 }, (_, index) => 0xbf - index);

const CODING_SCHEME_34 = [0, 0, 0, 0, 0, 0, 1];

async function replay(
  chip: EfuseChipId,
  target: Uint8Array,
  startsWithScheme: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const page = Uint8Array.from(target).reverse();
  const efuses = virtualEfuses(chip, { file: new Uint8Array(0) });
  const bench = new EfuseBench(chip, efuses);
  const blocks = bench.facts.blocks.map(([offset, words]) =>
    Array.from({ length: words }, (_, index) => readU32(page, offset + 4 * index)),
  );
  const [zero = [], ...others] = blocks;
  if (startsWithScheme) await bench.burn(0, CODING_SCHEME_34);
  const readDisable = chip === "esp32" ? (zero[0]! >>> 16) & 0xf : (zero[1] ?? 0) & 0x7f;
  for (let block = others.length; block > 0; block--) {
    const isHidden = readDisable !== 0 && block === (chip === "esp32" ? 1 : chip === "esp32c2" ? 3 : 4);
    const words = isHidden ? toWords(HIDDEN_KEY) : others[block - 1]!;
    if (words.every((word) => word === 0)) continue;
    const coded = startsWithScheme
      ? threeQuartersWords(
          Uint8Array.from(words.slice(0, 6).flatMap((word) => [0, 8, 16, 24].map((at) => word >>> at))),
        )
      : undefined;
    await setTiming(bench);
    await bench.burn(block, words, coded);
  }
  if (zero.some((word) => word !== 0)) {
    await setTiming(bench);
    await bench.burn(0, zero);
  }
  return efuses.file();
}

/** Properly shifted values, which the file must not show. */
async function setTiming(bench: EfuseBench): Promise<void> {
  if (bench.chip === "esp32c3") await bench.set(0x1e8, (0xff << 9) | 0x28);
}

describe.each(cases)("the eFuse file of %s", (name) => {
  it("comes out of the same burns", async () => {
    const target = readFileSync(join(FOLDER, name, "efuses.bin"));
    const chip = name.split("-")[0] as EfuseChipId;
    const made = await replay(chip, target, name.includes("34-coding"));
    expect(Buffer.from(made).toString("hex")).toBe(target.toString("hex"));
  });

  it("survives being loaded", () => {
    const file = readFileSync(join(FOLDER, name, "efuses.bin"));
    const chip = name.split("-")[0] as EfuseChipId;
    expect(Buffer.compare(virtualEfuses(chip, { file }).file(), file)).toBe(0);
  });
});

it.skipIf(cases.length === 0)("covers all chips", () => {
  expect(new Set(cases.map((name) => name.split("-")[0])).size).toBe(14);
});
