import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { detectFileSystem, type FileSystemContents, makeSpiffs, parseFileSystem } from "../../src/filesystem.ts";
import { casesOf, goldenImage, inputTree, type Tree } from "../support/filesystem/golden-cases.ts";

function treeOf({ entries }: FileSystemContents): Tree {
  return new Map(entries.map(({ path, content }) => [path, content]));
}

/** SPIFFS has no directories. */
function files(tree: Tree): Tree {
  return new Map([...tree].filter(([, content]) => content !== null));
}

const sorted = (tree: Tree): unknown[] => [...tree].sort(([left], [right]) => (left < right ? -1 : 1));

describe.each(["spiffs", "littlefs", "fat"] as const)("images of the original tools: %s", (kind) => {
  const made = casesOf(kind).filter(({ exit }) => exit === 0);

  it("are there", () => expect(made.length).toBeGreaterThan(8));

  it.each(made)("$name", (one) => {
    const image = goldenImage(one);
    const contents = parseFileSystem(image);
    const tree = inputTree(one);
    expect([detectFileSystem(image), contents.kind]).toEqual([kind, kind]);
    expect(sorted(treeOf(contents))).toEqual(sorted(kind === "spiffs" ? files(tree) : tree));
    expect(contents.problems).toEqual([]);
  });
});

/** Of the LittleFS cases, the largest file that has no block of its own. */
const INLINE = new Map([
  ["files-and-dirs", 15],
  ["rename-delete", 15],
  ["rewrites", 60],
  ["small-inline", 15],
  ["mtime-attr", 15],
  ["esp8266-block-8k", 15],
  ["superblock-moved", 15],
]);

describe("what images say of themselves", () => {
  const settings = (kind: "spiffs" | "littlefs" | "fat", name: string) =>
    parseFileSystem(goldenImage({ kind, name })).settings;

  it.each(casesOf("spiffs").filter(({ exit }) => exit === 0))("SPIFFS: $name", ({ name, args }) => {
    const length = args["use_magic_len"] === true ? "length" : "plain";
    const found = settings("spiffs", name);
    expect(found).toMatchObject({
      pageBytes: args["page_size"],
      blockBytes: args["block_size"],
      magic: args["use_magic"] === true ? length : "none",
    });
    // Where a table stands says how much is before it; that is all there is to see.
    if (found.kind === "spiffs" && args["aligned_obj_ix_tables"] === false)
      expect(found.nameBytes + found.metaBytes).toBe(Number(args["obj_name_len"]) + Number(args["meta_len"]));
  });

  it.each(casesOf("littlefs"))("LittleFS: $name", ({ name, args }) => {
    const version = Number(args["diskVersion"]);
    expect(settings("littlefs", name)).toEqual({
      kind: "littlefs",
      version: `${version >> 16}.${version & 0xffff}`,
      blockBytes: args["blockSize"],
      blockCount: Number(args["size"]) / Number(args["blockSize"]),
      nameBytes: args["nameMax"],
      inlineBytes: INLINE.get(name) ?? 0,
    });
  });

  it.each(casesOf("fat").filter(({ exit }) => exit === 0))("FAT: $name", ({ name, args }) => {
    const isPlain = name.startsWith("plain");
    expect(settings("fat", name)).toMatchObject({
      bits: 12,
      sectorBytes: args["sector_size"] ?? 4096,
      fatCopies: args["fat_tables_cnt"] ?? 2,
      rootEntries: args["root_entry_count"] ?? 512,
      label: "Espressif",
      volumeId: 0x12345678,
      wearLevelling: isPlain ? null : { version: 2, deviceId: 0x0badcafe, moves: 0, emptySector: 0 },
      offset: isPlain ? 0 : 4096,
    });
  });

  it("the time of a change", () => {
    const { entries } = parseFileSystem(goldenImage({ kind: "littlefs", name: "mtime-attr" }));
    expect(entries.map(({ modifiedMs }) => modifiedMs)).toEqual([1_700_000_000_000]);
  });
});

describe("what the original generator of SPIFFS makes", () => {
  const make = ({ args, ...one }: (typeof all)[number]): Uint8Array => {
    const length = args["use_magic_len"] === true ? "length" : "plain";
    const tree = [...files(inputTree({ args, ...one }))].sort(([left], [right]) => (left < right ? -1 : 1));
    return makeSpiffs(
      tree.map(([path, content]) => ({ path, content: content ?? new Uint8Array(0) })),
      {
        sizeBytes: Number(args["size"]),
        pageBytes: Number(args["page_size"]),
        blockBytes: Number(args["block_size"]),
        nameBytes: Number(args["obj_name_len"]),
        metaBytes: Number(args["meta_len"]),
        magic: args["use_magic"] === true ? length : "none",
        alignedTables: args["aligned_obj_ix_tables"] === true,
      },
    );
  };
  const all = casesOf("spiffs");

  it.each(all.filter(({ exit }) => exit === 0))("is made byte for byte: $name", (one) =>
    expect(createHash("sha256").update(make(one)).digest("hex")).toBe(one.outputs["expected.bin"]),
  );
  it.each([
    ["err-full", "filesystem.full"],
    ["err-size", "filesystem.bad-size"],
  ])("or refused: %s", (name, code) => {
    const one = all.find((each) => each.name === name) ?? expect.unreachable();
    expect(() => make(one)).toThrow(expect.objectContaining({ code }));
  });
  it("refuses a name that is too long, and keeps the time of a change", () => {
    const file = (path: string) => [{ path, content: Uint8Array.of(1), modifiedMs: 1_700_000_000_000 }];
    expect(() => makeSpiffs(file("n".repeat(31)), { sizeBytes: 0x4000 })).toThrow("longer than 30 bytes");
    expect(() => makeSpiffs([...file("a"), ...file("a")], { sizeBytes: 0x4000 })).toThrow("is there twice");
    const { entries } = parseFileSystem(makeSpiffs(file("n".repeat(30)), { sizeBytes: 0x4000 }));
    expect(entries).toMatchObject([{ path: "n".repeat(30), modifiedMs: 1_700_000_000_000 }]);
  });
});
