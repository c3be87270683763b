import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { makeLittleFs } from "../../src/filesystem.ts";
import { type ChipId, connect, disconnect } from "../../src/index.ts";
import {
  type BackupManifest,
  type BackupStore,
  backupFlash,
  encodePartitionTable,
  formatBackupManifest,
  parseBackupManifest,
  parsePartitionCsv,
  planRestore,
} from "../../src/partition.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { seededRandom } from "../support/mutation.ts";

/** Small, because all of it is read and digested again and again. */
const FLASH_BYTES = 1024 * 1024;
const TABLE = encodePartitionTable(
  parsePartitionCsv(
    "nvs,data,nvs,0x9000,0x6000,\notadata,data,ota,0xf000,0x2000,\napp0,app,ota_0,0x20000,0x40000,\n" +
      "app1,app,ota_1,0x60000,0x40000,\nesp_secure_cert,0x3f,6,0xa0000,0x2000,\n./..,data,0x40,0xb0000,0x3000,\n",
  ).partitions,
);
const OTHER_TABLE = encodePartitionTable(
  parsePartitionCsv("nvs,data,nvs,0x9000,0x4000,\napp0,app,ota_0,0x20000,256K,\n").partitions,
);

function noise(seed: number, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random(256));
}

/** A board in use: every kind of region has something in it, and one partition nothing. */
const OTHER_MAC = Uint8Array.of(0x24, 0x0a, 0xc4, 0, 0, 1);

function board(chip: ChipId = "esp32c3", mac?: Uint8Array): VirtualChip {
  const made = virtualChip(chip, {
    timing: INSTANT_TIMING,
    silicon: { flash: { sizeBytes: FLASH_BYTES }, ...(mac !== undefined && { mac }) },
  });
  made.flash.place(chip === "esp32c3" ? 0 : 0x1000, noise(1, 20_000));
  made.flash.place(0x8000, TABLE);
  made.flash.place(0x9000, noise(2, 0x6000));
  made.flash.place(0xf000, noise(3, 32));
  made.flash.place(0x20000, noise(4, 50_001));
  made.flash.place(0xa0000, noise(5, 0x1800));
  made.flash.place(0xb1000, noise(6, 10));
  made.flash.place(0xc0000, noise(7, 5));
  made.flash.place(FLASH_BYTES - 1, Uint8Array.of(0x42));
  return made;
}

const all = (chip: VirtualChip): Uint8Array => chip.flash.read(0, FLASH_BYTES).slice();

type Stored = Map<string, unknown>;

async function run(chip: VirtualChip, line: string, files: Record<string, Uint8Array> = {}, more: object = {}) {
  const host = testCliHost({ port: chip.port, files, ...more });
  const code = await runCli(["-p", "x", ...line.split(" ")], host);
  const stored: Record<string, Uint8Array> = {};
  for (const [name, file] of host.stored as Stored) if (file instanceof Uint8Array) stored[name] = file;
  return { code, all: `${host.out()}${host.err()}`.replace(/\s+/g, " "), stored, out: host.out() };
}

async function backedUp(chip = board()): Promise<Record<string, Uint8Array>> {
  const { code, all: said, stored } = await run(chip, "backup b");
  expect([code, code === 0 ? "" : said]).toEqual([0, ""]);
  return stored;
}

let made: Promise<Record<string, Uint8Array>> | null = null;
/** For all who change nothing of it. */
const sameBackup = (): Promise<Record<string, Uint8Array>> => {
  made ??= backedUp();
  return made;
};

const manifestOf = (files: Record<string, Uint8Array>): BackupManifest =>
  parseBackupManifest(files["b/backup.json"] ?? new Uint8Array());

function withManifest(files: Record<string, Uint8Array>, change: (text: string) => string): Record<string, Uint8Array> {
  const text = new TextDecoder().decode(files["b/backup.json"]);
  return { ...files, "b/backup.json": new TextEncoder().encode(change(text)) };
}

