import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type FileToStore, makeFat, parseFileSystem } from "../../src/filesystem.ts";
import { casesOf, inputTree } from "../support/filesystem/golden-cases.ts";
import { randomFiles } from "../support/filesystem/random-files.ts";
import { seededRandom } from "../support/mutation.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const SIZE = 0x40000;

function make(name: string): Uint8Array {
  const one = casesOf("fat").find((each) => each.name === name) ?? expect.unreachable();
  const { args } = one;
  const tree = [...inputTree(one)];
  const files = tree.flatMap(([path, content]) => (content === null ? [] : [{ path, content }]));
  return makeFat(files, {
    sizeBytes: Number(args["size"]),
    wearLevelling: name.startsWith("wl"),
    safeMode: args["wl_mode"] === "safe",
    sectorBytes: Number(args["sector_size"] ?? 4096),
    fatCopies: Number(args["fat_tables_cnt"] ?? 2),
    rootEntries: Number(args["root_entry_count"] ?? 512),
    longNames: args["long_names_enabled"] === true,
    volumeId: 0x12345678,
    deviceId: 0x0badcafe,
    directories: tree.flatMap(([path, content]) => (content === null ? [{ path }] : [])),
  });
}

describe("images of FAT", () => {
  it.each(casesOf("fat").filter(({ exit }) => exit === 0))(
    "is made byte for byte as by ESP-IDF's tools: $name",
    (one) => expect(sha256(make(one.name))).toBe(one.outputs["expected.bin"]),
  );

  it("is refused where theirs is, and says how much is missing", () =>
    // 200,000 bytes take 49 clusters, and of 28 sectors 21 are for files.
    expect(() => make("wl-full")).toThrow(
      expect.objectContaining({ code: "filesystem.full", details: { sizeBytes: 114_688, missingBytes: 28 * 4096 } }),
    ));

  it.each([
    ["12 bits, wear levelling", { sizeBytes: 0x200000 }, 12],
    ["12 bits, small sectors", { sizeBytes: 0x200000, sectorBytes: 512 }, 12],
    ["16 bits", { sizeBytes: 0x400000, sectorBytes: 512, wearLevelling: false }, 16],
    [
      "16 bits by its sectors, more than sixteen bits of them",
      { sizeBytes: 0x2800000, sectorBytes: 512, clusterBytes: 2048 },
      16,
    ],
    ["clusters of several sectors", { sizeBytes: 0x400000, sectorBytes: 1024, clusterBytes: 8192, fatCopies: 1 }, 12],
  ])("gives back what went in: %s", (_, options, bits) => {
    const random = seededRandom(options.sizeBytes);
    for (let run = 0; run < 8; run++) {
      // Names that differ in case alone are one here.
      const files = [...new Map(randomFiles(random).map((file) => [file.path.toLowerCase(), file])).values()];
      const { entries, problems, settings } = parseFileSystem(makeFat(files, { ...options, longNames: true }));
      const found = entries.filter(({ kind }) => kind === "file");
      expect([problems, settings]).toMatchObject([[], { bits }]);
      const digested = ({ path, content, modifiedMs }: (typeof found)[number] | FileToStore): string =>
        `${path} ${sha256(content ?? new Uint8Array(0))} ${modifiedMs ?? Date.UTC(1980, 0)}`;
      expect(found.map(digested)).toEqual(files.map(digested).sort());
    }
  });

  it("tells names apart whose first letters are the same, and says no to those that differ in case alone", () => {
    const files = [
      "long name one.txt",
      "long name two.txt",
      "LONGNAME.TXT",
      "Mixed.Txt",
      "über.txt",
      "x".repeat(255),
    ].map((path) => ({ path, content: Uint8Array.of(path.length) }));
    const { entries, problems } = parseFileSystem(makeFat(files, { sizeBytes: SIZE, longNames: true }));
    expect(entries.map(({ path, content }) => [path, content?.[0]])).toEqual(
      files.map(({ path }) => [path, path.length]).sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)),
    );
    expect(problems).toEqual([]);
    const twice = ["a.txt", "A.TXT"].map((path) => ({ path, content: Uint8Array.of(1) }));
    expect(() => makeFat(twice, { sizeBytes: SIZE, longNames: true })).toThrow("is there twice");
  });

  it("takes letters of the code page in a short name", () => {
    const { entries } = parseFileSystem(makeFat([{ path: "ÄÖ.TXT", content: Uint8Array.of(1) }], { sizeBytes: SIZE }));
    expect(entries).toMatchObject([{ path: "ÄÖ.TXT" }]);
  });

  it("fills a directory of more than one cluster, and says when the root is full", () => {
    const many = (folder: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ path: `${folder}F${index}`, content: new Uint8Array(0) }));
    const { entries, problems } = parseFileSystem(makeFat(many("D/", 600), { sizeBytes: SIZE }));
    expect([entries.length, problems]).toEqual([601, []]);
    expect(() => makeFat(many("", 513), { sizeBytes: SIZE })).toThrow("root directory of 16384 bytes: 32 bytes");
  });

  it("is full to the last cluster and not further", () => {
    const file = (sizeBytes: number) => [{ path: "F", content: new Uint8Array(sizeBytes) }];
    expect(parseFileSystem(makeFat(file(21 * 4096), { sizeBytes: 0x20000 })).problems).toEqual([]);
    expect(() => makeFat(file(21 * 4096 + 1), { sizeBytes: 0x20000 })).toThrow("4096 bytes are missing");
  });

  it.each([
    ["small letters without long names", ["a.txt"], {}, "filesystem.bad-name"],
    ["nine letters without long names", ["NINELETTE.TXT"], {}, "filesystem.bad-name"],
    ["a name with a colon", ["a:b"], { longNames: true }, "filesystem.bad-name"],
    ["a name with a dot at its end", ["a."], { longNames: true }, "filesystem.bad-name"],
    ["more than 255 letters", ["x".repeat(256)], { longNames: true }, "filesystem.bad-name"],
    ["a size that is no multiple", ["A"], { sizeBytes: 0x20001 }, "filesystem.bad-size"],
    ["a size without room for wear levelling", ["A"], { sizeBytes: 0x4000 }, "argument.invalid"],
    ["a size without room for files", ["A"], { sizeBytes: 0x4000, wearLevelling: false }, "filesystem.full"],
    ["other sectors", ["A"], { sectorBytes: 768 }, "argument.invalid"],
    ["clusters of three sectors", ["A"], { clusterBytes: 3 * 4096 }, "argument.invalid"],
    ["a root of half a sector", ["A"], { rootEntries: 100 }, "argument.invalid"],
    ["safe mode with large sectors", ["A"], { safeMode: true }, "argument.invalid"],
    ["a label of twelve letters", ["A"], { label: "TWELVELETTER" }, "argument.invalid"],
    ["clusters too many", ["A"], { sizeBytes: 0x4000000, sectorBytes: 512 }, "argument.invalid"],
  ])("refuses %s", (_, paths, options, code) => {
    const files = paths.map((path) => ({ path, content: Uint8Array.of(1) }));
    expect(() => makeFat(files, { sizeBytes: SIZE, ...options })).toThrow(expect.objectContaining({ code }));
  });
});
