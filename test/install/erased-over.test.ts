/** What an install erases besides is erased last: in a flash that is smaller than it says it may be what was proved before. */
import { expect, it } from "vitest";
import { connect, disconnect, type EspEvent } from "../../src/index.ts";
import { parseInstallManifest, planInstall, readInstallDevice, runInstall, trackInstall } from "../../src/install.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { PLACES, partBytes } from "../support/install/release.ts";

const APP = "hello_world.bin";
const MB = 1024 * 1024;
/** A megabyte behind the application. */
const TABLE = encodePartitionTable(
  parsePartitionCsv("nvs, data, nvs, 0x110000, 0x1000\nfactory, app, factory, 0x10000, 1M\n").partitions,
);

/** Into a flash that says that it has 4 MB, and has as much as is said here; how it ended, and what a person is told then. */
async function install(sizeBytes: number, more: readonly { readonly name: string; readonly offset: number }[] = []) {
  const silicon = { flash: { sizeBytes, jedecId: [0xef, 0x40, 0x16] as [number, number, number] } };
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING, silicon });
  chip.flash.place(0x8000, TABLE);
  const wanted = [{ name: APP, offset: PLACES[APP].offset }, ...more].map(({ name: path, offset }) => ({
    path,
    offset,
  }));
  const [build] = parseInstallManifest(JSON.stringify({ builds: [{ chipFamily: "ESP32-C3", parts: wanted }] })).builds;
  if (build === undefined) throw new Error("no build");
  const parts = build.parts.map((part, index) => ({
    part,
    path: part.path,
    data: index === 0 ? partBytes(APP) : partBytes(APP).map((byte) => byte ^ 0x55),
  }));
  let listen = (_event: EspEvent): void => {};
  const session = await connect(chip.port, { onEvent: (event) => listen(event) });
  try {
    const device = await readInstallDevice(session, chip.port);
    const erase = more.length === 0 ? "erase-settings" : "keep-settings";
    const plan = await planInstall({ build, parts, preserve: [] }, device, { erase });
    const track = trackInstall(plan);
    listen = track.onEvent;
    const work = runInstall(session, plan);
    const [result] = await Promise.allSettled([work]);
    const isThere = Buffer.compare(chip.flash.read(PLACES[APP].offset, partBytes(APP).length), partBytes(APP)) === 0;
    return { result, isThere, state: track.state() };
  } finally {
    await disconnect(session);
  }
}

it("settings that are where the application is, in a smaller flash, are not erased without a word", async () => {
  const { result, isThere, state } = await install(MB);
  expect(isThere).toBe(false);
  expect(result).toMatchObject({
    status: "rejected",
    reason: {
      code: "flash.verify-failed",
      message: expect.stringContaining("since what 'nvs' held was erased"),
      details: { file: APP, address: PLACES[APP].offset },
    },
  });
  expect(state).toMatchObject({ isTouched: true, written: [], unfinished: APP });
});

it("a file that another one was written over is not told as proved either", async () => {
  const { result, state } = await install(MB, [{ name: "other.bin", offset: 0x21_0000 }]);
  expect(result).toMatchObject({ status: "rejected", reason: { code: "flash.verify-failed", details: { file: APP } } });
  expect(state).toMatchObject({ written: ["other.bin"], unfinished: APP });
});

it("a flash that is as large as it says has both", async () => {
  const { result, isThere, state } = await install(4 * MB);
  expect(isThere).toBe(true);
  expect(result).toMatchObject({
    status: "fulfilled",
    value: { files: [{ verified: "md5" }], erased: [{ name: "nvs", address: 0x11_0000, sizeBytes: 0x1000 }] },
  });
  expect(state).toMatchObject({ written: [APP], unfinished: null });
});
