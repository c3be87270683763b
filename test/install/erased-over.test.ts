/** What an install erases besides is erased last: in a flash that is smaller than it says it may be what was proved before. */
import { expect, it } from "vitest";
import { connect, disconnect } from "../../src/index.ts";
import { parseInstallManifest, planInstall, readInstallDevice, runInstall } from "../../src/install.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { PLACES, partBytes } from "../support/install/release.ts";
import { errorOf } from "../support/outcome.ts";

const APP = "hello_world.bin";
const MB = 1024 * 1024;
/** A megabyte behind the application. */
const TABLE = encodePartitionTable(
  parsePartitionCsv("nvs, data, nvs, 0x110000, 0x6000\nfactory, app, factory, 0x10000, 1M\n").partitions,
);

/** Of a flash that says that it has 4 MB, and has as much as is said here. */
async function install(sizeBytes: number): Promise<void> {
  const silicon = { flash: { sizeBytes, jedecId: [0xef, 0x40, 0x16] as [number, number, number] } };
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING, silicon });
  chip.flash.place(0x8000, TABLE);
  const [build] = parseInstallManifest(
    JSON.stringify({ builds: [{ chipFamily: "ESP32-C3", parts: [{ path: APP, offset: PLACES[APP].offset }] }] }),
  ).builds;
  if (build === undefined) throw new Error("no build");
  const parts = build.parts.map((part) => ({ part, path: part.path, data: partBytes(APP) }));
  const session = await connect(chip.port);
  try {
    const device = await readInstallDevice(session, chip.port);
    const plan = await planInstall({ build, parts, preserve: [] }, device, { erase: "erase-settings" });
    const { files, erased } = await runInstall(session, plan);
    expect(erased).toEqual([{ name: "nvs", address: 0x11_0000, sizeBytes: 0x6000 }]);
    expect(files.map(({ verified }) => verified)).toEqual(["md5"]);
    expect(Buffer.compare(chip.flash.read(PLACES[APP].offset, partBytes(APP).length), partBytes(APP))).toBe(0);
  } finally {
    await disconnect(session);
  }
}

it("settings that are where the application is, in a smaller flash, are not erased without a word", async () => {
  const error = await errorOf(install(MB));
  expect(error).toMatchObject({ code: "flash.verify-failed", details: { file: APP, address: PLACES[APP].offset } });
  expect(error.message).toContain("since what 'nvs' held was erased");
});

it("a flash that is as large as it says has both", async () => {
  await install(4 * MB);
});
