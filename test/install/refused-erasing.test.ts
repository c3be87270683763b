import { describe, expect, it } from "vitest";
import { connect, disconnect } from "../../src/index.ts";
import {
  type EraseChoice,
  type InstallDevice,
  type InstallPlan,
  type InstallSource,
  parseInstallManifest,
  planInstall,
  readInstallDevice,
  runInstall,
} from "../../src/install.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../src/partition.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { NVS, PART_NAMES, PLACES, partBytes } from "../support/install/release.ts";

type Silicon = NonNullable<Parameters<typeof virtualChip>[1]>["silicon"];

const APP_ONLY = ["hello_world.bin"] as const;

function source(names: readonly (keyof typeof PLACES)[] = PART_NAMES): InstallSource {
  const parts = names.map((path) => ({ path, offset: PLACES[path].offset }));
  const [build] = parseInstallManifest(JSON.stringify({ builds: [{ chipFamily: "ESP32-C3", parts }] })).builds;
  if (build === undefined) throw new Error("no build");
  const files = build.parts.map((part, index) => ({
    part,
    path: part.path,
    data: partBytes(names[index] ?? "hello_world.bin"),
  }));
  return { build, parts: files, preserve: [] };
}

/** No byte of it is blank, and the table of the release is on it. */
function usedChip(silicon: Silicon = {}, table = partBytes("partition-table.bin")): VirtualChip {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING, silicon });
  chip.flash.place(0, new Uint8Array(chip.flash.sizeBytes).fill(0x5a));
  chip.flash.place(0x8000, table);
  return chip;
}

async function asked(chip: VirtualChip): Promise<InstallDevice> {
  const session = await connect(chip.port);
  try {
    return await readInstallDevice(session, chip.port);
  } finally {
    await disconnect(session);
  }
}

async function install(chip: VirtualChip, plan: InstallPlan): Promise<void> {
  const session = await connect(chip.port);
  try {
    await runInstall(session, plan);
  } finally {
    await disconnect(session);
  }
}

const all = (chip: VirtualChip): Uint8Array => chip.flash.read(0, chip.flash.sizeBytes);

describe("what a chip does not erase is said before an install is chosen", () => {
  it.each<[string, Silicon, EraseChoice, string | null]>([
    ["Secure Download Mode", { secureDownload: true }, "erase-all", "chip.secure-download"],
    ["Secure Download Mode", { secureDownload: true }, "erase-settings", null],
    ["Secure Download Mode", { secureDownload: true }, "keep-settings", null],
    ["secure boot", { secureBoot: true }, "erase-all", "stub.required"],
    ["secure boot", { secureBoot: true }, "erase-settings", "flash.security-active"],
    ["secure boot", { secureBoot: true }, "keep-settings", null],
    ["flash encryption", { flashEncryption: true, keyPurposes: [4] }, "erase-all", "flash.security-active"],
    ["flash encryption", { flashEncryption: true, keyPurposes: [4] }, "erase-settings", "flash.security-active"],
  ])("%s (%j), %s: %s", async (_what, silicon, erase, code) => {
    const chip = usedChip(silicon);
    const device = await asked(chip);
    const planning = planInstall(source(), device, { erase });
    if (code !== null) await expect(planning).rejects.toMatchObject({ code });
    else await install(chip, await planning);
  });

  it("erases the settings in Secure Download Mode, where the build says where they are", async () => {
    const chip = usedChip({ secureDownload: true });
    const plan = await planInstall(source(), await asked(chip), { erase: "erase-settings" });
    await install(chip, plan);
    expect(new Set(chip.flash.read(NVS.address, NVS.sizeBytes))).toEqual(new Set([0xff]));
    expect(chip.flash.read(0x20_0000, 1)[0]).toBe(0x5a);
    // Reading the table is not possible there, and where the settings are nobody else says.
    const app = planInstall(source(APP_ONLY), await asked(chip), { erase: "erase-settings" });
    await expect(app).rejects.toMatchObject({ code: "partition.no-table" });
  });

  it("is looked at once more before the first byte is written", async () => {
    const { refusals: _refusals, ...device } = await asked(usedChip());
    const plan = await planInstall(source(APP_ONLY), device, { erase: "erase-settings" });
    const other = usedChip({ secureBoot: true });
    const before = all(other);
    await expect(install(other, plan)).rejects.toMatchObject({ code: "flash.security-active" });
    expect(Buffer.compare(all(other), before)).toBe(0);
  });

  it("does not leave out settings that lie behind the end of the flash without a word", async () => {
    const table = encodePartitionTable(
      parsePartitionCsv("factory,app,factory,0x10000,1M,\nnvs,data,nvs,0x3ff000,0x4000,\n").partitions,
    );
    const chip = usedChip({}, table);
    const device = await asked(chip);
    const planning = planInstall(source(APP_ONLY), device, { erase: "erase-settings" });
    await expect(planning).rejects.toMatchObject({ code: "flash.out-of-range", message: /'nvs'.*0x403000.*0x400000/ });
    const before = all(chip);
    await expect(
      planInstall(source(APP_ONLY), { ...device, flashBytes: null }, { erase: "erase-settings" }).then((plan) =>
        install(chip, plan),
      ),
    ).rejects.toMatchObject({ code: "flash.out-of-range" });
    expect(Buffer.compare(all(chip), before)).toBe(0);
    await planInstall(source(APP_ONLY), device, { erase: "erase-all" });
  });
});
