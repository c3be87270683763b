import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ChipId } from "../../src/index.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { virtualChip } from "../../src/virtual.ts";
import { contents, differences, type Files, flash, sample, usedBoard, written } from "./builds.ts";

/**
 * What each build system's own upload writes: addresses from the fact sheet (build-outputs 1.1 to 1.7), written down here by hand.
 */
const IDF = "build/";
const PIO = (environment: string): string => `.pio/build/${environment}/`;
const BOOT_APP0 = "packages/framework-arduinoespressif32/tools/partitions/boot_app0.bin";

const UPLOADS: readonly [folder: string, chip: ChipId, files: readonly [number, string][]][] = [
  [
    "esp-idf/esp32-single",
    "esp32",
    [
      [0x1000, `${IDF}bootloader/bootloader.bin`],
      [0x8000, `${IDF}partition_table/partition-table.bin`],
      [0x10000, `${IDF}hello_world.bin`],
    ],
  ],
  [
    "esp-idf/esp32c3-ota-fs",
    "esp32c3",
    [
      [0, `${IDF}bootloader/bootloader.bin`],
      [0x8000, `${IDF}partition_table/partition-table.bin`],
      [0xd000, `${IDF}ota_data_initial.bin`],
      [0x10000, `${IDF}hello_world.bin`],
      [0x290000, `${IDF}storage.bin`],
    ],
  ],
  [
    "esp-idf/esp32p4-enc-dev",
    "esp32p4",
    [
      [0x2000, `${IDF}bootloader/bootloader.bin`],
      [0x8000, `${IDF}partition_table/partition-table.bin`],
      [0x10000, `${IDF}hello_world.bin`],
    ],
  ],
  // Its bootloader is there and is left out on purpose.
  [
    "esp-idf/esp32s3-secure-boot",
    "esp32s3",
    [
      [0x8000, `${IDF}partition_table/partition-table.bin`],
      [0x10000, `${IDF}hello_world.bin`],
    ],
  ],
  [
    "esp-idf/old-v4",
    "esp32",
    [
      [0x1000, `${IDF}bootloader/bootloader.bin`],
      [0x8000, `${IDF}partition_table/partition-table.bin`],
      [0x10000, `${IDF}hello_world.bin`],
    ],
  ],
  [
    "platformio/arduino-esp32",
    "esp32",
    [
      [0x1000, `${PIO("esp32dev")}bootloader.bin`],
      [0x8000, `${PIO("esp32dev")}partitions.bin`],
      [0xe000, BOOT_APP0],
      [0x10000, `${PIO("esp32dev")}firmware.bin`],
    ],
  ],
  [
    "platformio/no-idedata",
    "esp32",
    [
      [0x1000, `${PIO("esp32dev")}bootloader.bin`],
      [0x8000, `${PIO("esp32dev")}partitions.bin`],
      [0xe000, BOOT_APP0],
      [0x10000, `${PIO("esp32dev")}firmware.bin`],
    ],
  ],
  [
    "platformio/arduino-c3-littlefs",
    "esp32c3",
    [
      [0, `${PIO("esp32-c3-devkitm-1")}bootloader.bin`],
      [0x8000, `${PIO("esp32-c3-devkitm-1")}partitions.bin`],
      [0xe000, BOOT_APP0],
      [0x10000, `${PIO("esp32-c3-devkitm-1")}firmware.bin`],
    ],
  ],
  [
    "platformio/idf-s3",
    "esp32s3",
    [
      [0, `${PIO("esp32-s3-devkitc-1")}bootloader.bin`],
      [0x8000, `${PIO("esp32-s3-devkitc-1")}partitions.bin`],
      [0xd000, `${PIO("esp32-s3-devkitc-1")}ota_data_initial.bin`],
      [0x10000, `${PIO("esp32-s3-devkitc-1")}firmware.bin`],
    ],
  ],
  [
    "platformio/pioarduino-p4",
    "esp32p4",
    [
      [0x2000, `${PIO("esp32-p4")}bootloader.bin`],
      [0x8000, `${PIO("esp32-p4")}partitions.bin`],
      [0xe000, BOOT_APP0],
      [0x10000, `${PIO("esp32-p4")}firmware.bin`],
    ],
  ],
  [
    "arduino/esp32-v3",
    "esp32",
    [
      [0x1000, "Blink.ino.bootloader.bin"],
      [0x8000, "Blink.ino.partitions.bin"],
      [0xe000, "boot_app0.bin"],
      [0x10000, "Blink.ino.bin"],
    ],
  ],
  // The tool writes boot_app0.bin from the core's folder: here it is that of the other sketch.
  [
    "arduino/esp32c3-v2",
    "esp32c3",
    [
      [0, "Blink.ino.bootloader.bin"],
      [0x8000, "Blink.ino.partitions.bin"],
      [0xe000, "boot_app0.bin"],
      [0x10000, "Blink.ino.bin"],
    ],
  ],
  [
    "esp-web-tools",
    "esp32c3",
    [
      [0, "boot.bin"],
      [0x8000, "partitions.bin"],
      [0x10000, "app.bin"],
    ],
  ],
];

