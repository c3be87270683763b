import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { virtualChip } from "../../src/virtual.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";
import { casesOf, type GoldenKind, goldenImage, inputTree } from "../support/filesystem/golden-cases.ts";

async function run(line: string, options: CliHostOptions = {}) {
  const host = testCliHost(options);
  const code = await runCli(line.split(" "), host);
  return { code, out: host.out(), err: host.err(), stored: host.stored };
}

const image = goldenImage({ kind: "littlefs", name: "files-and-dirs" });
const TABLE = encodePartitionTable(
  parsePartitionCsv("app,app,factory,0x10000,1M,\nstorage,data,spiffs,0x110000,128K,\n").partitions,
);

function inputOf(kind: GoldenKind, name: string) {
  const found = casesOf(kind).find((one) => one.name === name);
  return found === undefined ? expect.unreachable() : inputTree(found);
}

describe("fs ls", () => {
  it("lists an image", async () => {
    const { code, out } = await run("fs ls i.bin", { files: { "i.bin": image } });
    expect(code).toBe(0);
    expect(
      out
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "")
        .slice(1),
    ).toEqual([
      "20000                    big.bin",
      "0                    empty",
      "www/",
      "www/img/",
      "5000                    www/img/x.bin",
      "15                    www/index.html",
    ]);
  });

  it("lists a partition of the chip, and of a backup of it", async () => {
    const chip = virtualChip("esp32c3");
    chip.flash.place(0x8000, TABLE);
    chip.flash.place(0x110000, image);
    const ofChip = await run("--json -p x fs ls @storage", { port: chip.port });
    expect(ofChip.code).toBe(0);
    const backup = new Uint8Array(0x130000).fill(0xff);
    backup.set(TABLE, 0x8000);
    backup.set(image, 0x110000);
    const ofBackup = await run("--json fs ls all.bin --partition storage", { files: { "all.bin": backup } });
    expect(ofBackup.code).toBe(0);
    for (const { out } of [ofChip, ofBackup]) expect(out).toContain('"path":"www/index.html"');
    const short = await run("fs ls all.bin --partition storage", {
      files: { "all.bin": backup.subarray(0, 0x120000) },
    });
    expect(short.code).toBe(2);
    expect(short.err).toContain("ends before the partition 'storage'");
  });

  it.each(["fs ls", "fs info", "fs get"])(
    "%s finds a partition by a table from elsewhere, and is told the kind",
    async (command) => {
      const folder = command === "fs get" ? " out" : "";
      const chip = virtualChip("esp32c3");
      chip.flash.place(0x9000, TABLE);
      chip.flash.place(0x110000, image);
      const none = await run(`-p x ${command} @storage${folder}`, { port: chip.port });
      expect(none.code).toBe(2);
      const at = await run(`-p x ${command} @storage${folder} --partition-table-address 0x9000`, { port: chip.port });
      expect(at).toMatchObject({ code: 0 });
      const table = { "t.bin": TABLE };
      const by = await run(`-p x ${command} @storage${folder} --partition-table t.bin`, {
        port: chip.port,
        files: table,
      });
      expect(by).toMatchObject({ code: 0 });
      const wrong = await run(`${command} i.bin${folder} --kind fat`, { files: { "i.bin": image } });
      expect(wrong.code).toBe(2);
      expect((await run(`${command} i.bin${folder} --kind littlefs`, { files: { "i.bin": image } })).code).toBe(0);
    },
  );

  it("tells what is wrong, and writes no control characters of a name", async () => {
    const damaged = goldenImage({ kind: "spiffs", name: "one-small" });
    damaged[256 + 14] = 0x1b;
    damaged[256 + 4] = 0x7c;
    damaged[256 + 4] = 0xf8;
    const { out } = await run("fs ls i.bin", { files: { "i.bin": damaged } });
    expect(out).toContain("\\x1b.txt");
    expect(out).not.toContain("\u001b.txt");
  });
});

describe("fs info", () => {
  it.each([
    ["littlefs", "empty", "Version:          2.1"],
    ["spiffs", "page-512-block-8k", "Page:             512 bytes"],
    ["fat", "wl-fat12", "Wear levelling:   version 2"],
  ] as const)("%s", async (kind, name, said) => {
    const { code, out } = await run("fs info i.bin", { files: { "i.bin": goldenImage({ kind, name }) } });
    expect(code).toBe(0);
    expect(out).toContain(said);
  });

  it("says that a partition is blank, and what is none", async () => {
    const blank = await run("fs info i.bin", { files: { "i.bin": new Uint8Array(0x4000).fill(0xff) } });
    const none = await run("fs info i.bin", { files: { "i.bin": new Uint8Array(0x4000) } });
    expect([blank.code, none.code]).toEqual([2, 2]);
    expect(blank.err).toContain("every byte is 0xff");
    expect(none.err).toContain("no SPIFFS, LittleFS or FAT");
  });
});

describe("fs get", () => {
  it("writes all files, byte for byte", async () => {
    const { code, stored } = await run("fs get i.bin out/", { files: { "i.bin": image } });
    expect(code).toBe(0);
    for (const [path, content] of inputOf("littlefs", "files-and-dirs"))
      if (content !== null) expect(stored.get(`out/${path}`), path).toEqual(content);
  });

  it("writes what is named", async () => {
    const { code, stored } = await run("fs get i.bin out /www/img", { files: { "i.bin": image } });
    expect(code).toBe(0);
    expect([...stored.keys()]).toEqual(["i.bin", "out/www/img/x.bin"]);
    const missing = await run("fs get i.bin out nothing", { files: { "i.bin": image } });
    expect([missing.code, missing.stored.size]).toEqual([2, 1]);
  });

  it("writes nothing where a name leads out of the folder", async () => {
    const evil = goldenImage({ kind: "spiffs", name: "one-small" });
    evil.set(new TextEncoder().encode("/../x"), 256 + 13);
    const { code, err, stored } = await run("fs get i.bin out", { files: { "i.bin": evil } });
    expect([code, stored.size]).toEqual([2, 1]);
    expect(err).toContain("../x");
  });

  it("writes what is whole where a file is not, and fails", async () => {
    const damaged = goldenImage({ kind: "spiffs", name: "exact-page" });
    damaged[2 * 256 + 4] = 0x7c;
    const { code, err, stored } = await run("fs get i.bin out", { files: { "i.bin": damaged } });
    expect(code).toBe(2);
    expect(err).toContain("'p.bin'");
    expect(stored.get("out/q.bin")).toEqual(inputOf("spiffs", "exact-page").get("q.bin"));
    expect(stored.has("out/p.bin")).toBe(false);
  });
});
