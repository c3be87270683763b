import type { FlashBundle } from "../../src/core/bundle/flash-bundle.ts";
import { planBundle } from "../../src/core/bundle/plan-bundle.ts";
import { readFlashBundle } from "../../src/core/bundle/read-flash-bundle.ts";
import { mapTree } from "../../src/core/bundle/tree/map-tree.ts";
import type { Tree } from "../../src/core/bundle/tree/tree.ts";
import { zipTree } from "../../src/core/bundle/tree/zip-tree.ts";
import { concatBytes, equalBytes } from "../../src/core/bytes/words.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import { isEspError } from "../../src/core/errors.ts";
import { parsePartitionCsv } from "../../src/core/partition/csv/parse-csv.ts";
import { encodePartitionTable } from "../../src/core/partition/table/binary-table.ts";
import { type Files, sample } from "../../test/support/bundle/sample-build.ts";
import { buildElf } from "../../test/support/image/elf-builder.ts";
import { zipOf } from "../../test/support/image/zip-builder.ts";
import { mutated, type Random } from "../../test/support/mutation.ts";
import { type FuzzTarget, must } from "./fuzz-target.ts";
import { mutatedJson } from "./mutated-json.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const ARDUINO = sample("arduino/esp32-v3");
const BOOTLOADER = ARDUINO["Blink.ino.bootloader.bin"] ?? new Uint8Array();
const APP = ARDUINO["Blink.ino.bin"] ?? new Uint8Array();
const ELF = buildElf({ sections: [{ name: ".text", address: 0x4200_0020, data: 64 }] });
const TABLE = encodePartitionTable(
  parsePartitionCsv("nvs,data,nvs,0x9000,0x6000,\nfactory,app,factory,0x10000,0xd0000,\napp0,app,ota_0,0xe0000,1M,\n")
    .partitions,
);
const MCUBOOT_APP = Uint8Array.of(0x3d, 0xb8, 0xf3, 0x96, ...new Uint8Array(200).fill(7));
const RUNNERS =
  "config:\n  elf_file: zephyr.elf\n  bin_file: zephyr.bin\nargs:\n  esp32:\n    - --esp-app-address=0x1000\n";

/** Bootloader, table and application as in flash from there on. */
function whole(address: number): Uint8Array {
  const image = new Uint8Array(0x10000 - address + APP.length).fill(0xff);
  image.set(BOOTLOADER, 0x1000 - address);
  image.set(TABLE, 0x8000 - address);
  image.set(APP, 0x10000 - address);
  return image;
}

/** What each system leaves behind, as small as it can be. */
const BUILDS: Readonly<Record<string, readonly Files[]>> = {
  "esp-idf": [sample("esp-idf/esp32c3-ota-fs"), sample("esp-idf/esp32p4-enc-dev"), sample("esp-idf/old-v4")],
  platformio: [sample("platformio/arduino-c3-littlefs"), sample("platformio/idf-s3"), sample("platformio/no-idedata")],
  arduino: [ARDUINO, sample("arduino/esp32c3-v2")],
  rust: [
    {
      ...sample("rust"),
      "target/riscv32imc-unknown-none-elf/release/blinky": ELF,
      "espflash.toml": text('[idf]\npartition_table = "partitions.csv"\n[flash]\nsize = "8MB"\nmode = "qio"\n'),
    },
  ],
  esphome: [sample("esphome")],
  "web-manifest": [sample("esp-web-tools")],
  zephyr: [
    {
      "build/zephyr/zephyr.bin": APP,
      "build/zephyr/.config": text('CONFIG_SOC="esp32_procpu"\n'),
      "build/zephyr/runners.yaml": text(RUNNERS),
    },
    {
      "build/domains.yaml": text("default: app\n"),
      "build/mcuboot/zephyr/zephyr.bin": BOOTLOADER,
      "build/mcuboot/zephyr/runners.yaml": text(RUNNERS),
      "build/app/zephyr/zephyr.signed.bin": MCUBOOT_APP,
      "build/app/zephyr/runners.yaml": text(RUNNERS),
      "build/app/zephyr/.config": text('CONFIG_SOC_SERIES="esp32"\n'),
    },
  ],
  nuttx: [
    { "nuttx.bin": APP, ".config": text('CONFIG_ARCH_CHIP="esp32"\nCONFIG_ESPRESSIF_SIMPLE_BOOT=y\n') },
    {
      "nuttx.bin": APP,
      ".config": text('CONFIG_ARCH_CHIP="esp32"\nCONFIG_ESP32_APP_FORMAT_LEGACY=y\n'),
      "bootloader-esp32.bin": BOOTLOADER,
      "partition-table-esp32.bin": TABLE,
    },
  ],
  micropython: [{ "build-ESP32_GENERIC/firmware.bin": whole(0x1000), "build-ESP32_GENERIC/micropython.bin": APP }],
  tasmota: [{ "tasmota32.bin": APP }, { "tasmota32.factory.bin": whole(0) }],
};