const bootApp0 = (): Uint8Array => sample("arduino/esp32-v3")["boot_app0.bin"] ?? new Uint8Array();

function bytesOf(files: Files, path: string): Uint8Array {
  return files[path] ?? (path === "boot_app0.bin" ? bootApp0() : new Uint8Array());
}

/** Lists of files that ask for 80 MHz: the tool puts it into the header of the bootloader, and makes its digest anew. */
const AT_80_MHZ = ["esp-idf/esp32c3-ota-fs", "esp-idf/esp32p4-enc-dev", "arduino/esp32-v3"];

function at80MHz(bootloader: Uint8Array): Uint8Array {
  const image = bootloader.slice();
  image[3] = 0x2f;
  image.set(createHash("sha256").update(image.subarray(0, -32)).digest(), image.length - 32);
  return image;
}

/** Of the first copy of OTA data: where the tool has none at hand, it makes one without a state instead of a new one. */
const IN_OTA_DATA = (line: string): boolean => /^0xe0(?:0[4-9a-f]|1[0-9ab]):/.test(line);

describe("a build is written as its own system writes it", () => {
  it.each(UPLOADS)("%s", async (folder, chip, uploads) => {
    const files = sample(folder);
    const board = usedBoard(chip);
    const before = contents(board);
    const line = folder === "esp-web-tools" ? ["--chip", chip] : [];
    const { code, all } = await flash(board, files, ...line);
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    const wanted = written(
      before,
      uploads.map(([address, path]) => {
        const data = bytesOf(files, path);
        const isPatched = path.includes("bootloader") && AT_80_MHZ.includes(folder);
        return [address, isPatched ? at80MHz(data) : data];
      }),
    );
    expect(bytesOf(files, uploads[0]?.[1] ?? "").length).toBeGreaterThan(0);
    expect(differences(contents(board), wanted).filter((one) => !IN_OTA_DATA(one))).toEqual([]);
  });

  it.each<[string, ChipId, string]>([
    ["esp-idf/esp32c3-ota-fs", "esp32c3", "build/hello_world.bin"],
    ["platformio/arduino-esp32", "esp32", ".pio/build/esp32dev/firmware.bin"],
    ["arduino/esp32-v3", "esp32", "Blink.ino.bin"],
  ])("%s a second time: nothing is written", async (folder, chip, app) => {
    const files = sample(folder);
    // Of the size of a real one: a few bytes are written sooner than the chip is asked for them.
    const program = new Uint8Array(300_000).map((_, index) => (index * 7919) >> 3);
    program.set(files[app] ?? []);
    const board = usedBoard(chip);
    const built = { ...files, [app]: program };
    expect((await flash(board, built)).code).toBe(0);
    const counted = JSON.stringify(board.flash.counters);
    expect((await flash(board, built)).code).toBe(0);
    expect(JSON.stringify(board.flash.counters)).toBe(counted);
  });

  it.each<[string, ChipId]>([
    ["esp-idf/esp32-single", "esp32"],
    ["esp-idf/esp32s3-secure-boot", "esp32s3"],
    ["esp-idf/esp32p4-enc-dev", "esp32p4"],
    ["platformio/arduino-c3-littlefs", "esp32c3"],
  ])("%s, however small, a second time: nothing is written, and then what has changed", async (folder, chip) => {
    // With its own times: by these asking is not sooner done than writing so little.
    const board = virtualChip(chip);
    const files = sample(folder);
    expect((await flash(board, files)).code).toBe(0);
    const counted = JSON.stringify(board.flash.counters);
    const { code, all } = await flash(board, files);
    expect([code, JSON.stringify(board.flash.counters)]).toEqual([0, counted]);
    expect(all).toMatch(/Nothing had to be written: .*partition-table.* in flash already\./);
    const app = Object.keys(files).find((path) => /(?:hello_world|firmware)\.bin$/.test(path)) ?? "";
    const changed = (files[app] ?? new Uint8Array()).slice();
    board.flash.place(0x10000, new Uint8Array(16));
    const again = await flash(board, { ...files, [app]: changed });
    expect(again.all).toMatch(/Written: \S+\. In flash already: .*partition-table/);
  });

  it("says of each file whether flash holds it, before anything is written", async () => {
    const board = virtualChip("esp32c3");
    const files = sample("esp-idf/esp32c3-ota-fs");
    const before = contents(board);
    const columnOf = (out: string): string[] =>
      [...out.matchAll(/^(\S+) +0x[0-9a-f]+ +\d+ +(same|changed|empty|not known) +build/gm)].map(
        ([, name, state]) => `${name} ${state}`,
      );
    const first = await flash(board, files);
    // What was left blank is what a fresh OTA data and a padded file system have as well.
    expect(columnOf(first.out)).toEqual([
      "bootloader empty",
      "partition-table empty",
      "otadata same",
      "app empty",
      "storage same",
    ]);
    expect(before.every((byte) => byte === 0xff)).toBe(true);
    expect(first.out.indexOf("app ")).toBeLessThan(first.out.indexOf("Writing at"));
    expect(first.all).not.toContain("Will be lost");
    board.flash.place(0x10000, Uint8Array.of(0));
    const second = await flash(board, files);
    expect(columnOf(second.out)).toEqual([
      "bootloader same",
      "partition-table same",
      "otadata same",
      "app changed",
      "storage same",
    ]);
    expect(second.all).toContain("Written: app. In flash already: bootloader, partition-table, otadata, storage.");
    const json = await flash(board, files, "--json");
    expect(json.out).toContain('"inFlash":"same"');
  });

  it("says of what was not built how to build it, and writes nothing", async () => {
    const board = usedBoard("esp32c3");
    const before = contents(board);
    const { code, all } = await flash(board, sample("esp-idf/not-built"));
    expect(code).toBe(2);
    expect(all).toMatch(/There is no 'build\/\S+\.bin'\..*idf\.py build/);
    expect(differences(contents(board), before)).toEqual([]);
  });
});