describe("a backup", () => {
  it("has every byte that is not blank, in files that any program unpacks", async () => {
    const chip = board();
    const files = await backedUp(chip);
    const manifest = manifestOf(files);
    expect([manifest.chip, manifest.flashBytes, manifest.complete, manifest.encrypted]).toEqual([
      "esp32c3",
      FLASH_BYTES,
      true,
      false,
    ]);
    // Put together by hand, with Node's own gunzip.
    const whole = new Uint8Array(FLASH_BYTES).fill(0xff);
    for (const { file, address } of manifest.entries)
      if (file !== null) whole.set(gunzipSync(files[`b/${file}`] ?? new Uint8Array()), address);
    expect(Buffer.compare(whole, all(chip))).toBe(0);
    const names = manifest.entries.filter(({ file }) => file !== null).map(({ name }) => name);
    expect(names).toEqual([
      "bootloader",
      "partition-table",
      "nvs",
      "otadata",
      "app0",
      "esp_secure_cert",
      "./..",
      "0xb3000",
    ]);
    expect(Object.keys(files).every((name) => /^b\/[0-9A-Za-z][\w.-]*$/.test(name))).toBe(true);
    expect(JSON.stringify([...Object.keys(files)])).not.toContain("app1");
  });

  it.each<ChipId>(["esp32", "esp8266"])("is made of an %s, too, and comes back", async (chip) => {
    const made = board(chip);
    const before = all(made);
    const { code, all: said, stored } = await run(made, "backup b");
    expect([code, code === 0 ? "" : said]).toEqual([0, ""]);
    made.flash.place(0, new Uint8Array(FLASH_BYTES).fill(0x11));
    const restored = await run(made, "restore b", stored);
    expect([restored.code, restored.code === 0 ? "" : restored.all]).toEqual([0, ""]);
    expect(Buffer.compare(all(made), before)).toBe(0);
  });

  it("of a board without a table has all of its bytes", async () => {
    const chip = board();
    chip.flash.place(0x8000, new Uint8Array(0x1000).fill(0));
    const { code, all: said, stored } = await run(chip, "backup b");
    expect([code, said.includes("No partition table was found")]).toEqual([0, true]);
    const before = all(chip);
    chip.flash.place(0, new Uint8Array(FLASH_BYTES).fill(0x11));
    expect((await run(chip, "restore b", stored)).code).toBe(0);
    expect(Buffer.compare(all(chip), before)).toBe(0);
  });

  it("that was broken off goes on with what the chip proves", async () => {
    const chip = board();
    const files = await backedUp(chip);
    const broken = withManifest(files, (text) => text.replace('"complete": true', '"complete": false'));
    delete broken[`b/${manifestOf(files).entries.find(({ name }) => name === "nvs")?.file}`];
    // Changed since: the file of it is no longer what the chip has.
    chip.flash.place(0x20000, noise(99, 100));
    const { code, out, stored } = await run(chip, "--json backup b", broken);
    expect(code).toBe(0);
    const result = JSON.parse(out.trim().split("\n").at(-1) ?? "{}");
    expect(result.read ?? result.result?.read).toEqual(["nvs", "app0"]);
    const again = board();
    again.flash.place(0x20000, noise(99, 100));
    expect(stored[`b/${manifestOf(stored).entries.find(({ name }) => name === "nvs")?.file}`]).toBeDefined();
    const wrecked = board();
    wrecked.flash.place(0, new Uint8Array(FLASH_BYTES).fill(0));
    expect((await run(wrecked, "restore b", stored)).code).toBe(0);
    expect(Buffer.compare(all(wrecked), all(again))).toBe(0);
  });

  it("is broken off between any two files, and goes on", async () => {
    const chip = board();
    const files = new Map<string, Uint8Array>();
    let left = 0;
    const store: BackupStore = {
      read: async (name) => files.get(name) ?? null,
      write: async (name, bytes) => {
        if (left-- === 0) throw new Error("the power went");
        files.set(name, bytes.slice());
      },
    };
    let tries = 0;
    for (let done = false; !done && tries < 100; tries++) {
      left = 3;
      const session = await connect(chip.port);
      await backupFlash(session, store).then(
        () => {
          done = true;
        },
        (error: Error) => expect(error.message).toBe("the power went"),
      );
      await disconnect(session);
    }
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(30);
    const whole = new Uint8Array(FLASH_BYTES).fill(0xff);
    for (const { file, address } of parseBackupManifest(files.get("backup.json") ?? new Uint8Array()).entries)
      if (file !== null) whole.set(gunzipSync(files.get(file) ?? new Uint8Array()), address);
    expect(Buffer.compare(whole, all(chip))).toBe(0);
  });

  it("is not written over, but brought up to date when that is asked for", async () => {
    const chip = board();
    const files = await backedUp(chip);
    const refused = await run(chip, "backup b", files);
    expect([refused.code, refused.all.includes("a complete backup of this board already")]).toEqual([2, true]);
    expect(refused.all).toContain("try: --update");
    expect(refused.stored).toEqual(files);
    const other = await run(board("esp32c3", OTHER_MAC), "backup b --update", files);
    expect([other.code, other.all.includes("a backup of another board")]).toEqual([2, true]);
    chip.flash.place(0x9000, noise(50, 10));
    const updated = await run(chip, "backup b --update --partition-table-address 0x8000 --spi-connection SPI", files);
    expect(updated.code).toBe(0);
    const changed = Object.keys(updated.stored).filter((name) => updated.stored[name] !== files[name]);
    expect(changed.filter((name) => name !== "b/backup.json")).toEqual(["b/00009000-nvs.bin.gz"]);
  });
});

