import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { elfToImage } from "../../src/image.ts";
import type { ChipId } from "../../src/index.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { buildElf } from "../support/image/elf-builder.ts";
import { contents, differences, type Files, flash, planned, sample, usedBoard, written } from "./builds.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const elf = (chip: ChipId): Uint8Array => new Uint8Array(readFileSync(`test/fixtures/elf/${chip}.elf`));
const file = (files: Files, name: string): Uint8Array => files[name] ?? new Uint8Array();
const table = (csv: string): Uint8Array => encodePartitionTable(parsePartitionCsv(csv).partitions);

const C3 = sample("arduino/esp32c3-v2");
const C3_BOOT = file(C3, "Blink.ino.bootloader.bin");
const C3_APP = file(C3, "Blink.ino.bin");
const ESP32 = sample("arduino/esp32-v3");
const ESP32_BOOT = file(ESP32, "Blink.ino.bootloader.bin");
const ESP32_APP = file(ESP32, "Blink.ino.bin");

/** As espflash makes it where a project brings none; the figures by hand (fact sheet build-outputs 1.4). */
const ESPFLASH_TABLE = (appBytes: number): Uint8Array =>
  table(`nvs,data,nvs,0x9000,0x6000,\nphy_init,data,phy,0xf000,0x1000,\nfactory,app,factory,0x10000,${appBytes},\n`);
const PROGRAM = "target/riscv32imc-unknown-none-elf/release/blinky";
const RUST = (more: Files = {}): Files => {
  const files = sample("rust");
  return { ...files, [PROGRAM]: elf("esp32c3"), ...more };
};
/** By its addresses it may be for several chips of this kind. */
const FOR_SEVERAL = buildElf({ sections: [{ name: ".text", address: 0x4200_0020, data: 64 }] });
/** The settings of a header as `mode`, `size`, `frequency` of the command say. */
const imageOf = (chip: ChipId, flashMode: string, flashFrequency: string, flashSize: string): Uint8Array =>
  elfToImage(elf(chip), { chip, flashMode, flashFrequency, flashSize }).outputs[0]?.bytes ?? new Uint8Array();

const RUNNERS = (address: string): Uint8Array =>
  text(
    `config:\n  elf_file: zephyr.elf\n  bin_file: zephyr.bin\nargs:\n  esp32:\n    - --esp-app-address=${address}\n`,
  );
/** An application for MCUboot: its header, and some bytes. */
const MCUBOOT_APP = Uint8Array.of(0x3d, 0xb8, 0xf3, 0x96, ...new Uint8Array(200).fill(7));
const MICROPYTHON_TABLE = table(
  "nvs,data,nvs,0x9000,0x6000,\nphy_init,data,phy,0xf000,0x1000,\nfactory,app,factory,0x10000,0x1f0000,\nvfs,data,fat,0x200000,0x200000,\n",
);
/** A release of MicroPython for the ESP32 begins at its bootloader: 0x1000. */
function micropython(): Uint8Array {
  const image = new Uint8Array(0xf000 + ESP32_APP.length).fill(0xff);
  image.set(ESP32_BOOT, 0);
  image.set(MICROPYTHON_TABLE, 0x7000);
  image.set(ESP32_APP, 0xf000);
  return image;
}
const TASMOTA_TABLE = table(
  "nvs,data,nvs,0x9000,0x5000,\notadata,data,ota,0xe000,0x2000,\nsafeboot,app,factory,0x10000,0xd0000,\n" +
    "app0,app,ota_0,0xe0000,0x200000,\nspiffs,data,spiffs,0x2e0000,0x50000,\n",
);

type Upload = readonly [address: number, data: Uint8Array];
interface Case {
  readonly what: string;
  readonly chip: ChipId;
  readonly files: () => Files;
  readonly line?: readonly string[];
  /** What the build system's own upload writes. */
  readonly upload: () => readonly Upload[];
  /** What is on the chip before. */
  readonly before?: readonly Upload[];
}

