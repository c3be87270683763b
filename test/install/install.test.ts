import { describe, expect, it } from "vitest";
import { connect, disconnect, type EspEvent, isEspError } from "../../src/index.ts";
import {
  chooseInstallBuild,
  downloadInstallManifest,
  downloadInstallParts,
  type EraseChoice,
  type InstallPlan,
  judgeBoot,
  parseInstallManifest,
  planInstall,
  type ResponseLike,
  readInstallDevice,
  runInstall,
  trackInstall,
  watchBoot,
} from "../../src/install.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { answer, fakeServer } from "../support/install/fake-server.ts";
import {
  type ManifestJson,
  NVS,
  PART_NAMES,
  type PartName,
  PLACES,
  partBytes,
  releaseManifest,
} from "../support/install/release.ts";

const BASE = "https://example.org/lamp/";
const FLASH_BYTES = 0x40_0000;
const USED = 0x5a;

type Files = Readonly<Record<string, Parameters<typeof fakeServer>[0][string]>>;

function server(manifest: ManifestJson = releaseManifest(), more: Files = {}) {
  const parts = Object.fromEntries(PART_NAMES.map((name) => [`${BASE}${name}`, partBytes(name)]));
  return fakeServer({ [`${BASE}manifest.json`]: JSON.stringify(manifest), ...parts, ...more });
}

/** A board that was in use: no byte is blank, and the table of the release is on it. */
function usedBoard(): VirtualChip {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING, appText: "I (31) app: lamp 2.0\r\n" });
  chip.flash.place(0, new Uint8Array(FLASH_BYTES).fill(USED));
  chip.flash.place(0x8000, partBytes("partition-table.bin"));
  return chip;
}

interface Outcome {
  readonly plan: InstallPlan;
  readonly events: readonly EspEvent[];
}

/** From the address of the manifest to a chip that was left. */
async function install(chip: VirtualChip, erase: EraseChoice, { fetch } = server()): Promise<Outcome> {
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { onEvent: (event) => events.push(event) });
  try {
    const found = await downloadInstallManifest({ url: `${BASE}manifest.json`, fetch });
    const device = await readInstallDevice(session, chip.port);
    const { build } = chooseInstallBuild(found.manifest, device);
    const parts = await downloadInstallParts(found, build, { fetch, flashBytes: device.flashBytes });
    const plan = await planInstall({ build, parts, preserve: found.manifest.preserve }, device, { erase });
    await runInstall(session, plan);
    return { plan, events };
  } finally {
    await disconnect(session);
  }
}

function expectInFlash(chip: VirtualChip, names: readonly PartName[]): void {
  for (const name of names) {
    const bytes = partBytes(name);
    expect([name, Buffer.compare(chip.flash.read(PLACES[name].offset, bytes.length), bytes)]).toEqual([name, 0]);
  }
}

const nvsOf = (chip: VirtualChip): Set<number> => new Set(chip.flash.read(NVS.address, NVS.sizeBytes));

