import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type FileToStore, makeLittleFs, parseFileSystem } from "../../src/filesystem.ts";
import { casesOf, goldenImage, inputTree } from "../support/filesystem/golden-cases.ts";
import { expectSoundLittleFs, walkLittleFs } from "../support/filesystem/littlefs-rules.ts";
import { randomFiles } from "../support/filesystem/random-files.ts";
import { seededRandom } from "../support/mutation.ts";

const cases = casesOf("littlefs");

function optionsOf({ args }: (typeof cases)[number]) {
  return {
    sizeBytes: Number(args["size"]),
    blockBytes: Number(args["blockSize"]),
    version: Number(args["diskVersion"]) === 0x20000 ? ("2.0" as const) : ("2.1" as const),
    nameBytes: Number(args["nameMax"]),
    progBytes: Number(args["readProgSize"]),
    inlineBytes: Math.min(Number(args["cacheSize"]), Number(args["blockSize"]) / 8),
  };
}

function filesOf(image: Uint8Array): FileToStore[] {
  return parseFileSystem(image).entries.flatMap(({ kind, path, content, attributes }) =>
    kind === "file" ? [{ path, content: content ?? new Uint8Array(0), attributes }] : [],
  );
}

/** A path and what stands for the content, which takes long to compare element by element. */
function digested({ path, content }: { readonly path: string; readonly content: Uint8Array | null }): string {
  return `${path} ${content === null ? "none" : createHash("sha256").update(content).digest("hex")}`;
}

describe("images of LittleFS", () => {
  it.each(["empty", "empty-v2.0"])("is made byte for byte as the library formats: %s", (name) => {
    const one = cases.find((each) => each.name === name) ?? expect.unreachable();
    const image = makeLittleFs([], optionsOf(one));
    expect(createHash("sha256").update(image).digest("hex")).toBe(one.outputs["expected.bin"]);
  });

  it.each(cases)("has what the library's image has: $name", (one) => {
    const options = optionsOf(one);
    const golden = parseFileSystem(goldenImage(one));
    const directories = [...inputTree(one)].flatMap(([path, content]) => (content === null ? [{ path }] : []));
    const image = makeLittleFs(filesOf(goldenImage(one)), { ...options, directories });
    const { entries, problems, settings } = parseFileSystem(image);
    expect(entries).toEqual(golden.entries);
    expect(settings).toEqual(golden.settings);
    expect(problems).toEqual([]);
    expectSoundLittleFs(image, options);
  });

  it.each([256, 512, 4096, 8192])("gives back what went in, whatever that is: blocks of %i", (blockBytes) => {
    const random = seededRandom(blockBytes);
    for (let run = 0; run < 30; run++) {
      const files = randomFiles(random, 60);
      const image = makeLittleFs(files, { sizeBytes: 0x200000, blockBytes, progBytes: 64 });
      const { entries, problems } = parseFileSystem(image);
      const found = entries.filter(({ kind }) => kind === "file");
      expect(problems).toEqual([]);
      expect(found.map(digested).sort()).toEqual(files.map(digested).sort());
      for (const { path, modifiedMs = null } of files)
        expect(found.find((entry) => entry.path === path)?.modifiedMs, path).toBe(modifiedMs);
      expectSoundLittleFs(image, { blockBytes });
    }
  });

  it("spreads a directory over as many pairs as it takes, in the order of names", () => {
    const files = Array.from({ length: 600 }, (_, index) => ({
      path: `d/${String((index * 7919) % 600).padStart(3, "0")}`,
      content: Uint8Array.of(index & 0xff),
    }));
    const image = makeLittleFs(files, { sizeBytes: 0x100000 });
    expect(parseFileSystem(image).entries).toHaveLength(601);
    expect(walkLittleFs(image, 4096).chain).toHaveLength(5);
    expectSoundLittleFs(image, { blockBytes: 4096 });
    // Half a block of 8,192 bytes has room for more, and ids have not.
    const larger = makeLittleFs(files, { sizeBytes: 0x100000, blockBytes: 8192 });
    expect(walkLittleFs(larger, 8192).chain).toHaveLength(4);
  });

  it("keeps what is kept with a file and a directory, and directories without files", () => {
    const attributes = new Map([
      [1, Uint8Array.of(9, 8)],
      [0x74, Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0)],
    ]);
    const image = makeLittleFs([{ path: "a", content: new Uint8Array(0), attributes }], {
      sizeBytes: 0x10000,
      directories: [{ path: "x/empty", modifiedMs: 5000 }],
    });
    expect(parseFileSystem(image).entries).toMatchObject([
      { path: "a", attributes, modifiedMs: 2 ** 32 * 1000 },
      { path: "x" },
      { path: "x/empty", kind: "directory", modifiedMs: 5000 },
    ]);
  });

  it("says how much is missing, and takes what is one block less", () => {
    const file = (sizeBytes: number) => [{ path: "f", content: new Uint8Array(sizeBytes) }];
    // Sixteen blocks: two for the root; of the others each but the first has pointers at its start.
    const most = 14 * 4096 - 4 * 23;
    expect(parseFileSystem(makeLittleFs(file(most), { sizeBytes: 0x10000 })).usedBytes).toBe(0x10000);
    expect(() => makeLittleFs(file(most + 1), { sizeBytes: 0x10000 })).toThrow(
      expect.objectContaining({ code: "filesystem.full", details: { sizeBytes: 0x10000, missingBytes: 4096 } }),
    );
  });

  it.each([
    ["a name that is too long", ["n".repeat(65)], { nameBytes: 64 }, "filesystem.bad-name"],
    ["a name twice", ["a", "a"], {}, "filesystem.bad-name"],
    ["a path through a file", ["a", "a/b"], {}, "filesystem.bad-name"],
    ["a path that leads out", ["../a"], {}, "filesystem.bad-name"],
    ["an empty part", ["a//b"], {}, "filesystem.bad-name"],
    ["what nests too deep", [Array(65).fill("d").join("/")], {}, "filesystem.bad-name"],
    ["a size that is no multiple", ["a"], { sizeBytes: 0x10001 }, "filesystem.bad-size"],
    ["one block", ["a"], { sizeBytes: 4096 }, "filesystem.bad-size"],
    ["blocks that are no multiple of a write", ["a"], { progBytes: 96 }, "argument.invalid"],
    ["larger inline files than firmware takes", ["a"], { inlineBytes: 513 }, "argument.invalid"],
    [
      "a name that no block has room for",
      ["n".repeat(200)],
      { blockBytes: 128, nameBytes: 255 },
      "filesystem.bad-name",
    ],
  ])("refuses %s", (_, paths, options, code) => {
    const files = paths.map((path) => ({ path, content: Uint8Array.of(1) }));
    expect(() => makeLittleFs(files, { sizeBytes: 0x10000, ...options })).toThrow(expect.objectContaining({ code }));
  });
});
