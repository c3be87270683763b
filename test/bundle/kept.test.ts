import { describe, expect, it } from "vitest";
import type { ChipId } from "../../src/index.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { contents, differences, type Files, flash, planned, sample, usedBoard, written } from "./builds.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const ARDUINO = (): Files => sample("arduino/esp32-v3");
const file = (files: Files, name: string): Uint8Array => files[name] ?? new Uint8Array();

const TABLE = encodePartitionTable(
  parsePartitionCsv(
    "nvs,data,nvs,0x9000,0x5000,\notadata,data,ota,0xe000,0x2000,\napp0,app,ota_0,0x10000,0x100000,\n" +
      "app1,app,ota_1,0x110000,0x100000,\nspiffs,data,spiffs,0x290000,0x8000,\n",
  ).partitions,
);

/** As Arduino's merged.bin: padded with FF to the size of the flash; settings and a file system are in it. */
function merged({ nvs = 0xff, fs = 0xff } = {}): Uint8Array {
  const image = new Uint8Array(0x400000).fill(0xff);
  const parts = ARDUINO();
  image.set(file(parts, "Blink.ino.bootloader.bin"), 0x1000);
  image.set(TABLE, 0x8000);
  image.set(file(parts, "boot_app0.bin"), 0xe000);
  image.set(file(parts, "Blink.ino.bin"), 0x10000);
  image.fill(nvs, 0x9000, 0xa000);
  image.fill(fs, 0x290000, 0x291000);
  return image;
}

describe("an image for the whole flash", () => {
  it("is written in parts: settings, file systems and what is padding stay", async () => {
    const board = usedBoard("esp32");
    const before = contents(board);
    const { code, all } = await flash(board, { "merged.bin": merged({ nvs: 0x11 }) }, "merged.bin");
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    const parts = ARDUINO();
    const wanted = written(before, [
      [0x1000, file(parts, "Blink.ino.bootloader.bin")],
      [0x8000, TABLE],
      [0xe000, file(parts, "boot_app0.bin")],
      [0x10000, file(parts, "Blink.ino.bin")],
    ]);
    expect(differences(contents(board), wanted)).toEqual([]);
    // The settings of the board, byte for byte as they were.
    expect(
      contents(board)
        .subarray(0x9000, 0xe000)
        .every((byte) => byte === 0x5a),
    ).toBe(true);
    expect(all).toContain("nvs (settings are kept: --overwrite-all)");
    expect(all).toMatch(/Left as it is:.*app1, spiffs/);
  });

  it("replaces settings when that is asked for, and says what is lost", async () => {
    const board = usedBoard("esp32");
    const { code, all } = await flash(board, { "m.bin": merged({ nvs: 0x11, fs: 0x22 }) }, "m.bin", "--overwrite-all");
    expect(code).toBe(0);
    expect([
      contents(board)[0x9000],
      contents(board)[0xa000],
      contents(board)[0x290000],
      contents(board)[0x291000],
    ]).toEqual([0x11, 0xff, 0x22, 0xff]);
    expect(all).toContain("Will be lost: nvs (written over), spiffs (written over).");
  });

  it("is the same from where the chip begins to read, without blanks in front", async () => {
    const board = usedBoard("esp32");
    const { code } = await flash(board, { "micropython.bin": merged().slice(0x1000, 0x20000) }, "micropython.bin");
    expect([code, contents(board)[0x1000], contents(board)[0x8000], contents(board)[0x0]]).toEqual([
      0, 0xe9, 0xaa, 0x5a,
    ]);
  });
});

