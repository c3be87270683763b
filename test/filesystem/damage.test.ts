import { describe, expect, it } from "vitest";
import { writeU16, writeU32 } from "../../src/core/bytes/words.ts";
import { type FileSystemContents, isPlainPath, parseFileSystem } from "../../src/filesystem.ts";
import { mendCommits } from "../support/filesystem/damage.ts";
import { type GoldenKind, goldenImage } from "../support/filesystem/golden-cases.ts";

function damaged(kind: GoldenKind, name: string, damage: (image: Uint8Array) => void): FileSystemContents {
  const image = goldenImage({ kind, name });
  damage(image);
  return parseFileSystem(image);
}

const sound = (kind: GoldenKind, name: string): FileSystemContents => parseFileSystem(goldenImage({ kind, name }));
const codes = ({ problems }: FileSystemContents): string[] => [...new Set(problems.map(({ code }) => code))];
const contentOf = ({ entries }: FileSystemContents, path: string) =>
  entries.find((entry) => entry.path === path)?.content;

function flip(image: Uint8Array, at: number): void {
  image[at] = (image[at] ?? 0) ^ 1;
}

function offsetOf(image: Uint8Array, text: string): number {
  const at = Buffer.from(image.buffer, image.byteOffset, image.length).indexOf(text);
  if (at === -1) throw new Error(`there is no ${text} in the image`);
  return at;
}

describe("LittleFS", () => {
  it("counts what was whole before a change that was cut off", () => {
    const found = damaged("littlefs", "files-and-dirs", (image) => flip(image, offsetOf(image, "empty")));
    expect(found.entries.map(({ path }) => path)).not.toContain("empty");
    expect(contentOf(found, "big.bin")).toEqual(contentOf(sound("littlefs", "files-and-dirs"), "big.bin"));
    expect(codes(found)).toContain("filesystem.unfinished");
  });

  it("tells a directory of which both blocks are damaged, and reads the others", () => {
    const found = damaged("littlefs", "files-and-dirs", (image) => {
      const block = Math.floor(offsetOf(image, "index.html") / 4096) * 4096;
      flip(image, block + 5);
      flip(image, (block ^ 4096) + 5);
    });
    expect(codes(found)).toEqual(["filesystem.checksum"]);
    expect(found.entries.map(({ path }) => path)).toEqual(["big.bin", "empty", "www"]);
  });

  it("refuses a superblock without a whole copy, and one of version 1", () => {
    const broken = goldenImage({ kind: "littlefs", name: "empty" });
    flip(broken, 21);
    flip(broken, 4096 + 21);
    expect(() => parseFileSystem(broken)).toThrow(expect.objectContaining({ code: "filesystem.unreadable" }));
    const old = new Uint8Array(8192).fill(0xff);
    old.set(new TextEncoder().encode("littlefs"), 40);
    expect(() => parseFileSystem(old)).toThrow("version 1");
  });

  it("reads from the second block where the first is gone", () => {
    const found = damaged("littlefs", "esp8266-block-8k", (image) => image.fill(0, 0, 8192));
    expect(found.settings).toMatchObject({ blockBytes: 8192 });
  });

  it("says that the partition is smaller than the file system", () => {
    const found = parseFileSystem(goldenImage({ kind: "littlefs", name: "files-and-dirs" }).subarray(0, 0x10000));
    expect(found.problems[0]?.message).toBe("The file system has 32 blocks, and there are 16: firmware may refuse it.");
  });

  it("finds a directory that is in itself, and ends", () => {
    const found = damaged("littlefs", "files-and-dirs", (image) => {
      // The pair of `img` becomes the one that it is in.
      const at = offsetOf(image, "img") + "img".length + 4;
      const block = Math.floor(at / 4096);
      writeU32(image, at, block);
      writeU32(image, at + 4, block ^ 1);
      mendCommits(image);
    });
    expect(codes(found)).toContain("filesystem.loop");
    expect(contentOf(found, "big.bin")?.length).toBe(20_000);
  });

  it("tells a block that is not there", () => {
    const found = damaged("littlefs", "files-and-dirs", (image) => {
      // The last block of `big.bin` stands before its size, 20,000.
      writeU32(image, offsetOf(image, "\u0020\u004e\u0000\u0000") - 4, 0x7000);
      mendCommits(image);
    });
    expect(found.problems).toMatchObject([{ code: "filesystem.out-of-range", path: "big.bin" }]);
  });
});

