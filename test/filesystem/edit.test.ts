import { describe, expect, it } from "vitest";
import {
  editFileSystem,
  type FileSystemContents,
  makeFat,
  makeLittleFs,
  makeSpiffs,
  parseFileSystem,
} from "../../src/filesystem.ts";
import { casesOf, goldenImage } from "../support/filesystem/golden-cases.ts";
import { expectSoundLittleFs } from "../support/filesystem/littlefs-rules.ts";

const content = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const filesOf = ({ entries }: FileSystemContents): [string, string][] =>
  entries
    .filter(({ kind }) => kind === "file")
    .map((entry) => [entry.path, Buffer.from(entry.content ?? []).toString("latin1")]);

describe("files are put in and taken out", () => {
  const made = (["spiffs", "littlefs", "fat"] as const).flatMap((kind) =>
    casesOf(kind).filter(({ exit }) => exit === 0),
  );

  it.each(made)("of images of the original tools, whose other files stay: $kind $name", (one) => {
    const image = goldenImage(one);
    const before = parseFileSystem(image);
    const put = [{ path: "NEW.TXT", content: content("new") }];
    const edited = editFileSystem(image, { put });
    const after = parseFileSystem(edited.image);
    expect(filesOf(after)).toEqual(
      [...filesOf(before), ["NEW.TXT", "new"]].sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)),
    );
    expect(after.problems).toEqual([]);
    expect(edited).toMatchObject({ added: ["NEW.TXT"], replaced: [], removed: [], lost: [] });
    expect({ ...after.settings, inlineBytes: 0 }).toEqual({ ...before.settings, inlineBytes: 0 });
    expect(edited.image.length).toBe(image.length);
    if (after.settings.kind === "littlefs") expectSoundLittleFs(edited.image, after.settings);
    // Directories, times and what is kept with files are as they were.
    const others = after.entries.filter(({ path }) => path !== "NEW.TXT");
    expect(others).toEqual(before.entries);
    const back = editFileSystem(edited.image, { remove: ["NEW.TXT"] });
    expect(parseFileSystem(back.image).entries).toEqual(before.entries);
  });

  it("gives back the image itself where nothing changes", () => {
    const image = makeLittleFs([{ path: "a", content: content("x") }], { sizeBytes: 0x10000 });
    const moved = goldenImage({ kind: "littlefs", name: "superblock-moved" });
    expect(editFileSystem(image, { put: [{ path: "a", content: content("x") }] })).toMatchObject({
      image,
      added: [],
      replaced: [],
    });
    expect(editFileSystem(moved, {}).image).toEqual(moved);
  });

  it("says what was replaced and removed, with all that was in a directory", () => {
    const files = ["d/a", "d/b", "dd"].map((path) => ({ path, content: content(path) }));
    const image = makeLittleFs(files, { sizeBytes: 0x10000 });
    const edited = editFileSystem(image, { put: [{ path: "dd", content: content("?") }], remove: ["d"] });
    expect(edited).toMatchObject({ added: [], replaced: ["dd"], removed: ["d", "d/a", "d/b"] });
    expect(filesOf(parseFileSystem(edited.image))).toEqual([["dd", "?"]]);
    expect(() => editFileSystem(image, { remove: ["nothing"] })).toThrow("no 'nothing'");
  });

  it("keeps sectors of a FAT where wear levelling has moved them", () => {
    const image = makeFat([{ path: "A.TXT", content: content("a") }], { sizeBytes: 0x20000, deviceId: 7 });
    // As if the empty sector had gone two steps: the first two of the volume stand one before.
    image.copyWithin(0, 0x1000, 0x3000);
    image.fill(0x11, 0x2000, 0x3000);
    const record = (number: number): Buffer => {
      const words = [0, 1, 2, 3].map((part) => Buffer.from(Uint32Array.of(7 + 4 * number + part).buffer));
      return Buffer.concat(words.map((word) => Buffer.from(Uint32Array.of(crc32Seeded(word)).buffer)));
    };
    for (const state of [0x1d000, 0x1e000]) for (const step of [0, 1]) image.set(record(step), state + 64 + 16 * step);
    const before = parseFileSystem(image);
    expect(before.settings).toMatchObject({ wearLevelling: { emptySector: 2 } });
    const { image: after } = editFileSystem(image, { put: [{ path: "B.TXT", content: content("b") }] });
    expect(filesOf(parseFileSystem(after))).toEqual([
      ["A.TXT", "a"],
      ["B.TXT", "b"],
    ]);
    // Neither the empty sector nor what wear levelling keeps is touched.
    expect(after.subarray(0x2000, 0x3000)).toEqual(image.subarray(0x2000, 0x3000));
    expect(after.subarray(0x1d000)).toEqual(image.subarray(0x1d000));
  });

  it("takes names of a FAT that differ in case for one, and no long ones unless there are such", () => {
    const image = makeFat([{ path: "A.TXT", content: content("a") }], { sizeBytes: 0x20000 });
    const put = [{ path: "a.txt", content: content("b") }];
    expect(editFileSystem(image, { put })).toMatchObject({ replaced: ["A.TXT"] });
    const long = { put: [{ path: "longer name.txt", content: content("b") }] };
    expect(() => editFileSystem(image, long)).toThrow(expect.objectContaining({ code: "filesystem.bad-name" }));
    const { image: after } = editFileSystem(image, long, { longNames: true });
    expect(editFileSystem(after, { put: [{ path: "also long.txt", content: content("c") }] }).added).toHaveLength(1);
  });

  it("writes a FAT that stands one sector behind the start of its partition back there", () => {
    const plain = makeFat([{ path: "A.TXT", content: content("a") }], { sizeBytes: 0x20000, wearLevelling: false });
    const image = new Uint8Array(0x21000).fill(0xff);
    image.set(plain, 0x1000);
    const { image: after } = editFileSystem(image, { remove: ["A.TXT"] });
    expect(parseFileSystem(after)).toMatchObject({ settings: { offset: 0x1000 }, entries: [], problems: [] });
  });

  it("is refused where there is damage, and done where that is wanted: what is whole stays, and what is lost is said", () => {
    const image = makeSpiffs(
      ["a", "b"].map((path) => ({ path, content: new Uint8Array(600).fill(path.charCodeAt(0)) })),
      { sizeBytes: 0x4000 },
    );
    // The second data page of `a` is gone.
    image[3 * 256 + 4] = 0x7c;
    const put = [{ path: "c", content: content("c") }];
    expect(() => editFileSystem(image, { put })).toThrow(expect.objectContaining({ code: "filesystem.damaged" }));
    const edited = editFileSystem(image, { put }, { force: true });
    expect(edited).toMatchObject({ added: ["c"], lost: ["a"] });
    expect(parseFileSystem(edited.image)).toMatchObject({ entries: [{ path: "b" }, { path: "c" }], problems: [] });
  });

  it("is refused where there is no room, and where there is no file system", () => {
    const image = makeLittleFs([], { sizeBytes: 0x4000 });
    const put = [{ path: "a", content: new Uint8Array(20_000) }];
    expect(() => editFileSystem(image, { put })).toThrow(expect.objectContaining({ code: "filesystem.full" }));
    const blank = new Uint8Array(0x4000).fill(0xff);
    expect(() => editFileSystem(blank, { put })).toThrow(expect.objectContaining({ code: "filesystem.blank" }));
  });
});

function crc32Seeded(bytes: Uint8Array): number {
  let register = 0;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
  }
  return ~register >>> 0;
}