describe("a backup that is only asked for", () => {
  it("says region by region what would be read, and writes nothing", async () => {
    const chip = board();
    const { code, all: said, stored } = await run(chip, "backup b --dry-run");
    expect([code, stored]).toEqual([0, {}]);
    expect(said).toContain("Of 24:0a:c4:00:5a:05 8 of 11 regions would be read, 667648 bytes, and kept in 'b': ");
    for (const line of [
      "bootloader 32768 bytes would be read",
      "app1 262144 bytes blank",
      "./.. 12288 bytes would be read",
    ])
      expect(said).toContain(line);
    expect(said).toContain("Nothing was done: --dry-run.");
  });

  it("says what of an older one is good yet, and is refused where it would be", async () => {
    const chip = board();
    const files = await backedUp(chip);
    const refused = await run(chip, "backup b --dry-run", files);
    expect([refused.code, refused.all.includes("a complete backup of this board already")]).toEqual([2, true]);
    chip.flash.place(0x9000, noise(50, 10));
    const damaged = { ...files, "b/00020000-app0.bin.gz": noise(1, 100) };
    const { out, stored } = await run(chip, "--json backup b --update --dry-run", damaged);
    expect(stored).toEqual(damaged);
    const result = JSON.parse(out.trim().split("\n").at(-1) ?? "{}");
    const regions: { name: string; state: string }[] = result.regions ?? result.result?.regions;
    const inState = (state: string): string[] => regions.filter((one) => one.state === state).map(({ name }) => name);
    expect(inState("data")).toEqual(["nvs", "app0"]);
    // What is blank is proved to be by the old manifest, too.
    expect(inState("blank")).toEqual([]);
    expect(inState("same")).toContain("app1");
    // What was said is what is done.
    const done = JSON.parse(
      (await run(chip, "--json backup b --update", damaged)).out.trim().split("\n").at(-1) ?? "{}",
    );
    expect(done.read ?? done.result?.read).toEqual(["nvs", "app0"]);
  });
});

describe("the folder of a backup", () => {
  it("is looked at like a board, and files are taken out of it", async () => {
    const chip = board();
    const content = new TextEncoder().encode("hello");
    chip.flash.place(0x60000, makeLittleFs([{ path: "a.txt", content }], { sizeBytes: 0x40000 }));
    const files = await backedUp(chip);
    const page = await run(board(), "inspect b", files);
    expect([page.code, page.all.includes("A backup of the board 24:0a:c4:00:5a:05, an esp32c3:")]).toEqual([0, true]);
    expect(page.all).toContain("app1 app/ota_1 0x060000 256K");
    // The same page as of a file with the whole flash.
    const ofFile = await run(board(), "inspect all.bin", { "all.bin": all(chip) });
    const bodyOf = (text: string): string => text.slice(text.indexOf("Partition table"));
    expect(bodyOf(page.out)).toBe(bodyOf(ofFile.out));
    const got = await run(board(), "fs get b out --partition app1", files);
    expect([got.code, got.stored["out/a.txt"]]).toEqual([0, content]);
    const damaged = { ...files, "b/00020000-app0.bin.gz": noise(1, 100) };
    expect((await run(board(), "inspect b", damaged)).all).toContain("The backup cannot be used");
    // A file that is whole and as long as it should be, and of something else.
    const { dataBytes = 0 } = manifestOf(files).entries.find(({ name }) => name === "app0") ?? {};
    const other = { ...files, "b/00020000-app0.bin.gz": gzipSync(noise(9, dataBytes)) };
    for (const line of ["inspect b", "fs get b out --partition app1", "restore b"])
      expect((await run(board(), line, other)).all).toContain("what it has of 'app0' is not what was read then");
    const broken = withManifest(files, (text) => text.replace('"complete": true', '"complete": false'));
    expect((await run(board(), "inspect b", broken)).all).toContain("was broken off");
  });
});