it("what was there and was left out is looked at again: a flash that is smaller than it says had it written over", async () => {
  const board = usedBoard("esp32c3", { flash: { sizeBytes: 1024 * 1024, jedecId: [0xef, 0x40, 0x16] } });
  const noise = (salt: string) => createHash("sha512").update(salt).digest();
  const files: Files = {
    "b/one.bin": new Uint8Array(noise("one")),
    "b/two.bin": new Uint8Array(noise("two")),
    "b/flasher_args.json": new TextEncoder().encode(
      JSON.stringify({
        flash_settings: { flash_mode: "dio", flash_size: "4MB", flash_freq: "80m" },
        flash_files: { "0x20000": "one.bin", "0x120000": "two.bin" },
        extra_esptool_args: { chip: "esp32c3" },
      }),
    ),
  };
  for (const words of ["'two.bin' was written over", "'two.bin' was in flash", "'one.bin' was in flash"]) {
    const { code, all } = await flash(board, files, "b");
    expect([code, all]).toEqual([2, expect.stringContaining(words)]);
    expect(all).toContain("flash.verify-failed");
  }
});

it("what is erased besides may be where a file is, in a flash that is smaller than it says: each is looked at again", async () => {
  const silicon = (sizeBytes: number) => ({ flash: { sizeBytes, jedecId: [0xef, 0x40, 0x16] as const } });
  const table = encodePartitionTable(
    parsePartitionCsv("nvs, data, nvs, 0x110000, 0x6000\nfactory, app, factory, 0x10000, 1M\n").partitions,
  );
  const files: Files = {
    "b/table.bin": table,
    "b/app.bin": new Uint8Array(createHash("sha512").update("app").digest()),
    "b/flasher_args.json": new TextEncoder().encode(
      JSON.stringify({
        flash_files: { "0x8000": "table.bin", "0x10000": "app.bin" },
        extra_esptool_args: { chip: "esp32c3" },
      }),
    ),
  };
  const small = usedBoard("esp32c3", silicon(1024 * 1024));
  const { code, all } = await flash(small, files, "b", "--erase", "nvs");
  expect([code, all]).toEqual([2, expect.stringContaining("'app.bin' was in flash")]);
  expect(all).toContain("since what 'nvs' held was erased");
  const whole = usedBoard("esp32c3", silicon(4 * 1024 * 1024));
  expect((await flash(whole, files, "b", "--erase", "nvs")).code).toBe(0);
});