const CASES: readonly Case[] = [
  {
    what: "Rust with a table and settings in espflash.toml, without a bootloader",
    chip: "esp32c3",
    files: () => RUST(),
    upload: () => [
      [
        0x8000,
        table("nvs,data,nvs,0x9000,0x6000,\nphy_init,data,phy,0xf000,0x1000,\nfactory,app,factory,0x10000,0x3f0000,\n"),
      ],
      [0x10000, imageOf("esp32c3", "qio", "80m", "4MB")],
    ],
  },
  {
    what: "Rust without a table, by the name of the program",
    chip: "esp32c3",
    files: () => RUST({ "espflash.toml": text('[idf]\nbootloader = "boot.bin"\n'), "boot.bin": C3_BOOT }),
    line: [PROGRAM],
    upload: () => [
      [0, C3_BOOT],
      [0x8000, ESPFLASH_TABLE(0x3f0000)],
      [0x10000, imageOf("esp32c3", "dio", "40m", "4MB")],
    ],
  },
  {
    what: "Rust with a size of flash, another place for the table and another application partition",
    chip: "esp32c3",
    files: () =>
      RUST({
        "espflash.toml": text(
          '[idf]\npartition_table = "t.csv" # ours\npartition_table_offset = 0x9000\ntarget_app_partition = "second"\n[flash]\nsize = "8MB"\n',
        ),
        "t.csv": text("nvs,data,nvs,0xa000,0x6000,\nfirst,app,ota_0,0x10000,1M,\nsecond,app,ota_1,,1M,\n"),
      }),
    upload: () => [
      [0x9000, table("nvs,data,nvs,0xa000,0x6000,\nfirst,app,ota_0,0x10000,1M,\nsecond,app,ota_1,0x110000,1M,\n")],
      [0x110000, imageOf("esp32c3", "dio", "40m", "8MB")],
    ],
  },
  {
    what: "Rust of esp-idf-sys, with what that has built",
    chip: "esp32",
    files: () => ({
      "Cargo.toml": text('[package]\nname = "std"\n[dependencies]\nesp-idf-svc = "0.51"\n'),
      "target/xtensa-esp32-espidf/debug/std": elf("esp32"),
      "target/xtensa-esp32-espidf/debug/std.d": text("x"),
      "target/xtensa-esp32-espidf/debug/build/esp-idf-sys-1a2b/out/build/bootloader/bootloader.bin": ESP32_BOOT,
      "target/xtensa-esp32-espidf/debug/build/esp-idf-sys-1a2b/out/build/partition_table/partition-table.bin":
        MICROPYTHON_TABLE,
    }),
    upload: () => [
      [0x1000, ESP32_BOOT],
      [0x8000, MICROPYTHON_TABLE],
      [0x10000, imageOf("esp32", "dio", "40m", "4MB")],
    ],
  },
  {
    what: "Zephyr that the chip starts by itself",
    chip: "esp32",
    files: () => ({
      "build/zephyr/zephyr.bin": ESP32_APP,
      "build/zephyr/zephyr.elf": elf("esp32"),
      "build/zephyr/.config": text('CONFIG_SOC="esp32_procpu"\n'),
      "build/zephyr/runners.yaml": RUNNERS("0x1000"),
    }),
    upload: () => [[0x1000, ESP32_APP]],
  },
  {
    what: "Zephyr with MCUboot, by sysbuild",
    chip: "esp32c3",
    files: () => ({
      "build/domains.yaml": text("default: app\n"),
      "build/mcuboot/zephyr/zephyr.bin": C3_BOOT,
      "build/mcuboot/zephyr/runners.yaml": RUNNERS("0x0"),
      "build/mcuboot/zephyr/.config": text('CONFIG_SOC_SERIES="esp32c3"\n'),
      "build/app/zephyr/zephyr.bin": MCUBOOT_APP.subarray(0, 100),
      "build/app/zephyr/zephyr.signed.bin": MCUBOOT_APP,
      "build/app/zephyr/runners.yaml": RUNNERS("0x20000"),
      "build/app/zephyr/.config": text('CONFIG_SOC_SERIES="esp32c3"\n'),
    }),
    upload: () => [
      [0, C3_BOOT],
      [0x20000, MCUBOOT_APP],
    ],
  },
  {
    what: "NuttX that the chip starts by itself",
    chip: "esp32c3",
    files: () => ({
      "nuttx.bin": C3_APP,
      nuttx: elf("esp32c3"),
      ".config": text('CONFIG_ARCH_CHIP="esp32c3"\nCONFIG_ESPRESSIF_SIMPLE_BOOT=y\n'),
    }),
    upload: () => [[0, C3_APP]],
  },
  {
    what: "NuttX with a bootloader and a table",
    chip: "esp32",
    files: () => ({
      "nuttx.bin": ESP32_APP,
      ".config": text('CONFIG_ARCH_CHIP="esp32"\nCONFIG_ESP32_APP_FORMAT_LEGACY=y\n'),
      "bootloader-esp32.bin": ESP32_BOOT,
      "partition-table-esp32.bin": MICROPYTHON_TABLE,
    }),
    upload: () => [
      [0x1000, ESP32_BOOT],
      [0x8000, MICROPYTHON_TABLE],
      [0x10000, ESP32_APP],
    ],
  },
  {
    what: "NuttX with MCUboot",
    chip: "esp32c3",
    files: () => ({
      "nuttx.bin": MCUBOOT_APP,
      "mcuboot-esp32c3.bin": C3_BOOT,
      ".config": text(
        'CONFIG_ARCH_CHIP="esp32c3"\nCONFIG_ESPRESSIF_BOOTLOADER_MCUBOOT=y\nCONFIG_ESPRESSIF_OTA_PRIMARY_SLOT_OFFSET=0x10000\n',
      ),
    }),
    upload: () => [
      [0, C3_BOOT],
      [0x10000, MCUBOOT_APP],
    ],
  },
  {
    what: "a release of MicroPython",
    chip: "esp32",
    files: () => ({ "ESP32_GENERIC-20250911-v1.26.1.bin": micropython() }),
    line: ["ESP32_GENERIC-20250911-v1.26.1.bin"],
    upload: () => [
      [0x1000, ESP32_BOOT],
      [0x8000, MICROPYTHON_TABLE],
      [0x10000, ESP32_APP],
    ],
  },
  {
    what: "a build of MicroPython, without a list of files",
    chip: "esp32",
    files: () => ({
      "build-ESP32_GENERIC/firmware.bin": micropython(),
      "build-ESP32_GENERIC/micropython.bin": ESP32_APP,
    }),
    upload: () => [
      [0x1000, ESP32_BOOT],
      [0x8000, MICROPYTHON_TABLE],
      [0x10000, ESP32_APP],
    ],
  },
  {
    what: "the application of Tasmota alone, behind its rescue system",
    chip: "esp32",
    files: () => ({ "tasmota32.bin": ESP32_APP }),
    line: ["tasmota32.bin"],
    before: [[0x8000, TASMOTA_TABLE]],
    upload: () => [[0xe0000, ESP32_APP]],
  },
  {
    what: "the rescue system of Tasmota alone",
    chip: "esp32",
    files: () => ({ "tasmota32-safeboot.bin": ESP32_APP }),
    line: ["tasmota32-safeboot.bin"],
    before: [[0x8000, TASMOTA_TABLE]],
    upload: () => [[0x10000, ESP32_APP]],
  },
  {
    what: "an ELF file of a chip that is named, by the chip's table",
    chip: "esp32c3",
    files: () => ({ "a.elf": elf("esp32c3") }),
    line: ["a.elf", "--chip", "esp32c3"],
    before: [[0x8000, ESPFLASH_TABLE(0x3f0000)]],
    upload: () => [[0x10000, imageOf("esp32c3", "qio", "40m", "1MB")]],
  },
];