describe("a backup that is not alone", () => {
  it("has files that nobody else may read: settings and keys are in them", async () => {
    const host = testCliHost({ port: board().port });
    const { writeAtomically } = host.files;
    const written: (boolean | undefined)[] = [];
    Object.assign(host.files, {
      writeAtomically: (...[path, data, how]: Parameters<typeof writeAtomically>) => {
        written.push(how?.isPrivate);
        return writeAtomically(path, data, how);
      },
    });
    expect(await runCli(["-p", "x", "backup", "b"], host)).toBe(0);
    expect(written.length).toBeGreaterThan(3);
    expect(new Set(written)).toEqual(new Set([true]));
  });

  it("has its folder for itself, whatever the board", async () => {
    const first = testCliHost({ port: board().port });
    const second = testCliHost({ port: board("esp32c3", OTHER_MAC).port });
    const both = [first, { ...second, files: first.files }].map((host) => runCli(["-p", "x", "backup", "b"], host));
    expect((await Promise.all(both)).sort()).toEqual([0, 2]);
    expect(`${first.err()}${second.err()}`).toContain("file.busy");
    const again = testCliHost({ port: board("esp32c3", OTHER_MAC).port });
    expect(await runCli(["-p", "x", "backup", "b"], { ...again, files: first.files })).toBe(2);
    expect(again.err()).toContain("a backup of another board");
  });

  it("is called incomplete before the first of its files is replaced", async () => {
    const chip = board();
    const files = await backedUp(chip);
    const stored = new Map(Object.entries(files).map(([name, bytes]) => [name.slice(2), bytes]));
    chip.flash.place(0x9000, noise(50, 10));
    let isFirst = true;
    const store: BackupStore = {
      read: async (name) => stored.get(name) ?? null,
      write: async (name, bytes) => {
        stored.set(name, bytes.slice());
        if (!name.includes("nvs") || !isFirst) return;
        isFirst = false;
        throw new Error("the power went");
      },
    };
    const session = await connect(chip.port);
    await expect(backupFlash(session, store, { update: true })).rejects.toThrow("the power went");
    expect(parseBackupManifest(stored.get("backup.json") ?? new Uint8Array()).complete).toBe(false);
    const { read, kept } = await backupFlash(session, store);
    await disconnect(session);
    // Its file came before the power went, and the manifest that tells of it did not.
    expect(read).toEqual(["nvs"]);
    expect(kept).toContain("app0");
  });
});