/** Which build, which of its files is another, and which is not there; then the contents of the one that is another. */
function changedBuild(random: Random, builds: readonly Files[]): Uint8Array<ArrayBuffer> {
  const build = random(builds.length);
  const paths = Object.keys(builds[build] ?? {});
  // Lists of files say more than images, and are among few files of many.
  const lists = paths.filter((path) => !/\.(?:bin|elf|map)$/.test(path));
  const path = (random(4) > 0 ? lists[random(lists.length)] : undefined) ?? paths[random(paths.length)] ?? "";
  const missing = random(8) === 0 ? random(paths.length) : 0xff;
  const old = builds[build]?.[path] ?? new Uint8Array();
  const contents = path.endsWith(".json") ? mutatedJson(random, [old]) : mutated(random, [old]);
  return concatBytes([Uint8Array.of(build, paths.indexOf(path), missing), contents]);
}

function buildOf(bytes: Uint8Array<ArrayBuffer>, builds: readonly Files[]): Map<string, Uint8Array> {
  const [build = 0, changed = 0, missing = 0] = bytes;
  const files = new Map(Object.entries(builds[build] ?? {}));
  const paths = [...files.keys()];
  files.set(paths[changed] ?? "x", bytes.subarray(3));
  files.delete(paths[missing] ?? "");
  return files;
}

/** Whatever a build says, only what lies in it is planned, where nothing else of it goes. */
function checkBundle(bundle: FlashBundle, files: ReadonlyMap<string, Uint8Array>): void {
  // What is made of nothing has words in place of a path.
  for (const { path } of bundle.files)
    must(files.has(path) || path.startsWith("(made"), `a file that is none of the build: ${path}`);
  const plan = planBundle(bundle, { overwriteAll: true });
  const placed = plan.files.filter(({ address }) => address !== null);
  let end = 0;
  for (const { address, data, path } of placed.sort((one, other) => (one.address ?? 0) - (other.address ?? 0))) {
    must(address !== null && Number.isSafeInteger(address) && address >= end, `'${path}' lies over another file`);
    end = (address ?? 0) + data.length;
    must(end <= 0x1000_0000, `'${path}' leaves the flash`);
  }
}

/** Of several builds the first, as somebody would choose one. */
async function readOne(tree: Tree): Promise<FlashBundle> {
  try {
    return await readFlashBundle(tree);
  } catch (error) {
    if (!isEspError(error) || error.code !== "bundle.ambiguous") throw error;
    const [first] = error.details["candidates"] as readonly { readonly path: string; readonly chip: ChipId | null }[];
    const options = first?.chip == null ? { path: first?.path } : { chip: first.chip };
    return await readFlashBundle(tree, options);
  }
}

function buildTarget(name: string, builds: readonly Files[]): FuzzTarget {
  return {
    name: `build-${name}`,
    make: (random) => changedBuild(random, builds),
    take: async (bytes) => {
      const files = buildOf(bytes, builds);
      checkBundle(await readOne(mapTree(files)), files);
    },
  };
}

const ARCHIVE = zipOf(
  Object.entries(BUILDS["arduino"]?.[1] ?? {}).map(([name, contents]) => ({ name: `blink/${name}`, contents })),
);

/** The checksums of an archive hold: what is read of one is what was put in, or nothing is. */
async function takeArchive(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { files } = await readOne(zipTree(bytes));
  const original = Object.values(BUILDS["arduino"]?.[1] ?? {});
  for (const { data, path } of files)
    must(path.startsWith("(made") || original.some((contents) => equalBytes(contents, data)), `'${path}' is another`);
}

/** Whole builds with something wrong in them, a target for each system, and one that is an archive. */
export const BUILD_TARGETS: readonly FuzzTarget[] = [
  ...Object.entries(BUILDS).map(([name, builds]) => buildTarget(name, builds)),
  { name: "build-archive", make: (random) => mutated(random, [ARCHIVE]), take: takeArchive },
];
