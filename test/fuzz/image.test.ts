import { describe, expect, it } from "vitest";
import { parseElf } from "../../src/core/elf/elf.ts";
import { elfToImage } from "../../src/core/image/convert/elf-to-image.ts";
import { loadableSections, loadableSegments } from "../../src/core/image/elf/loadable-parts.ts";
import { buildImage } from "../../src/core/image/firmware/build-image.ts";
import { describeImage } from "../../src/core/image/firmware/describe-image.ts";
import { parseImage } from "../../src/core/image/firmware/parse-image.ts";
import { applicationDescriptor, bootloaderDescriptor, buildElf } from "../support/image/elf-builder.ts";
import { FUZZ_RUNS, feed, mutated, type Random, randomBytes, seededRandom } from "../support/mutation.ts";

const RISCV = buildElf({
  sections: [
    { name: ".iram0.text", address: 0x40380000, data: 41 },
    { name: ".dram0.bootdesc", address: 0x3fc80000, data: bootloaderDescriptor() },
    { name: ".dram0.data", address: 0x3fc80050, data: 64 },
    { name: ".bss", address: 0x3fc80100, data: 0, type: 8 },
    { name: ".odd", address: 0x3fc80200, data: 4, type: 0x99 },
  ],
  programHeaders: true,
});
const XTENSA = buildElf({
  machine: 94,
  sections: [
    { name: ".text", address: 0x40100000, data: 30 },
    { name: ".data", address: 0x3ffe8000, data: 12 },
    { name: ".irom0.text", address: 0x40210000, data: 20 },
  ],
});
const APPLICATION = buildElf({
  sections: [
    { name: ".flash.appdesc", address: 0x42000020, data: applicationDescriptor() },
    { name: ".iram0.text", address: 0x40800000, data: 40 },
  ],
});
const ELFS = [RISCV, XTENSA, APPLICATION];
const IMAGES = [
  ...elfToImage(RISCV, { chip: "esp32c3" }).outputs,
  ...elfToImage(APPLICATION, { chip: "esp32c6", padToBytes: 4096 }).outputs,
  ...elfToImage(XTENSA, { chip: "esp8266", version: 1 }).outputs.slice(0, 1),
  ...elfToImage(XTENSA, { chip: "esp8266", version: 2 }).outputs,
  ...elfToImage(XTENSA, { chip: "esp8266", version: 3 }).outputs,
].map(({ bytes }) => bytes);

interface Fuzz {
  readonly seed: number;
  readonly runs: number;
  readonly bases: readonly Uint8Array<ArrayBuffer>[];
  readonly beginning: readonly number[];
}

/** Feeds damaged files and arbitrary bytes to `check`; gives how many of them were good all the same. */
function fuzz(
  { seed, runs, bases, beginning }: Fuzz,
  check: (bytes: Uint8Array<ArrayBuffer>, random: Random) => unknown,
): number {
  const random = seededRandom(seed);
  let run = 0;
  const make = (): Uint8Array<ArrayBuffer> => {
    if (run++ % 8 !== 0) return mutated(random, bases);
    // Any bytes at all, mostly with the right beginning.
    const bytes = randomBytes(random, random(96));
    if (random(4) > 0) bytes.set(beginning.slice(0, bytes.length));
    return bytes;
  };
  const counts = feed(runs, make, (bytes) => check(bytes, random));
  const others = Object.keys(counts.refused).filter((code) => !code.startsWith("image.") && code !== "file.empty");
  expect(others).toEqual([]);
  return counts.accepted;
}

describe("any bytes give a value or an EspError", () => {
  it("as an ELF file", () => {
    const source = { seed: 1, runs: FUZZ_RUNS, bases: ELFS, beginning: [0x7f, 0x45, 0x4c, 0x46, 1, 1] };
    const accepted = fuzz(source, (bytes) => {
      const elf = parseElf(bytes);
      const pieces = [...loadableSections(elf).pieces, ...loadableSegments(elf)];
      const total = pieces.reduce((sum, { data }) => sum + data.length, 0);
      if (total > 4 * bytes.length) throw new Error("more contents than the file has");
      return pieces;
    });
    // Neither all refused nor all accepted: the damage reaches what is behind the first check.
    expect(accepted).toBeGreaterThan(FUZZ_RUNS / 20);
    expect(accepted).toBeLessThan(FUZZ_RUNS * 0.95);
  });

  it("as an ELF file to make an image of", () => {
    const chips = ["esp32c3", "esp8266", "esp32c6"] as const;
    let next = 0;
    const runs = Math.ceil(FUZZ_RUNS / 10);
    const accepted = fuzz({ seed: 2, runs, bases: ELFS, beginning: [0x7f, 0x45] }, (bytes, random) => {
      const chip = chips[next++ % 3] ?? "esp32c3";
      const version = ([1, 2, 3] as const)[random(3)] ?? 1;
      const { outputs } = elfToImage(bytes, { chip, version, ramOnlyHeader: random(4) === 0 });
      return outputs;
    });
    expect(accepted).toBeGreaterThan(runs / 20);
  });

  it("as an image, and the same bytes come back from the value", () => {
    const chips = ["auto", "auto", "auto", "esp32c3", "esp8266"] as const;
    const accepted = fuzz({ seed: 3, runs: FUZZ_RUNS, bases: IMAGES, beginning: [0xe9, 1] }, (bytes, random) => {
      const image = parseImage(bytes, chips[random(chips.length)]);
      if (Buffer.compare(buildImage(image), bytes) !== 0) throw new Error("the bytes changed");
      return image;
    });
    expect(accepted).toBeGreaterThan(FUZZ_RUNS / 20);
    expect(accepted).toBeLessThan(FUZZ_RUNS * 0.95);
  });

  it("as an image to describe", () => {
    const runs = Math.ceil(FUZZ_RUNS / 4);
    const accepted = fuzz({ seed: 4, runs, bases: IMAGES, beginning: [0xe9, 1] }, (bytes) => {
      const description = describeImage(bytes);
      return JSON.parse(JSON.stringify(description));
    });
    expect(accepted).toBeGreaterThan(runs / 20);
  });
});
