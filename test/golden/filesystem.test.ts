import { describe, expect, it } from "vitest";
import { detectFileSystem, type FileSystemContents, parseFileSystem } from "../../src/filesystem.ts";
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