describe("a build of another system is written as its own upload writes it", () => {
  it.each(CASES)("$what", async ({ chip, files, line = [], upload, before = [] }) => {
    const board = usedBoard(chip);
    for (const [address, data] of before) board.flash.place(address, data);
    const then = contents(board);
    const { code, all } = await flash(board, files(), ...line);
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    expect(differences(contents(board), written(then, upload()))).toEqual([]);
  });

  it.each<[string, Files]>([
    ["the runner", { "Cargo.toml": text("[package]\n") }],
    ["the features", { ".cargo/config.toml": text("") }],
    ["the line", { "Cargo.toml": text("[package]\n"), ".cargo/config.toml": text("") }],
  ])("the chip of a Rust program that would fit several is said by %s", async (by, more) => {
    const board = usedBoard("esp32c3");
    const files = RUST({ [PROGRAM]: FOR_SEVERAL, ...more });
    const { code, all } = await planned(board, files, ...(by === "the line" ? ["--chip", "esp32c3"] : []));
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    expect(all).toContain("A Rust program for the esp32c3");
  });

  it("Tasmota's image for the whole flash, in its parts", async () => {
    const image = new Uint8Array(0xe0000 + ESP32_APP.length).fill(0xff);
    for (const [at, data] of [
      [0x1000, ESP32_BOOT],
      [0x8000, TASMOTA_TABLE],
      [0x10000, ESP32_APP],
      [0xe0000, ESP32_APP],
    ] as const)
      image.set(data, at);
    const board = usedBoard("esp32");
    const { code, all } = await flash(board, { "tasmota32.factory.bin": image });
    expect([code, contents(board)[0x9000], contents(board)[0xe0000]]).toEqual([0, 0x5a, 0xe9]);
    expect(all).toContain("A release of Tasmota");
  });
});