describe("SPIFFS", () => {
  it("finds a page that its index does not name, by what the page says of itself", () => {
    const found = damaged("spiffs", "multi-block", (image) => writeU16(image, 256 + 49 + 2, 0xffff));
    expect(found.entries).toEqual(sound("spiffs", "multi-block").entries);
  });

  it("says where a file has a gap, and gives no content then", () => {
    const found = damaged("spiffs", "multi-block", (image) => {
      image[3 * 256 + 4] = 0x7c;
    });
    expect(found.problems).toMatchObject([{ code: "filesystem.incomplete", path: "big.bin", offset: 256 }]);
    expect(contentOf(found, "big.bin")).toBeNull();
  });

  it("bounds a size", () => {
    const found = damaged("spiffs", "one-small", (image) => writeU32(image, 256 + 8, 0x7fff_ffff));
    expect(found.problems).toMatchObject([{ code: "filesystem.size", path: "a.txt" }]);
  });

  it("tells a page of another file", () => {
    const found = damaged("spiffs", "two-index-pages", (image) => writeU16(image, 5 * 256, 0x77));
    expect(codes(found)).toEqual(["filesystem.checksum", "filesystem.incomplete"]);
  });
});

describe("FAT", () => {
  const fatAt = 0x2000;

  it("ends where clusters go round in a circle", () => {
    const found = damaged("fat", "wl-fat12", (image) => {
      // Every cluster leads to itself.
      for (let cluster = 2; cluster < 20; cluster += 2)
        image.set([cluster, ((cluster + 1) << 4) & 0xff, (cluster + 1) >> 4], fatAt + cluster * 1.5);
    });
    expect(codes(found)).toEqual(["filesystem.checksum", "filesystem.loop"]);
    expect(contentOf(found, "A.TXT")).toBeNull();
  });

  it("tells tables that differ, and the first one counts", () => {
    const found = damaged("fat", "wl-fat12", (image) => flip(image, fatAt + 4096 + 40));
    expect(found.problems).toMatchObject([{ code: "filesystem.checksum", offset: fatAt }]);
    expect(found.entries).toEqual(sound("fat", "wl-fat12").entries);
  });

  it("takes the second state of wear levelling where the first is damaged", () => {
    const found = damaged("fat", "wl-fat12", (image) => flip(image, 0x20000 - 3 * 4096 + 8));
    expect(found.problems).toMatchObject([{ code: "filesystem.checksum", offset: 0x20000 - 3 * 4096 }]);
    expect(found.entries).toEqual(sound("fat", "wl-fat12").entries);
  });

  it("bounds a size", () => {
    const found = damaged("fat", "wl-fat12", (image) =>
      writeU32(image, offsetOf(image, "A       TXT") + 28, 0xffff_fff0),
    );
    expect(found.problems).toMatchObject([{ code: "filesystem.incomplete", path: "A.TXT" }]);
  });

  it("gives no directory twice", () => {
    const found = damaged("fat", "plain-fat12", (image) => {
      const [file, folder] = [offsetOf(image, "B       BIN"), offsetOf(image, "SUB     ")];
      image[file + 11] = 0x10;
      image.copyWithin(file + 26, folder + 26, folder + 28);
    });
    expect(codes(found)).toEqual(["filesystem.loop"]);
  });
});

describe("what is no file system", () => {
  it.each([
    ["blank flash", new Uint8Array(0x4000).fill(0xff), "filesystem.blank"],
    ["zeros", new Uint8Array(0x4000), "filesystem.unknown"],
    ["nothing", new Uint8Array(0), "filesystem.blank"],
    ["noise", Uint8Array.from({ length: 0x4000 }, (_, index) => (index * 7919) >> 3), "filesystem.unknown"],
  ])("%s", (_, image, code) => expect(() => parseFileSystem(image)).toThrow(expect.objectContaining({ code })));
});

describe("a path that leaves the folder it is put into, on some system", () => {
  it.each([
    "../a",
    "a/../b",
    "/a",
    "a//b",
    "a/",
    "",
    "a\\b",
    "c:x",
    "a/./b",
    "nul",
    "x/COM1.txt",
    "a\u0000b",
    "a. ",
    "a\nb",
  ])("%j", (path) => expect(isPlainPath(path)).toBe(false));
  it.each(["a", "www/index.html", ".hidden", "a..b", "console", "ü/ß"])("not so %j", (path) =>
    expect(isPlainPath(path)).toBe(true),
  );
});