describe("what a write would take is said before", () => {
  it("of a table that has another place for what is on the chip", async () => {
    const board = usedBoard("esp32");
    board.flash.place(
      0x8000,
      encodePartitionTable(
        parsePartitionCsv("nvs,data,nvs,0x9000,0x4000,\nold,data,spiffs,0x200000,64K,\n").partitions,
      ),
    );
    const { code, all } = await flash(board, ARDUINO());
    expect(code).toBe(0);
    expect(all).toContain(
      "nvs (the new table has it elsewhere, or not at all), old (the new table has it elsewhere, or not at all)",
    );
  });

  it("and --dry-run without a port touches none, and says so", async () => {
    const board = usedBoard("esp32");
    const { code, all } = await planned(board, ARDUINO(), "--erase", "nvs");
    expect([code, board.flash.counters.bytesProgrammed]).toEqual([0, 0]);
    expect(all).toContain("Will be lost: nvs (erased).");
    expect(all).toContain("Nothing was done, and no board was asked (that takes --port)");
    expect(all).not.toContain("Connecting");
  });

  it("and --dry-run with a port asks what flash holds, changes nothing, and ends with 10 where something would", async () => {
    const board = usedBoard("esp32");
    const before = contents(board);
    const first = await flash(board, ARDUINO(), "--dry-run");
    expect([first.code, differences(contents(board), before)]).toEqual([10, []]);
    expect(first.all).toContain("changed");
    expect(first.all).toContain("Nothing was done: --dry-run.");
    expect((await flash(board, ARDUINO())).code).toBe(0);
    const then = contents(board);
    const second = await flash(board, ARDUINO(), "--dry-run");
    expect([second.code, second.all.includes("same"), second.all.includes("changed")]).toEqual([0, true, false]);
    // What is to be erased would change something, too.
    expect((await flash(board, ARDUINO(), "--dry-run", "--erase", "nvs")).code).toBe(10);
    expect(differences(contents(board), then)).toEqual([]);
  });

  it("--only writes these, --erase erases those", async () => {
    const board = usedBoard("esp32");
    const before = contents(board);
    const { code } = await flash(board, ARDUINO(), "--only", "app", "--erase", "nvs,coredump");
    expect(code).toBe(0);
    const blank = (size: number): Uint8Array => new Uint8Array(size).fill(0xff);
    const wanted = written(before, [
      [0x9000, blank(0x5000)],
      [0x3f0000, blank(0x10000)],
      [0x10000, file(ARDUINO(), "Blink.ino.bin")],
    ]);
    expect(differences(contents(board), wanted)).toEqual([]);
  });

  it("two files at one place are refused before anything is erased", async () => {
    const board = usedBoard("esp32c3");
    const before = contents(board);
    const files = sample("esp-idf/esp32c3-ota-fs");
    const list = JSON.parse(new TextDecoder().decode(files["build/flasher_args.json"]));
    list.flash_files["0x8400"] = "storage.bin";
    const built = { ...files, "build/flasher_args.json": text(JSON.stringify(list)) };
    for (const more of [["--dry-run"], ["--erase", "nvs"]]) {
      const { code, all } = await flash(board, built, ...more);
      expect(code).toBe(2);
      expect(all).toContain("'build/storage.bin' at 0x00008400 overlaps 'build/partition_table/partition-table.bin'");
    }
    expect(differences(contents(board), before)).toEqual([]);
  });

  it("--erase erases nothing where the files cannot be written, and nothing is written where it cannot erase", async () => {
    const small = usedBoard("esp32", { flash: { sizeBytes: 0x4_0000 } });
    const full = new Uint8Array(0x4_0000).fill(0x5a);
    const padded = new Uint8Array(0x4_0000).fill(0xff);
    padded.set(file(ARDUINO(), "Blink.ino.bin"));
    const large = { ...ARDUINO(), "Blink.ino.bin": padded };
    const { code, all } = await flash(small, large, "--only", "app", "--erase", "nvs");
    expect([code === 0, all.includes("will not fit")]).toEqual([false, true]);
    expect(Buffer.compare(small.flash.read(0, 0x4_0000), full)).toBe(0);
    const secured = usedBoard("esp32", { secureBoot: true });
    const before = contents(secured);
    const refused = await flash(secured, ARDUINO(), "--only", "app", "--erase", "nvs");
    expect([refused.code === 0, refused.all.includes("Active security features")]).toEqual([false, true]);
    expect(differences(contents(secured), before)).toEqual([]);
  });

  it("a place that no flash has is refused before a chip is asked", async () => {
    const board = usedBoard("esp32c3");
    const files = sample("esp-idf/esp32c3-ota-fs");
    const list = JSON.parse(new TextDecoder().decode(files["build/flasher_args.json"]));
    list.flash_files["0xfffffff0"] = "storage.bin";
    const built = { ...files, "build/flasher_args.json": text(JSON.stringify(list)) };
    const { code, all } = await flash(board, built, "--dry-run");
    expect([code, all]).toEqual([2, expect.stringContaining("'build/storage.bin' is for 0xfffffff0, which is more")]);
  });

  it("an image of a file system is written when it is named", async () => {
    const board = usedBoard("esp32c3");
    const files = sample("platformio/arduino-c3-littlefs");
    const { all } = await flash(board, files);
    expect([contents(board)[0x290000], all.includes("only with --only")]).toEqual([0x5a, true]);
    await flash(board, files, "--only", "spiffs");
    const image = file(files, ".pio/build/esp32-c3-devkitm-1/littlefs.bin");
    expect(contents(board).subarray(0x290000, 0x290000 + image.length)).toEqual(image);
  });

  it("OTA data go to the place of the table, not where the tool always has them", async () => {
    const board = usedBoard("esp32");
    const table =
      "nvs,data,nvs,0x9000,0x7000,\notadata,data,ota,0x20000,0x2000,\napp0,app,ota_0,0x30000,64K,\napp1,app,ota_1,0x40000,64K,\n";
    const { code } = await flash(board, {
      ...ARDUINO(),
      "Blink.ino.partitions.bin": encodePartitionTable(parsePartitionCsv(table).partitions),
    });
    expect(code).toBe(0);
    expect([contents(board)[0xe000], contents(board)[0x20000], contents(board)[0x30000]]).toEqual([0x5a, 1, 0xe9]);
  });
});

