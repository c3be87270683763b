import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { makeFat, makeLittleFs, makeSpiffs, parseFileSystem } from "../../src/filesystem.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";

async function run(line: string, options: CliHostOptions = {}) {
  const host = testCliHost(options);
  const code = await runCli(line.split(" "), host);
  const stored = (name: string): Uint8Array => {
    const file = host.stored.get(name);
    return file instanceof Uint8Array ? file : expect.unreachable(`${name}: ${host.err()}`);
  };
  return { code, out: host.out(), err: host.err(), stored };
}

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);
const FOLDER = { "data/a.txt": text("a"), "data/www/index.html": text("<p>") };
const IN_FOLDER = [
  { path: "a.txt", content: text("a") },
  { path: "www/index.html", content: text("<p>") },
];
const paths = (image: Uint8Array): string[] => parseFileSystem(image).entries.map(({ path }) => path);
const TABLE = encodePartitionTable(
  parsePartitionCsv("app,app,factory,0x10000,1M,\nstorage,data,spiffs,0x110000,128K,\n").partitions,
);
const PLACE = 0x110000;
const SIZE = 0x20000;

function chipWith(image: Uint8Array, tableAddress = 0x8000): VirtualChip {
  const chip = virtualChip("esp32c3");
  chip.flash.place(tableAddress, TABLE);
  chip.flash.place(PLACE, image);
  return chip;
}

const partitionOf = (chip: VirtualChip): Uint8Array<ArrayBuffer> => chip.flash.read(PLACE, SIZE);