const REFUSED: readonly [what: string, chip: ChipId, files: () => Files, line: readonly string[], said: string][] = [
  [
    "two programs of Rust",
    "esp32c3",
    () => RUST({ "target/riscv32imc-unknown-none-elf/debug/blinky": elf("esp32c3") }),
    [],
    "several builds in the folder: target/riscv32imc-unknown-none-elf/debug/blinky (esp32c3), target/riscv32imc-unknown-none-elf/release/blinky (esp32c3)",
  ],
  [
    "a program of Rust for one of several chips",
    "esp32c3",
    () => RUST({ [PROGRAM]: FOR_SEVERAL, "Cargo.toml": text("[package]\n"), ".cargo/config.toml": text("") }),
    [],
    "Say which chip it is for.",
  ],
  [
    "a project of Rust that was not built",
    "esp32c3",
    () => ({ "Cargo.toml": text("[package]\n") }),
    [],
    "Run cargo build",
  ],
  ["an ELF file of Rust that is cut off", "esp32c3", () => sample("rust"), [], "ELF file"],
  [
    "a bootloader of Rust outside of the project",
    "esp32c3",
    () => RUST({ "espflash.toml": text('[idf]\nbootloader = "../boot.bin"\n') }),
    [],
    "leads out of the folder",
  ],
  [
    "a partition of Rust that is none",
    "esp32c3",
    () => RUST({ "espflash.toml": text('[idf]\ntarget_app_partition = "ota_9"\n') }),
    [],
    "the table has none of that name",
  ],
  [
    "a table of Rust with a fault",
    "esp32c3",
    () => RUST({ "partitions.csv": text("nvs,data,nvs,0x9000,0x6000,\na,app,factory,0x9000,1M,\n") }),
    [],
    "partitions.csv",
  ],
  [
    "builds of esp-idf-sys that differ",
    "esp32",
    () => ({
      "Cargo.toml": text(""),
      "target/xtensa-esp32-espidf/debug/std": elf("esp32"),
      "target/xtensa-esp32-espidf/debug/build/esp-idf-sys-1/out/build/bootloader/bootloader.bin": ESP32_BOOT,
      "target/xtensa-esp32-espidf/debug/build/esp-idf-sys-2/out/build/bootloader/bootloader.bin": ESP32_APP,
    }),
    [],
    "There are several files that could count",
  ],
  [
    "an application for MCUboot without its address",
    "esp32c3",
    () => ({
      "zephyr/zephyr.bin": MCUBOOT_APP,
      "zephyr/runners.yaml": text("config:\n"),
      "zephyr/.config": text('CONFIG_SOC="esp32c3"\n'),
    }),
    [],
    "Nothing says where",
  ],
];

describe("nothing is written of", () => {
  it.each(REFUSED)("%s", async (_, chip, files, line, said) => {
    const board = usedBoard(chip);
    const before = contents(board);
    const { code, all } = await flash(board, files(), ...line);
    expect([code, all.includes(said) ? said : all]).toEqual([2, said]);
    expect(differences(contents(board), before)).toEqual([]);
  });
});