describe("a restore", () => {
  it("makes the flash as it was, and writes only what differs", async () => {
    const chip = board();
    const before = all(chip);
    const files = await backedUp(chip);
    const counted = JSON.stringify(chip.flash.counters);
    expect((await run(chip, "restore b", files)).code).toBe(0);
    expect(JSON.stringify(chip.flash.counters)).toBe(counted);
    // Wrecked in every way: contents gone, blanks written to, one byte wrong.
    chip.flash.place(0x8000, new Uint8Array(0x38000).fill(0xff));
    chip.flash.place(0x60000, noise(60, 0x2000));
    chip.flash.place(0xa1000, Uint8Array.of(0));
    const dry = await run(chip, "restore b --dry-run", files);
    expect(dry.all).toContain("Would be written: partition-table, nvs, otadata, app0, app1, esp_secure_cert.");
    expect(Buffer.compare(all(chip), before)).not.toBe(0);
    const { code, all: said } = await run(chip, "restore b", files);
    expect([code, code === 0 ? "" : said]).toEqual([0, ""]);
    expect(Buffer.compare(all(chip), before)).toBe(0);
    expect(said).toContain("Written and proved: partition-table, nvs, otadata, app0, app1, esp_secure_cert.");
  });

  it("of some, or all but some, leaves the others", async () => {
    const chip = board();
    const files = await backedUp(chip);
    chip.flash.place(0x9000, noise(70, 100));
    chip.flash.place(0x20000, noise(71, 100));
    const kept = await run(chip, "restore b --keep nvs --spi-connection SPI", files);
    expect([kept.code, kept.all.includes("nvs (as asked)")]).toEqual([0, true]);
    expect(chip.flash.read(0x9000, 100)).toEqual(noise(70, 100));
    expect(chip.flash.read(0x20000, 100)).toEqual(noise(4, 100));
    chip.flash.place(0x20000, noise(71, 100));
    expect((await run(chip, "restore b --only nvs,otadata --force", files)).code).toBe(0);
    expect(chip.flash.read(0x9000, 100)).toEqual(noise(2, 100));
    expect(chip.flash.read(0x20000, 100)).toEqual(noise(71, 100));
  });

  it("on another board leaves what belongs to the first one, unless somebody says otherwise", async () => {
    const files = await sameBackup();
    const other = (): VirtualChip =>
      virtualChip("esp32c3", {
        timing: INSTANT_TIMING,
        silicon: { mac: OTHER_MAC, flash: { sizeBytes: FLASH_BYTES } },
      });
    const quiet = other();
    const { code, all: said } = await run(quiet, "restore b", files);
    expect(code).toBe(0);
    expect(said).toContain("left out: nvs, esp_secure_cert.");
    expect(quiet.flash.read(0x9000, 0x6000).every((byte) => byte === 0xff)).toBe(true);
    expect(quiet.flash.read(0xa0000, 0x2000).every((byte) => byte === 0xff)).toBe(true);
    expect(quiet.flash.read(0x20000, 100)).toEqual(noise(4, 100));
    const told = other();
    expect((await run(told, "restore b --identity", files)).code).toBe(0);
    expect(Buffer.compare(all(told), all(board()))).toBe(0);
    for (const [answer, byte] of [
      ["y", noise(2, 1)[0]],
      ["n", 0xff],
    ] as const) {
      const asked = other();
      const result = await run(asked, "restore b", files, {
        input: new TextEncoder().encode(`${answer}\r`),
        hasKeyboard: true,
      });
      expect([result.code, asked.flash.read(0x9000, 1)[0]]).toEqual([0, byte]);
      expect(result.all).toContain("Write what belongs to the other board, too (nvs, esp_secure_cert)?");
    }
  });
});

describe("what belongs to one board", () => {
  const otherBoard = { chip: "esp32c3", mac: "24:0a:c4:00:00:01", flashBytes: FLASH_BYTES, encrypted: false } as const;
  const leftOf = (manifest: BackupManifest, options = {}): string[] =>
    planRestore(manifest, otherBoard, options).left.map(({ name }) => name);

  it("is everything where no table tells", async () => {
    const chip = board();
    chip.flash.place(0x8000, new Uint8Array(0x1000).fill(0));
    const { stored } = await run(chip, "backup b");
    expect(leftOf(manifestOf(stored))).toEqual(["0x0"]);
    expect(leftOf(manifestOf(stored), { identity: true })).toEqual([]);
    const other = board("esp32c3", OTHER_MAC);
    other.flash.place(0x9000, noise(90, 0x6000));
    expect((await run(other, "restore b", stored)).code).toBe(0);
    expect(other.flash.read(0x9000, 0x6000)).toEqual(noise(90, 0x6000));
  });

  it("is known by its place, whatever else has its name", async () => {
    const manifest = manifestOf(await sameBackup());
    const called = <T extends { readonly name: string }>(one: T): T => ({ ...one, name: "app0" });
    const twice = {
      ...manifest,
      partitions: [...manifest.partitions.slice(2), ...manifest.partitions.slice(0, 2)].map(called),
      entries: manifest.entries.map((one) => (one.name === "nvs" ? called(one) : one)),
    };
    expect(leftOf(twice)).toEqual(["app0"]);
    expect(planRestore(twice, otherBoard).entries.map(({ address }) => address)).not.toContain(0x9000);
  });
});

type Files = Record<string, Uint8Array>;
const damaged = (files: Files, part: string, change: (bytes: Uint8Array) => Uint8Array): Files => {
  const name = Object.keys(files).find((one) => one.includes(part)) ?? "";
  return { ...files, [name]: change(files[name] ?? new Uint8Array()) };
};