const ELF = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, ...new Uint8Array(100));
const IDF = (): Files => sample("esp-idf/esp32-single");
const args = (path: string): Files => ({
  ...IDF(),
  "build/flasher_args.json": text(
    JSON.stringify({
      flash_files: { "0x10000": path },
      app: { offset: "0x10000", file: path },
      extra_esptool_args: { chip: "esp32" },
    }),
  ),
});

function tooLarge(): Uint8Array {
  const app = new Uint8Array(0x100001);
  app.set(file(ARDUINO(), "Blink.ino.bin"));
  return app;
}

const REFUSED: readonly [what: string, chip: ChipId, files: () => Files, line: readonly string[], said: string][] = [
  [
    "an ELF file for the application",
    "esp32",
    () => ({ ...IDF(), "build/hello_world.bin": ELF }),
    [],
    "and is an ELF file",
  ],
  [
    "a whole image for the application",
    "esp32",
    () => ({ ...IDF(), "build/hello_world.bin": merged() }),
    [],
    "and is an image for the whole flash",
  ],
  [
    "the bootloader for the application",
    "esp32",
    () => ({ ...IDF(), "build/bootloader/bootloader.bin": file(IDF(), "build/hello_world.bin") }),
    [],
    "should be the bootloader, and is an application",
  ],
  [
    "a web page for the application",
    "esp32",
    () => ({ ...IDF(), "build/hello_world.bin": text("<!doctype html><html></html>") }),
    [],
    "and is an HTML page",
  ],
  [
    "an application that is too large",
    "esp32",
    () => ({
      ...ARDUINO(),
      "Blink.ino.partitions.bin": TABLE,
      "Blink.ino.bin": tooLarge(),
    }),
    [],
    "more than the partition 'app0' has room for",
  ],
  [
    "a file above the folder",
    "esp32",
    () => args("../../secret.bin"),
    [],
    "'../../secret.bin' leads out of the folder",
  ],
  ["an absolute path", "esp32", () => args("/etc/passwd"), [], "leads out of the folder"],
  ["a path of Windows", "esp32", () => args("C:\\x.bin"), [], "leads out of the folder"],
  [
    "a manifest that points elsewhere",
    "esp32c3",
    () => ({
      "manifest.json": text(
        JSON.stringify({
          builds: [{ chipFamily: "ESP32-C3", parts: [{ path: "https://example.com/x.bin", offset: 0 }] }],
        }),
      ),
    }),
    [],
    "leads out of the folder",
  ],
  [
    "a list of files of another build than the table",
    "esp32",
    () => ({
      ...IDF(),
      "build/partition_table/partition-table.bin": encodePartitionTable(
        parsePartitionCsv("nvs,data,nvs,0x9000,0x6000,\napp,app,factory,0x20000,64K,\n").partitions,
      ),
    }),
    [],
    "where no application partition of the table begins",
  ],
  ["a build for another chip", "esp32c3", IDF, [], "The build is for the esp32, and the chip is an ESP32-C3"],
  ["a build for another chip than the line says", "esp32c3", IDF, ["--chip", "esp32c3"], "--chip says esp32c3"],
  [
    "builds for several chips",
    "esp32",
    () => sample("esp-web-tools"),
    [],
    "manifest.json (esp32), manifest.json (esp32c3)",
  ],
  [
    "several builds",
    "esp32",
    () => ({ "a/flasher_args.json": text("{}"), "b/flasher_args.json": text("{}") }),
    [],
    "There are several builds in the folder: a (esp-idf), b (esp-idf)",
  ],
  ["a folder with nothing", "esp32", () => ({ "a.txt": text("x") }), [], "No build was found"],
  [
    "a name that is none",
    "esp32",
    IDF,
    ["--only", "ap"],
    "The build has no file 'ap'. code: partition.missing hint: Did you mean app?",
  ],
  ["an ELF file alone", "esp32", () => ({ "a.elf": ELF }), ["a.elf"], "it does not say where it goes"],
  ["JSON that is none", "esp32", () => ({ "build/flasher_args.json": text("{") }), [], "is no JSON"],
];

describe("nothing is written of", () => {
  it.each(REFUSED)("%s", async (_, chip, files, line, said) => {
    const board = usedBoard(chip);
    const before = contents(board);
    const { code, all } = await flash(board, files(), ...line);
    expect(code).toBe(2);
    expect(all).toContain(said);
    expect(differences(contents(board), before)).toEqual([]);
  });
});
