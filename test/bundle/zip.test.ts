import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { zipTree } from "../../src/bundle.ts";
import { writeU16, writeU32 } from "../../src/core/bytes/words.ts";
import { type ZipFile, zipOf } from "../support/image/zip-builder.ts";
import { codeOf } from "../support/port/ports.ts";
import { contents, differences, type Files, flash, sample, usedBoard, written } from "./builds.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const A: ZipFile = { name: "a.txt", contents: bytes("hello hello hello") };

function zipped(files: Files, folder = ""): Uint8Array<ArrayBuffer> {
  return zipOf(Object.entries(files).map(([name, contents]) => ({ name: `${folder}${name}`, contents })));
}

describe("an archive as a tree", () => {
  it("lists and reads what is in it, packed and stored", async () => {
    const tree = zipTree(
      zipOf(
        [{ name: "d/" }, { name: "d/b.bin", contents: bytes("stored"), method: 0 }, A, { name: "__MACOSX/._a.txt" }],
        "a comment",
      ),
    );
    expect(await tree.list("")).toEqual([
      { name: "d", kind: "folder" },
      { name: "a.txt", kind: "file" },
    ]);
    expect(await tree.list("d")).toEqual([{ name: "b.bin", kind: "file" }]);
    expect(await tree.list("none")).toBeNull();
    expect(await tree.read("a.txt")).toEqual(A.contents);
    expect(await tree.read("d/b.bin")).toEqual(bytes("stored"));
  });

  it("is what another program packed", async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), "zip-"));
    try {
      writeFileSync(join(folder, "x.bin"), new Uint8Array(100_000).fill(7));
      const code =
        "import zipfile,sys; z=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED); z.write(sys.argv[2],'ä/x.bin'); z.close()";
      try {
        execFileSync("python3", ["-c", code, join(folder, "x.zip"), join(folder, "x.bin")]);
      } catch {
        skip("there is no python3 to pack with");
      }
      const tree = zipTree(new Uint8Array(readFileSync(join(folder, "x.zip"))));
      expect(await tree.list("")).toEqual([{ name: "ä", kind: "folder" }]);
      expect(await tree.read("ä/x.bin")).toEqual(new Uint8Array(100_000).fill(7));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const set = (archive: Uint8Array<ArrayBuffer>, at: number, value: number, size: 2 | 4): Uint8Array<ArrayBuffer> => {
  const changed = archive.slice();
  if (size === 2) writeU16(changed, at < 0 ? changed.length + at : at, value);
  else writeU32(changed, at < 0 ? changed.length + at : at, value);
  return changed;
};
const ONE = zipOf([A]);

const AT_ONCE: readonly [what: string, archive: Uint8Array<ArrayBuffer>, code: string, said: string][] = [
  ["no archive", bytes("PK no, not at all, really not"), "bundle.invalid", "its directory is missing"],
  ["an archive that is cut off", ONE.slice(0, -30), "bundle.invalid", "its directory is missing"],
  ["an archive with something behind it", Uint8Array.of(...ONE, 0), "bundle.invalid", "its directory is missing"],
  ["a name with dots", zipOf([{ name: "../a.bin" }]), "bundle.outside", "leads out"],
  ["a name with dots inside", zipOf([{ name: "a/../b.bin" }]), "bundle.outside", "leads out"],
  ["an absolute name", zipOf([{ name: "/etc/passwd" }]), "bundle.outside", "leads out"],
  ["a drive", zipOf([{ name: "C:a.bin" }]), "bundle.outside", "leads out"],
  ["a backslash", zipOf([{ name: "..\\a.bin" }]), "bundle.outside", "leads out"],
  ["a backslash that stays inside", zipOf([{ name: "a\\b.bin" }]), "bundle.outside", "leads out"],
  ["a name of nothing", zipOf([{ name: "" }]), "bundle.outside", "leads out"],
  ["a name with a NUL", zipOf([{ name: "a.bin\0.txt" }]), "bundle.outside", "leads out"],
  ["a name twice", zipOf([A, A]), "bundle.invalid", "'a.txt' is in it twice"],
  ["a file that is a folder, too", zipOf([A, { name: "a.txt/b" }]), "bundle.invalid", "a file and a folder"],
  ["an encrypted file", zipOf([{ ...A, flags: 0x801 }]), "bundle.invalid", "'a.txt' in it is encrypted"],
  ["another method", zipOf([{ ...A, method: 12 }]), "bundle.invalid", "a method (12)"],
  ["ZIP64", set(ONE, -6, 0xffff_ffff, 4), "bundle.invalid", "ZIP64"],
  ["a size of ZIP64", zipOf([{ ...A, sizeBytes: 0xffff_ffff }]), "bundle.invalid", "ZIP64"],
  ["one part of several", set(ONE, -18, 1, 2), "bundle.invalid", "one part of several"],
  ["a count that is wrong", set(set(ONE, -14, 2, 2), -12, 2, 2), "bundle.invalid", "directory is damaged"],
  [
    "a count that is too small",
    set(set(zipOf([A, { name: "b" }]), -14, 1, 2), -12, 1, 2),
    "bundle.invalid",
    "other entries",
  ],
  ["another name in front of the contents", zipOf([{ ...A, localName: "b.txt" }]), "bundle.invalid", "another file"],
  [
    "files within each other",
    zipOf([A, { ...A, name: "b.txt", localName: "b.txt", at: 0 }]),
    "bundle.invalid",
    "another file",
  ],
  ["contents that are in the directory", zipOf([{ ...A, at: 30 }]), "bundle.invalid", "not where it should be"],
  ["a file of two sizes", zipOf([{ ...A, method: 0, sizeBytes: 5 }]), "bundle.invalid", "has two sizes"],
  [
    "a file that reaches into the directory",
    zipOf([{ name: "a", contents: bytes("xy"), method: 0, at: 0, sizeBytes: 2, more: 9 }]),
    "bundle.invalid",
    "reaches into the directory",
  ],
  [
    "something between the directory and its end",
    Uint8Array.of(...ONE.slice(0, -22), 0, ...ONE.slice(-22)),
    "bundle.invalid",
    "not where it says",
  ],
  [
    "a bomb of many files",
    zipOf(Array.from({ length: 20 }, (_, index) => ({ ...A, name: `${index}`, sizeBytes: 100_000_000 }))),
    "bundle.invalid",
    "more than 1 GB",
  ],
];

describe("an archive is refused", () => {
  it.each(AT_ONCE)("with %s", async (_, archive, code, said) => {
    const opened = (async () => zipTree(archive))();
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringContaining(said) });
  });

  it("with a file within another", () => {
    const inner = zipOf([{ name: "b.txt", contents: bytes("x"), method: 0 }]).slice(0, 30 + 5 + 1);
    const outer = { name: "a.txt", contents: inner, method: 0 };
    const archive = zipOf([outer, { name: "b.txt", contents: bytes("x"), method: 0, at: 30 + 5 }]);
    expect(() => zipTree(archive)).toThrow(
      expect.objectContaining({ code: "bundle.invalid", message: expect.stringContaining("within each other") }),
    );
  });
});