describe("fs make", () => {
  it("puts several folders and files into one image", async () => {
    const files = { ...FOLDER, "more/www/b.css": text("b"), "conf/x.json": text("{}") };
    const line = `fs make data o.bin --add more/ conf/x.json --kind littlefs --size ${SIZE}`;
    const { code, stored, err } = await run(line, { files });
    expect([code, err]).toEqual([0, ""]);
    const entries = parseFileSystem(stored("o.bin")).entries.filter(({ kind }) => kind === "file");
    expect(
      entries.map(({ path, content }) => `${path} ${new TextDecoder().decode(content ?? text("?"))}`).sort(),
    ).toEqual(["a.txt a", "www/b.css b", "www/index.html <p>", "x.json {}"]);
  });

  it.each([
    ["two files", { "more/a.txt": text("b") }, "more", "'data/a.txt' and 'more/a.txt' would both be 'a.txt'"],
    ["a file that is named", { "else/a.txt": text("b") }, "else/a.txt", "'data/a.txt' and 'else/a.txt' would both"],
    ["a file and a folder", { "more/www": text("b") }, "more", "'more/www' and 'data/www' would both be 'www'"],
  ])("refuses %s of one name, and names both", async (_, more, add, message) => {
    const files: Record<string, Uint8Array> = { ...FOLDER, ...more };
    const host = testCliHost({ files });
    const line = `fs make data o.bin --kind spiffs --size 64k --add ${add}`;
    expect([await runCli(line.split(" "), host), host.err()]).toEqual([2, expect.stringContaining(message)]);
    expect(host.stored.has("o.bin")).toBe(false);
  });

  it.each([
    ["littlefs", "", makeLittleFs(IN_FOLDER, { sizeBytes: SIZE })],
    [
      "littlefs",
      " --block-size 8192 --name-length 32 --inline-size 64 --disk-version 2.0",
      makeLittleFs(IN_FOLDER, { sizeBytes: SIZE, blockBytes: 8192, nameBytes: 32, inlineBytes: 64, version: "2.0" }),
    ],
    ["spiffs", "", makeSpiffs(IN_FOLDER, { sizeBytes: SIZE })],
    [
      "spiffs",
      " --block-size 8k --page-size 512 --name-length 64 --meta-length 8",
      makeSpiffs(IN_FOLDER, { sizeBytes: SIZE, blockBytes: 8192, pageBytes: 512, nameBytes: 64, metaBytes: 8 }),
    ],
    ["fat", " --long-names", makeFat(IN_FOLDER, { sizeBytes: SIZE, longNames: true })],
    [
      "fat",
      " --long-names --raw --sector-size 1k --cluster-size 2k --fat-count 1 --root-entries 64",
      makeFat(IN_FOLDER, {
        sizeBytes: SIZE,
        longNames: true,
        wearLevelling: false,
        sectorBytes: 1024,
        clusterBytes: 2048,
        fatCopies: 1,
        rootEntries: 64,
      }),
    ],
    [
      "fat",
      " --long-names --safe-mode --sector-size 512",
      makeFat(IN_FOLDER, { sizeBytes: SIZE, longNames: true, safeMode: true, sectorBytes: 512 }),
    ],
  ])("makes an image of a folder: %s%s", async (kind, options, image) => {
    const { code, stored } = await run(`fs make data/ out.bin --kind ${kind} --size 128k${options}`, { files: FOLDER });
    expect(code).toBe(0);
    expect(Buffer.compare(stored("out.bin"), image)).toBe(0);
  });

  it("makes one of a single file", async () => {
    const { stored, out } = await run("fs make data/a.txt out.bin --kind spiffs --size 16k", { files: FOLDER });
    expect(paths(stored("out.bin"))).toEqual(["a.txt"]);
    expect(out).toContain("with one file to 'out.bin', 16384 bytes");
  });

  it("makes the partition of a chip, by its table or another", async () => {
    const chip = chipWith(new Uint8Array(SIZE).fill(0x55));
    const made = await run("--json -p x fs make data @storage --kind littlefs", { files: FOLDER, port: chip.port });
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).toContain('"partition":"storage"');
    expect(Buffer.compare(partitionOf(chip), makeLittleFs(IN_FOLDER, { sizeBytes: SIZE }))).toBe(0);
    const options = { files: { ...FOLDER, "t.bin": TABLE }, port: chip.port };
    const byFile = await run("-p x fs make data @storage --kind spiffs --partition-table t.bin --force", options);
    expect(byFile).toMatchObject({ code: 0 });
    expect(parseFileSystem(partitionOf(chip)).kind).toBe("spiffs");
    const elsewhere = chipWith(new Uint8Array(0), 0x9000);
    const line = "-p x fs make data @storage --kind spiffs --partition-table-address 0x9000";
    expect(await run(line, { files: FOLDER, port: elsewhere.port })).toMatchObject({ code: 0 });
  });

  it.each([
    ["fs make data o.bin --size 16k", "Which file system"],
    ["fs make data o.bin --kind spiffs", "How large"],
    ["-p x fs make data @storage --kind spiffs --size 16k", "has its own size"],
    ["fs make data o.bin --kind spiffs --size 16k --raw", "--raw has nothing to do with --kind spiffs"],
    ["fs make data o.bin --kind fat --size 128k", "no name of eight and three"],
    ["fs make data o.bin --kind littlefs --size 4097", "multiple of 4096"],
    ["fs make none o.bin --kind littlefs --size 16k", "no file 'none'"],
    ["fs make big o.bin --kind littlefs --size 16k", "12288 bytes are missing"],
  ])("refuses, and writes nothing: %s", async (line, said) => {
    const files = { ...FOLDER, "big/x": new Uint8Array(20_000) };
    const host = testCliHost({ files });
    expect(await runCli(line.split(" "), host)).toBe(2);
    expect(host.err()).toContain(said);
    expect(host.stored.has("o.bin")).toBe(false);
  });
});