describe("an install", () => {
  it("keeps the settings of a board and all that it does not name", async () => {
    const chip = usedBoard();
    const { plan } = await install(chip, "keep-settings");
    expectInFlash(chip, PART_NAMES);
    expect(nvsOf(chip)).toEqual(new Set([USED]));
    expect(chip.flash.read(0x20_0000, 1)[0]).toBe(USED);
    expect(plan.kept).toEqual(["nvs", "phy_init"]);
    expect(plan.lost).toEqual([{ name: "storage", why: "written" }]);
    expect(plan.isBoardKnown).toBe(true);
  });

  it("erases the settings, and nothing besides", async () => {
    const chip = usedBoard();
    const { plan } = await install(chip, "erase-settings");
    expectInFlash(chip, PART_NAMES);
    expect(nvsOf(chip)).toEqual(new Set([0xff]));
    expect(chip.flash.read(0x20_0000, 1)[0]).toBe(USED);
    expect(plan.eraseRanges).toEqual([{ name: "nvs", ...NVS }]);
    expect(plan.lost).toContainEqual({ name: "nvs", why: "erased" });
    expect(plan.kept).toEqual(["phy_init"]);
  });

  it("erases the settings on both sides of a file that lies among them", async () => {
    const manifest = releaseManifest();
    manifest.builds[0]?.parts.push({ path: "keys.bin", offset: 0xb000 });
    const chip = usedBoard();
    const files = { [`${BASE}keys.bin`]: new Uint8Array(0x1000).fill(0x22) };
    const { plan } = await install(chip, "erase-settings", server(manifest, files));
    expect(plan.eraseRanges).toEqual([
      { name: "nvs", address: 0x9000, sizeBytes: 0x2000 },
      { name: "nvs", address: 0xc000, sizeBytes: 0x1000 },
    ]);
    expect(nvsOf(chip)).toEqual(new Set([0xff, 0x22]));
  });

  it("does not say that it erases settings where nobody knows of them", async () => {
    const manifest = releaseManifest();
    manifest.builds = [{ chipFamily: "ESP32-C3", parts: [{ path: "storage.bin", offset: 0x20_0000 }] }];
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
    await expect(install(chip, "erase-settings", server(manifest))).rejects.toMatchObject({
      code: "partition.no-table",
    });
    await install(chip, "keep-settings", server(manifest));
  });

  it("erases everything", async () => {
    const chip = usedBoard();
    const { plan } = await install(chip, "erase-all");
    expectInFlash(chip, PART_NAMES);
    expect(nvsOf(chip)).toEqual(new Set([0xff]));
    expect(chip.flash.read(0x20_0000, 1)[0]).toBe(0xff);
    expect(plan.kept).toEqual([]);
  });

  it("keeps settings that an image for the whole flash would write over with its padding, or with its own", async () => {
    for (const nvs of [0xff, 0x11]) {
      const image = new Uint8Array(0x30_0000).fill(0xff);
      for (const name of PART_NAMES) image.set(partBytes(name), PLACES[name].offset);
      image.fill(nvs, NVS.address, NVS.address + 0x1000);
      const manifest = releaseManifest();
      manifest.builds = [{ chipFamily: "ESP32-C3", parts: [{ path: "factory.bin", offset: 0 }] }];
      const chip = usedBoard();
      await install(chip, "keep-settings", server(manifest, { [`${BASE}factory.bin`]: image }));
      expectInFlash(chip, PART_NAMES);
      expect(nvsOf(chip)).toEqual(new Set([USED]));
      const other = usedBoard();
      await install(other, "erase-settings", server(manifest, { [`${BASE}factory.bin`]: image }));
      expect(nvsOf(other)).toEqual(new Set(nvs === 0xff ? [0xff] : [0x11, 0xff]));
    }
  });

  it("keeps settings for which the build has a file, until they are to be erased", async () => {
    const manifest = releaseManifest();
    manifest.builds[0]?.parts.push({ path: "nvs.bin", partition: "nvs" });
    const files = { [`${BASE}nvs.bin`]: new Uint8Array(0x1000).fill(0x22) };
    const chip = usedBoard();
    await install(chip, "keep-settings", server(manifest, files));
    expect(nvsOf(chip)).toEqual(new Set([USED]));
    const { plan } = await install(chip, "erase-settings", server(manifest, files));
    expect(nvsOf(chip)).toEqual(new Set([0x22, 0xff]));
    expect(plan.eraseRanges).toEqual([{ name: "nvs", address: 0xa000, sizeBytes: 0x3000 }]);
  });

  it("keeps what the manifest says is to be preserved as it keeps settings", async () => {
    const manifest = { ...releaseManifest(), preserve: ["storage"] };
    const chip = usedBoard();
    await install(chip, "keep-settings", server(manifest));
    expect(new Set(chip.flash.read(PLACES["storage.bin"].offset, 100))).toEqual(new Set([USED]));
    expectInFlash(chip, ["hello_world.bin"]);
  });

  it("puts a part where the table on the chip has its partition, when the build has no table", async () => {
    const manifest = releaseManifest();
    manifest.builds = [{ chipFamily: "ESP32-C3", parts: [{ path: "storage.bin", partition: "storage" }] }];
    const chip = usedBoard();
    await install(chip, "keep-settings", server(manifest));
    expectInFlash(chip, ["storage.bin"]);
  });

  it("says that settings do not stay where another table moves them", async () => {
    const table = encodePartitionTable(
      parsePartitionCsv("nvs,data,nvs,0xa000,0x4000,\nfactory,app,factory,0x10000,1M,\n").partitions,
    );
    const manifest = releaseManifest();
    manifest.builds[0]?.parts.splice(
      1,
      3,
      { path: "other.bin", offset: 0x8000 },
      { path: "hello_world.bin", offset: 0x10000 },
    );
    manifest.builds[0]?.parts.splice(3, 1);
    const { plan } = await install(usedBoard(), "keep-settings", server(manifest, { [`${BASE}other.bin`]: table }));
    expect(plan.lost).toContainEqual({ name: "nvs", why: "moved" });
    expect(plan.kept).not.toContain("nvs");
  });

  it("sees the firmware start", async () => {
    const chip = usedBoard();
    const session = await connect(chip.port);
    const port = await disconnect(session, { reset: "hard-reset", keepOpen: true });
    chip.flash.place(0, new Uint8Array([0xe9, 0, 2, 0x20, 0, 0, 8, 0x40]));
    chip.pressReset(true);
    chip.pressReset(false);
    const { verdict, lines } = await watchBoot(port);
    expect(verdict).toBe("runs");
    expect(lines.join()).toContain("lamp 2.0");
  });
});

