import { equalBytes } from "../../src/core/bytes/words.ts";
import { editFileSystem } from "../../src/core/filesystem/edit-file-system.ts";
import { makeFat } from "../../src/core/filesystem/fat/make-fat.ts";
import type { FileToStore } from "../../src/core/filesystem/file-system.ts";
import { makeLittleFs } from "../../src/core/filesystem/littlefs/make-littlefs.ts";
import { parseFileSystem } from "../../src/core/filesystem/parse-file-system.ts";
import { makeSpiffs } from "../../src/core/filesystem/spiffs/make-spiffs.ts";
import { damagedImage, SOUND_IMAGES_OF } from "../../test/support/filesystem/damage.ts";
import { type Random, randomBytes } from "../../test/support/mutation.ts";
import { type FuzzTarget, must } from "./fuzz-target.ts";

const NEW = { path: "NEW.TXT", content: Uint8Array.of(1, 2, 3) };
const LETTERS = [
  ..."abcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXY123456789",
  "a",
  "b",
  "A",
  "Z",
  "0",
  ".",
  "/",
  " ",
  "~",
  "1",
  "ü",
  "ß",
  "€",
  "_",
  "é",
  "x",
  "lo",
  "NG",
];

/** Readers, what changes an image, and the makers, whose images the readers have to read. */
export const FILE_SYSTEM_TARGETS: readonly FuzzTarget[] = [
  ...(["spiffs", "littlefs", "fat"] as const).flatMap((kind): FuzzTarget[] => {
    const make = (random: Random): Uint8Array<ArrayBuffer> => damagedImage(random, SOUND_IMAGES_OF[kind]);
    return [
      { name: kind, make, take: takeImage },
      { name: `${kind}-edit`, make, take: takeEdit },
    ];
  }),
  { name: "file-system-make", make: (random) => randomBytes(random, 20 + random(300)), take: takeFiles },
];

function takeImage(bytes: Uint8Array<ArrayBuffer>): void {
  const { entries, problems } = parseFileSystem(bytes);
  const content = entries.reduce((sum, entry) => sum + (entry.content?.length ?? 0), 0);
  must(content <= 4 * bytes.length, "more content than the image can have");
  must(problems.length <= 501, "problems without end");
  for (const { kind, content: own, path } of entries) {
    const isTold = problems.some((problem) => problem.path === path || problem.code === "filesystem.too-much");
    must(kind === "directory" || own !== null || isTold, "content is missing and nothing is said");
  }
}

/** What was whole before is there afterwards, whatever was wrong with the rest. */
function takeEdit(bytes: Uint8Array<ArrayBuffer>): void {
  const { image, before, lost } = editFileSystem(bytes, { put: [NEW] }, { force: true });
  must(image.length === bytes.length, "another length");
  const after = parseFileSystem(image, { kind: before.kind });
  const whole = [...before.entries.filter(({ content, path }) => content !== null && path !== NEW.path), NEW];
  const contents = new Map(after.entries.map(({ path, content }) => [path, content]));
  const wanted = new Map(whole.map(({ path, content }) => [path, content]));
  for (const [path, content] of wanted) {
    const found = contents.get(path);
    must(found != null && content !== null && equalBytes(found, content), `'${path}' is another`);
  }
  must(
    lost.every((path) => !contents.has(path) || wanted.has(path)),
    "what was lost is there",
  );
}

/** Paths and sizes of files are drawn from the bytes. */
function takeFiles(bytes: Uint8Array<ArrayBuffer>): void {
  const files: FileToStore[] = [];
  const [kind = 0, block = 0, ...rest] = bytes;
  for (let at = 0; at + 4 < rest.length; ) {
    const [length = 0, size = 0, more = 0] = rest.slice(at, at + 3);
    const name = rest.slice(at + 3, at + 4 + (length % 24));
    const path = name.map((letter) => LETTERS[letter % LETTERS.length]).join("");
    files.push({ path, content: new Uint8Array(size * (1 + (more & 31))).fill(more) });
    at += 4 + (length % 24);
  }
  const sizeBytes = 0x40000;
  const blockBytes = 512 << (block & 3);
  const made = [
    () => makeLittleFs(files, { sizeBytes, blockBytes, progBytes: 64 }),
    () => makeSpiffs(files, { sizeBytes, blockBytes: 4096, pageBytes: 128 << (block & 1) }),
    () => makeFat(files, { sizeBytes, sectorBytes: blockBytes, longNames: true, wearLevelling: (block & 4) === 0 }),
  ][kind % 3]?.();
  if (made === undefined) return;
  const { entries, problems } = parseFileSystem(made);
  must(problems.length === 0, `an image with problems was made: ${problems[0]?.message}`);
  for (const { path, content } of files) {
    const found = entries.find((entry) => entry.path === path);
    must(found?.content != null && equalBytes(found.content, content), `'${path}' is another`);
  }
}