const WHEN_READ: readonly [what: string, file: ZipFile, code: string, said: string][] = [
  ["a wrong checksum", { ...A, crc: 1 }, "bundle.invalid", "checksum is wrong"],
  [
    "a bomb: more than it says",
    { name: "a.txt", contents: new Uint8Array(10_000_000), sizeBytes: 65_536, crc: crc32(new Uint8Array(65_536)) },
    "bundle.invalid",
    "not as long as it says",
  ],
  ["less than it says", { ...A, sizeBytes: 100 }, "bundle.invalid", "not as long as it says"],
  ["more than any flash", { ...A, sizeBytes: 200_000_000 }, "bundle.invalid", "larger than any flash"],
  ["a link", { ...A, mode: 0o120777 }, "bundle.outside", "is a link"],
];

describe("a file in an archive is refused", () => {
  it.each(WHEN_READ)("with %s", async (_, file, code, said) => {
    const reading = zipTree(zipOf([file])).read("a.txt");
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringContaining(said) });
  });

  it("with damage in the packed bytes", async () => {
    for (let at = 35; at < 35 + 12; at++) {
      const damaged = ONE.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      expect(await codeOf((async () => await zipTree(damaged).read("a.txt"))()), `${at}`).toBe("bundle.invalid");
    }
  });
});

describe("a build in an archive", () => {
  const files = sample("esp-idf/esp32-single");
  it.each([
    ["as it is", ""],
    ["in one folder, as releases are", "project-1.0/"],
  ])("is flashed %s", async (_, folder) => {
    const board = usedBoard("esp32");
    const before = contents(board);
    const { code, all } = await flash(board, { "firmware.zip": zipped(files, folder) }, "firmware.zip");
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    const data = (name: string): Uint8Array => files[`build/${name}`] ?? new Uint8Array();
    const wanted = written(before, [
      [0x1000, data("bootloader/bootloader.bin")],
      [0x8000, data("partition_table/partition-table.bin")],
      [0x10000, data("hello_world.bin")],
    ]);
    expect(differences(contents(board), wanted)).toEqual([]);
  });

  it("of several images for the whole flash takes the one for the chip that is named", async () => {
    const parts = sample("arduino/esp32c3-v2");
    const whole = new Uint8Array(0x11000).fill(0xff);
    whole.set(parts["Blink.ino.bootloader.bin"] ?? [], 0);
    whole.set(parts["Blink.ino.partitions.bin"] ?? [], 0x8000);
    whole.set(parts["Blink.ino.bin"] ?? [], 0x10000);
    const archive = zipOf([
      { name: "device-c3.bin", contents: whole },
      { name: "device-s3.bin", contents: whole.map((byte, index) => (index === 12 ? 9 : byte)) },
      { name: "README.md", contents: bytes("x") },
    ]);
    const board = usedBoard("esp32c3");
    const refused = await flash(board, { "r.zip": archive }, "r.zip");
    expect(refused.all).toContain("device-c3.bin (esp32c3), device-s3.bin (esp32s3)");
    expect(board.flash.counters.bytesProgrammed).toBe(0);
    const { code, all } = await flash(board, { "r.zip": archive }, "r.zip", "--chip", "esp32c3");
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    expect(contents(board)[0x8000]).toBe(0xaa);
  });

  it("that leads out of the archive is refused, and nothing is written", async () => {
    const board = usedBoard("esp32");
    const archive = zipOf([...Object.entries(files).map(([name, contents]) => ({ name, contents })), { name: "../x" }]);
    const { code, all } = await flash(board, { "r.ZIP": archive }, "r.ZIP");
    expect([code, all.includes("leads out of it")]).toEqual([2, true]);
    expect(board.flash.counters.bytesProgrammed).toBe(0);
  });
});