describe("the port after an install", () => {
  it("is closed where the look at the boot is stopped before it begins", async () => {
    const chip = usedBoard();
    const port = await disconnect(await connect(chip.port), { reset: "hard-reset", keepOpen: true });
    await expect(watchBoot(port, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "operation.aborted" });
    await disconnect(await connect(chip.port));
  });
});

/** What stops it before anything is touched, by code. */
const REFUSALS: readonly (readonly [what: string, code: string, make: () => ReturnType<typeof server>])[] = [
  [
    "a part that is 404",
    "download.failed",
    () => server(releaseManifest(), { [`${BASE}hello_world.bin`]: () => answer("{}", 404) }),
  ],
  [
    "no answer, as without CORS",
    "download.failed",
    () =>
      server(releaseManifest(), { [`${BASE}hello_world.bin`]: () => Promise.reject(new TypeError("Failed to fetch")) }),
  ],
  [
    "a web page in place of a part",
    "image.not-firmware",
    () => server(releaseManifest({ digests: false }), { [`${BASE}storage.bin`]: "<!doctype html><title>App</title>" }),
  ],
  [
    "a part that is cut off",
    "download.failed",
    () =>
      server(releaseManifest({ digests: false }), {
        [`${BASE}storage.bin`]: () => answer(new Uint8Array(10), 200, { "content-length": "20" }),
      }),
  ],
  [
    "a part that is cut off, by its size",
    "download.damaged",
    () => server(releaseManifest(), { [`${BASE}storage.bin`]: new Uint8Array(10) }),
  ],
  [
    "an image that is cut off",
    "image.truncated",
    () =>
      server(releaseManifest({ digests: false }), {
        [`${BASE}hello_world.bin`]: partBytes("hello_world.bin").subarray(0, 200),
      }),
  ],
  [
    "another digest",
    "download.damaged",
    () => server(releaseManifest(), { [`${BASE}storage.bin`]: new Uint8Array(60_000) }),
  ],
  ["an empty part", "file.empty", () => server(releaseManifest(), { [`${BASE}storage.bin`]: "" })],
  [
    "a part larger than the flash",
    "file.too-large",
    () =>
      server(releaseManifest({ digests: false }), {
        [`${BASE}storage.bin`]: () =>
          answer(new Uint8Array(0x40_0001), 200, { "content-length": "", "content-encoding": "gzip" }),
      }),
  ],
  [
    "a part larger than its partition",
    "partition.too-small",
    () => server(releaseManifest({ digests: false }), { [`${BASE}storage.bin`]: new Uint8Array(0x10001).fill(1) }),
  ],
  [
    "an image for another chip",
    "image.wrong-chip",
    () => server(releaseManifest({ digests: false }), { [`${BASE}hello_world.bin`]: forChip(9) }),
  ],
  [
    "no build for the chip",
    "manifest.not-supported",
    () => server({ ...releaseManifest(), builds: [{ chipFamily: "ESP32", parts: [{ path: "a", offset: 0 }] }] }),
  ],
  ["an application where none goes", "bundle.invalid", () => server(moved("hello_world.bin", 0x30_0000))],
  ["parts that overlap", "flash.overlap", () => server(moved("storage.bin", 0x29_0000))],
];

function moved(path: PartName, offset: number): ManifestJson {
  const manifest = releaseManifest();
  for (const part of manifest.builds[0]?.parts ?? []) if (part["path"] === path) part["offset"] = offset;
  if (offset === 0x29_0000) manifest.builds[0]?.parts.push({ path: "storage.bin", offset });
  return manifest;
}

function forChip(id: number): Uint8Array<ArrayBuffer> {
  const image = partBytes("hello_world.bin");
  image[12] = id;
  return image;
}

function crossOrigin(response: ResponseLike): ResponseLike {
  return { ok: response.ok, status: response.status, headers: response.headers, body: response.body, type: "cors" };
}

