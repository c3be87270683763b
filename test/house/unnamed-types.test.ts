import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { Declarations } from "../../tools/check/unnamed-types.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "esptool-types-"));
const doors = Object.values(manifest.exports).flatMap((door) =>
  typeof door === "string" ? [] : [door.types.replace("./dist/", "")],
);
let declarations: Declarations;

beforeAll(() => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", place];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout);
  declarations = new Declarations();
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

it.each(doors)("%s exports every type that is met through it", (door) => {
  expect(
    declarations.unnamedTypes(join(place, door)).map(({ name, through }) => `${name}, through ${through}`),
  ).toEqual([]);
});

/** Nothing but the button's class is there, and nobody waits for it. */
const NOTHING_IS_THROWN = ["elements.d.ts"];

it.each(doors.filter((door) => !NOTHING_IS_THROWN.includes(door)))("%s has what tells its errors apart", (door) => {
  expect(declarations.namesOf(join(place, door))).toEqual(
    expect.arrayContaining(["EspError", "isEspError", "ErrorCode"]),
  );
});

/** A session is opaque, and nothing else leads to its inside either. */
const INSIDE = [
  "LiveSession",
  "RomSession",
  "StubSession",
  "SessionMemory",
  "Link",
  "LoaderTraits",
  "Machine",
  "Board",
];

it.each(doors)("%s leads to nothing that is inside", (door) => {
  const names = declarations.namesOf(join(place, door));
  expect(names.length).toBeGreaterThan(0);
  // The traits of loaders are what `loaderTraits` of the chips door is about.
  const allowed = door === "chips.d.ts" ? ["LoaderTraits"] : [];
  expect(names.filter((name) => INSIDE.includes(name) && !allowed.includes(name))).toEqual([]);
});

/** `(bytes: Uint8Array)` and the like, within which bytes go in. */
const PARAMETERS = /\((?:[^()]|\([^()]*\))*\)(?=: | =>)/g;
const ANY_BYTES = /\bUint8Array\b(?!<ArrayBuffer>)/;
/** What is given, never handed out: the forms of bytes, and what the hosts' own objects return. */
const GIVEN = [
  "ByteSource",
  "WithByteSources",
  "WithFileSources",
  "ByteFault",
  "BodyReaderLike",
  "ByteReaderLike",
  "PortBench",
  "FlashContents",
  "FlashOptions",
  "FlashReadCallback",
  "ReadNvsFile",
  "ParseNvsOptions",
  "MakeNvsOptions",
  "EditNvsOptions",
  "FlashPatch",
  "FlashStep",
  "FileToStore",
  "FlashReader",
  "ReadFlashOptions",
  "Tree",
  "BackupStore",
];

it.each(doors)("%s hands out no bytes but in memory of their own, as Blob and WebCrypto want them", (door) => {
  const met = declarations.met(join(place, door)).filter(({ name }) => !GIVEN.includes(name));
  expect(met.length).toBeGreaterThanOrEqual(5);
  const handingOut = met.filter(({ text }) => ANY_BYTES.test(text.replace(PARAMETERS, "()")));
  expect(handingOut.map(({ name }) => name)).toEqual([]);
});

/** The names of esptool-js are not ours to choose. */
const FOREIGN = ["compat.d.ts"];

it.each(doors.filter((door) => !FOREIGN.includes(door)))(
  "%s names what it does, or what it has: nothing begins with `get`",
  (door) => {
    expect(declarations.namesOf(join(place, door)).filter((name) => /^get/i.test(name))).toEqual([]);
  },
);