it("leaves a partition alone that the chip decrypts when it reads it", async () => {
  const chip = virtualChip("esp32c3", { silicon: { flashEncryption: true, keyPurposes: [4] } });
  const encrypted = "app,app,factory,0x10000,1M,\nstorage,data,spiffs,0x110000,128K,encrypted\n";
  const files = { ...FOLDER, "t.csv": text(encrypted) };
  const line = "-p x fs make data @storage --kind spiffs --partition-table t.csv";
  const { code, err } = await run(line, { files, port: chip.port });
  expect(code).toBe(2);
  expect(err).toContain("is encrypted in flash");
  expect(partitionOf(chip).every((byte) => byte === 0xff)).toBe(true);
});

describe("fs put and fs rm", () => {
  const image = makeLittleFs([...IN_FOLDER, { path: "big", content: new Uint8Array(30_000) }], { sizeBytes: SIZE });
  const files = { "i.bin": image, "config.json": text("{}"), "more/x/y": text("y") };

  it.each([
    ["fs put i.bin config.json", "config.json"],
    ["fs put i.bin config.json /etc/other.json", "etc/other.json"],
    ["fs put i.bin config.json etc/", "etc/config.json"],
    ["fs put i.bin more", "x/y"],
    ["fs put i.bin more/ etc", "etc/x/y"],
  ])("puts under the right name: %s", async (line, path) => {
    const { code, out, stored } = await run(line, { files });
    expect(code).toBe(0);
    expect(out).toContain(`Added:    ${path}`);
    expect(paths(stored("i.bin"))).toEqual(expect.arrayContaining([path, "a.txt", "big", "www/index.html"]));
  });

  it("changes a partition in a backup and nothing else of it", async () => {
    const backup = new Uint8Array(0x140000).fill(0x33);
    backup.set(TABLE, 0x8000);
    backup.set(image, PLACE);
    const { code, stored } = await run("fs put all.bin config.json --partition storage --kind littlefs", {
      files: { ...files, "all.bin": backup },
    });
    expect(code).toBe(0);
    const after = stored("all.bin");
    expect(paths(after.subarray(PLACE, PLACE + SIZE))).toContain("config.json");
    after.set(image, PLACE);
    expect(Buffer.compare(after, backup)).toBe(0);
    const removed = await run("fs rm all.bin www --partition storage --partition-table t.bin --kind littlefs", {
      files: { "all.bin": backup, "t.bin": TABLE },
    });
    expect(paths(removed.stored("all.bin").subarray(PLACE, PLACE + SIZE))).toEqual(["a.txt", "big"]);
  });

  it("changes a partition of the chip, and writes only sectors that differ", async () => {
    const chip = chipWith(image);
    const before = partitionOf(chip);
    const { code, out } = await run("--json -p x fs put @storage config.json", { files, port: chip.port });
    expect(code).toBe(0);
    const after = partitionOf(chip);
    expect(paths(after)).toContain("config.json");
    const differing = Array.from({ length: SIZE / 4096 }, (_, sector) => sector * 4096).filter(
      (at) => Buffer.compare(before.subarray(at, at + 4096), after.subarray(at, at + 4096)) !== 0,
    );
    // The directory of the root; what is in blocks of its own is where it was.
    expect(differing).toEqual([0, 4096]);
    const result = JSON.parse(out.trim().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({ added: ["config.json"], changed: true, partition: "storage" });
    const again = await run("-p x fs put @storage config.json", { files, port: chip.port });
    expect(again.out).toContain("Nothing had to be changed.");
    const removed = await run("-p x fs rm @storage big www/", { port: chip.port });
    expect(removed).toMatchObject({ code: 0 });
    expect(paths(partitionOf(chip))).toEqual(["a.txt", "config.json"]);
  });

  it.each(["put", "rm"])("fs %s finds a partition by a table from elsewhere", async (command) => {
    const chip = chipWith(image, 0x9000);
    const what = command === "put" ? "config.json" : "a.txt";
    const line = `-p x fs ${command} @storage ${what} --partition-table`;
    expect(await run(`${line}-address 0x9000`, { files, port: chip.port })).toMatchObject({ code: 0 });
    const again = { files: { ...files, "t.bin": TABLE }, port: chipWith(image, 0x9000).port };
    expect(await run(`${line} t.bin`, again)).toMatchObject({ code: 0 });
    const both = await run(`-p x fs ${command} @storage ${what} --partition storage`, { files, port: chip.port });
    expect(both.err).toContain("named twice");
  });

  it.each(["put", "rm"])("fs %s leaves a damaged file system alone, unless told", async (command) => {
    const damaged = makeSpiffs(
      [
        { path: "a", content: new Uint8Array(600) },
        { path: "b", content: text("b") },
      ],
      { sizeBytes: 0x4000 },
    );
    damaged[3 * 256 + 4] = 0x7c;
    const what = command === "put" ? "config.json" : "b";
    const options = { files: { "i.bin": damaged, "config.json": text("{}") } };
    const refused = await run(`fs ${command} i.bin ${what} --kind spiffs`, options);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("is damaged");
    expect(Buffer.compare(refused.stored("i.bin"), damaged)).toBe(0);
    const forced = await run(`fs ${command} i.bin ${what} --force`, options);
    expect(forced.code).toBe(0);
    expect(forced.out).toContain("Lost:     a");
    expect(paths(forced.stored("i.bin"))).toEqual(command === "put" ? ["b", "config.json"] : []);
  });

  it("has long names on a FAT only where it is told to, or there are some", async () => {
    const fat = makeFat([{ path: "A.TXT", content: text("a") }], { sizeBytes: SIZE });
    const options = { files: { "i.bin": fat, "config.json": text("{}") } };
    expect((await run("fs put i.bin config.json", options)).err).toContain("no name of eight and three");
    const { stored } = await run("fs put i.bin config.json --long-names", options);
    expect(paths(stored("i.bin"))).toEqual(["A.TXT", "config.json"]);
  });

  it("says what is missing where there is no room, and changes nothing", async () => {
    const options = { files: { "i.bin": image, big: new Uint8Array(200_000) } };
    const { code, err, stored } = await run("fs put i.bin big more", options);
    expect(code).toBe(2);
    expect(err).toMatch(/\d+ bytes are missing/);
    expect(Buffer.compare(stored("i.bin"), image)).toBe(0);
  });
});

describe("fs put on a chip that is broken off", () => {
  async function put(chip: VirtualChip) {
    const made = testCliHost({ port: chip.port, files: FOLDER });
    const rescue = async (path: string, data: Uint8Array): Promise<string> => {
      made.stored.set(`${path}.1.rescued`, data.slice());
      return `${path}.1.rescued`;
    };
    const host = { ...made, files: { ...made.files, rescue } };
    const code = await runCli(["-p", "x", "fs", "put", "@storage", "data"], host);
    return {
      code,
      err: `${made.out()}${made.err()}`.replace(/\s+/g, " "),
      kept: made.stored.get("storage.bin.1.rescued"),
    };
  }
  const before = makeSpiffs([{ path: "only-there.bin", content: new Uint8Array(9000).fill(7) }], { sizeBytes: SIZE });

  it("leaves a file with all that there was, and all that was put", async () => {
    const chip = chipWith(before);
    chip.faults.failSector(PLACE, "program");
    const { code, err, kept } = await put(chip);
    expect(code).toBe(2);
    expect(err).toContain('"esptool write-flash @storage storage.bin.1.rescued" brings it there.');
    const there = kept instanceof Uint8Array ? kept : expect.unreachable("nothing was kept");
    expect(paths(there).sort()).toEqual(["a.txt", "only-there.bin", "www/index.html"]);
  });

  it("leaves none when all went well", async () => {
    const chip = chipWith(before);
    const { code, kept } = await put(chip);
    expect([code, kept]).toEqual([0, undefined]);
    expect(paths(partitionOf(chip)).sort()).toEqual(["a.txt", "only-there.bin", "www/index.html"]);
  });
});