describe("before anything is erased", () => {
  it.each(REFUSALS)("refuses %s: %s", async (_what, code, make) => {
    const chip = usedBoard();
    const before = chip.flash.read(0, FLASH_BYTES);
    const error: unknown = await install(chip, "erase-all", make()).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(isEspError(error) ? error.code : error).toBe(code);
    expect(Buffer.compare(chip.flash.read(0, FLASH_BYTES), before)).toBe(0);
  });

  it("refuses a manifest that was exchanged while its files were downloaded", async () => {
    let asked = 0;
    const text = (): string => JSON.stringify(releaseManifest({ digests: false, version: `2.${asked++}` }));
    const { fetch } = server(releaseManifest(), { [`${BASE}manifest.json`]: () => answer(text()) });
    await expect(install(usedBoard(), "erase-all", { fetch, asked: [] })).rejects.toMatchObject({
      code: "manifest.changed",
    });
    expect(asked).toBe(2);
  });

  it("takes files of another origin, whose length may be that of the packed bytes", async () => {
    const packed = (name: PartName) => () => crossOrigin(answer(partBytes(name), 200, { "content-length": "17" }));
    const files = Object.fromEntries(PART_NAMES.map((name) => [`${BASE}${name}`, packed(name)]));
    const manifest = JSON.stringify(releaseManifest());
    const text = () => crossOrigin(answer(manifest, 200, { "content-length": "9" }));
    const chip = usedBoard();
    await install(chip, "keep-settings", server(releaseManifest(), { ...files, [`${BASE}manifest.json`]: text }));
    expectInFlash(chip, PART_NAMES);
  });

  it("can be stopped", async () => {
    const stop = new AbortController();
    const { fetch } = server(releaseManifest(), { [`${BASE}storage.bin`]: () => new Promise(() => stop.abort()) });
    const found = await downloadInstallManifest({ url: `${BASE}manifest.json`, fetch });
    const [build] = found.manifest.builds;
    if (build === undefined) throw new Error("no build");
    const getting = downloadInstallParts(found, build, { fetch, signal: stop.signal });
    await expect(getting).rejects.toMatchObject({ code: "operation.aborted" });
  });
});

describe("an install that breaks off", () => {
  it("says what is written and what is not", async () => {
    const chip = usedBoard();
    const { fetch } = server();
    const stop = new AbortController();
    const found = await downloadInstallManifest({ url: `${BASE}manifest.json`, fetch });
    const [build] = found.manifest.builds;
    if (build === undefined) throw new Error("no build");
    const parts = await downloadInstallParts(found, build, { fetch });
    const heard: ((event: EspEvent) => void)[] = [];
    const session = await connect(chip.port, { onEvent: (event) => heard[0]?.(event) });
    const device = await readInstallDevice(session, chip.port);
    const plan = await planInstall({ build, parts, preserve: [] }, device, { erase: "keep-settings" });
    const track = trackInstall(plan);
    expect(track.state()).toMatchObject({ isTouched: false, written: [], unfinished: null });
    heard[0] = (event) => {
      track.onEvent(event);
      if (event.type === "progress" && event.file?.startsWith("storage") === true && event.done > 0) stop.abort();
    };
    await expect(runInstall(session, plan, { signal: stop.signal })).rejects.toMatchObject({
      code: "operation.aborted",
    });
    expect(track.state()).toEqual({
      isTouched: true,
      written: plan.files.slice(0, 4).map(({ name }) => name),
      unproved: [],
      unfinished: "storage.bin",
      untouched: [],
    });
    // Begun again, on the same session, it is finished.
    await runInstall(session, plan);
    await disconnect(session);
    expectInFlash(chip, PART_NAMES);
  });
});