const REFUSED: readonly [
  what: string,
  (files: Files) => Files,
  said: string,
  line?: string,
  chip?: () => VirtualChip,
][] = [
  ["no backup", () => ({}), "There is no backup"],
  ["a manifest that is cut off", (files) => withManifest(files, (text) => text.slice(0, -20)), "no JSON"],
  [
    "a manifest of another kind",
    (files) => withManifest(files, (text) => text.replace("esptool-ts backup", "x")),
    "another kind",
  ],
  [
    "a manifest of a later version",
    (files) => withManifest(files, (text) => text.replace('"version": 1', '"version": 2')),
    "another kind or version",
  ],
  [
    "a backup that was broken off",
    (files) => withManifest(files, (text) => text.replace('"complete": true', '"complete": false')),
    "was broken off",
  ],
  [
    "a name without an end",
    (files) => withManifest(files, (text) => text.replace('"name": "bootloader"', `"name": "${"x".repeat(65)}"`)),
    "a name of a region",
  ],
  [
    "a file that leads out",
    (files) => withManifest(files, (text) => text.replace("00009000-nvs.bin.gz", "../nvs.bin.gz")),
    "plain name",
  ],
  [
    "an absolute file",
    (files) => withManifest(files, (text) => text.replace("00009000-nvs.bin.gz", "/etc/passwd")),
    "plain name",
  ],
  [
    "a region behind the flash",
    (files) => withManifest(files, (text) => text.replace(`"flashBytes": ${FLASH_BYTES}`, '"flashBytes": 524288')),
    "not where one can be",
  ],
  [
    "a file of two regions",
    (files) => withManifest(files, (text) => text.replace("00009000-nvs", "0000f000-otadata")),
    "two of its regions have one file",
  ],
  [
    "an entry that is missing",
    (files) =>
      withManifest(files, (text) => {
        const json = JSON.parse(text);
        json.entries.splice(3, 1);
        return JSON.stringify(json);
      }),
    "not the whole flash",
  ],
  [
    "a file that is missing",
    (files) => Object.fromEntries(Object.entries(files).filter(([name]) => !name.includes("nvs"))),
    "is missing",
  ],
  [
    "a damaged file",
    (files) => damaged(files, "-app0", (bytes) => bytes.map((byte, at) => (at === 1000 ? byte ^ 1 : byte))),
    "is damaged",
  ],
  ["a file that is cut off", (files) => damaged(files, "-app0", (bytes) => bytes.slice(0, -100)), "is damaged"],
  [
    "the file of another board",
    (files) => damaged(files, "-otadata", () => files["b/00008000-partition-table.bin.gz"] ?? new Uint8Array()),
    "is not what was read then",
  ],
  [
    "another chip",
    (files) => files,
    "The backup is of an esp32c3, and the board has an esp32",
    "restore b",
    () => virtualChip("esp32", { timing: INSTANT_TIMING }),
  ],
  [
    "a smaller flash",
    (files) => files,
    "The backup is of 1048576 bytes",
    "restore b",
    () => virtualChip("esp32c3", { timing: INSTANT_TIMING, silicon: { flash: { sizeBytes: 512 * 1024 } } }),
  ],
  [
    "encrypted flash",
    (files) => files,
    "The flash of the board is encrypted",
    "restore b",
    () => virtualChip("esp32c3", { timing: INSTANT_TIMING, silicon: { flashEncryption: true, keyPurposes: [4] } }),
  ],
  [
    "a part below another table",
    (files) => files,
    "another partition table",
    "restore b --only app0",
    () => {
      const chip = board();
      chip.flash.place(0x8000, OTHER_TABLE);
      return chip;
    },
  ],
  ["a name that is none", (files) => files, "Did you mean nvs?", "restore b --only nv"],
  ["a name to keep that is none", (files) => files, "no region 'x'", "restore b --keep x"],
];

describe("nothing is written of", () => {
  it.each(REFUSED)("%s", async (_, change, said, line = "restore b", chip = board) => {
    const files = change(await sameBackup());
    const target = chip();
    if (chip === board) target.flash.place(0x9000, noise(80, 100));
    const counted = JSON.stringify(target.flash.counters);
    const result = await run(target, line, files);
    expect([result.code, result.all.includes(said) ? said : result.all]).toEqual([2, said]);
    expect(JSON.stringify(target.flash.counters)).toBe(counted);
  });

  it("manifests made of chance, and nothing else is thrown", async () => {
    const seed = (await sameBackup())["b/backup.json"] ?? new Uint8Array();
    const { mutated } = await import("../support/mutation.ts");
    const random = seededRandom(3);
    for (let count = 0; count < 500; count++) {
      try {
        const manifest = parseBackupManifest(mutated(random, [seed]));
        for (const { file } of manifest.entries) expect(file ?? "a").toMatch(/^[0-9A-Za-z][\w.-]*$/);
        parseBackupManifest(formatBackupManifest(manifest));
      } catch (error) {
        expect((error as { code: string }).code).toBe("backup.invalid");
      }
    }
  });
});