describe("what is on the chip after a stop", () => {
  const build = (parts: { path: string; offset: number }[]) => ({ builds: [{ chipFamily: "ESP32-C3", parts }] });
  const device = {
    chip: "esp32c3",
    serialType: "cdc",
    revision: 3,
    flashBytes: FLASH_BYTES,
    psramBytes: null,
    partitions: null,
  } as const;

  async function planOf(paths: readonly string[]): Promise<InstallPlan> {
    const json = build(paths.map((path, index) => ({ path, offset: 0x20_0000 + index * 0x1_0000 })));
    const files = Object.fromEntries(paths.map((path, index) => [BASE + path, new Uint8Array(5000).fill(index + 1)]));
    const { fetch } = fakeServer({ [`${BASE}manifest.json`]: JSON.stringify(json), ...files });
    const found = await downloadInstallManifest({ url: `${BASE}manifest.json`, fetch });
    const [first] = found.manifest.builds;
    if (first === undefined) throw new Error("no build");
    const parts = await downloadInstallParts(found, first, { fetch });
    return await planInstall({ build: first, parts, preserve: [] }, device, { erase: "keep-settings" });
  }

  it("is told apart for two files of one name, from two folders", async () => {
    const plan = await planOf(["a/data.bin", "b/data.bin"]);
    const [one, two] = plan.files.map(({ name }) => name ?? "");
    expect([one, two]).toEqual(["data.bin (0x200000)", "data.bin (0x210000)"]);
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
    const stop = new AbortController();
    const track = trackInstall(plan);
    const session = await connect(chip.port, {
      onEvent: (event) => {
        track.onEvent(event);
        if (event.type === "write.file" && event.file === two) stop.abort();
      },
    });
    await expect(runInstall(session, plan, { signal: stop.signal })).rejects.toMatchObject({
      code: "operation.aborted",
    });
    await disconnect(session);
    expect(track.state().written).toEqual([one]);
  });

  it("is never told as not written where nothing could be proved", async () => {
    const plan = await planOf(["a.bin", "b.bin", "c.bin"]);
    const track = trackInstall(plan);
    for (const [index, file] of ["a.bin", "b.bin"].entries()) {
      track.onEvent({ session: "1", type: "write.file", file, address: 0, sizeBytes: 1, index, count: 3 });
      track.onEvent({ session: "1", type: "write.erases", start: 0, end: 1 });
    }
    const state = { isTouched: true, written: [], unproved: ["a.bin"], unfinished: "b.bin", untouched: ["c.bin"] };
    expect(track.state()).toEqual(state);
  });
});

describe("what is heard after an install", () => {
  const rom = ["ESP-ROM:esp32c3-api1-20210207", "rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)", "entry 0x403cc710"];
  it.each([
    ["runs", [...rom, "I (29) boot: ESP-IDF v5.3"]],
    ["silent", rom],
    ["silent", ["rl\uFFFD\uFFFD|\uFFFDl\uFFFD", "\u0000\u0002$"]],
    ["silent", []],
    [
      "download-mode",
      ["I (3) app: before", "rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))", "waiting for download"],
    ],
    ["no-program", [...rom, "invalid header: 0xffffffff"]],
    ["restarts", [...rom, "Guru Meditation Error", ...rom, ...rom]],
  ])("is %s: %j", (verdict, lines) => {
    expect(judgeBoot(lines)).toBe(verdict);
  });
});

describe("what a manifest says besides", () => {
  const target = { chip: "esp32c3", serialType: "cdc", revision: 3, flashBytes: 0x40_0000, psramBytes: null } as const;
  const build = (more: Record<string, unknown>) => ({
    chipFamily: "ESP32-C3",
    parts: [{ path: "a", offset: 0 }],
    ...more,
  });
  const chosen = (builds: unknown[], at: Partial<typeof target> | Record<string, unknown> = {}) =>
    chooseInstallBuild(parseInstallManifest(JSON.stringify({ builds })), { ...target, ...at }).build.index;

  it("chooses among variants by flash, revision and PSRAM", () => {
    const sizes = [build({}), build({ flashSizeMB: 4 }), build({ flashSizeMB: 16 })];
    expect(chosen(sizes)).toBe(1);
    expect(chosen(sizes, { flashBytes: 0x100_0000 })).toBe(2);
    expect(chosen(sizes, { flashBytes: null })).toBe(0);
    expect(chosen([build({ minRevision: 4 }), build({})])).toBe(1);
    expect(chosen([build({}), build({ psramSizeMB: 8 })], { psramBytes: 0x80_0000 })).toBe(1);
    // Where nothing tells, a person has to; alone it is taken.
    expect(chosen([build({ psramSizeMB: 8 })])).toBe(0);
    expect(() => chosen([build({ minRevision: 4 })])).toThrow(/later revision/);
  });

  it("keeps what is wrong with a build for when it is chosen", () => {
    const builds = [build({ parts: [] }), build({ serialType: "uart" })];
    expect(chosen(builds, { serialType: "uart" })).toBe(1);
    expect(() => chosen(builds)).toThrow(/nothing to install/);
  });

  it("takes no link that is none", () => {
    const of = (url: string) => parseInstallManifest(JSON.stringify({ funding_url: url, builds: [] })).fundingUrl;
    expect(of("https://example.org/give")).toBe("https://example.org/give");
    expect(of("javascript:alert(1)")).toBeNull();
    expect(of("//x")).toBeNull();
  });
});
