import { describe, expect, it } from "vitest";
import { connect, disconnect } from "../../src/index.ts";
import { type InstallDevice, readInstallDevice } from "../../src/install.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { partBytes } from "../support/install/release.ts";

const READ_FLASH_SLOW = 0x0e;

async function partitionsOf(stub: boolean, prepare: (chip: VirtualChip) => void): Promise<InstallDevice["partitions"]> {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  chip.flash.place(0x8000, partBytes("partition-table.bin"));
  const session = await connect(chip.port, { stub });
  prepare(chip);
  const { partitions } = await readInstallDevice(session, chip.port);
  await disconnect(session);
  return partitions;
}

describe("the partition table of a board", () => {
  it.each([true, false])("is read, with a stub: %s", async (stub) => {
    const partitions = await partitionsOf(stub, () => {});
    expect(partitions?.map(({ name }) => name)).toEqual([
      "nvs",
      "otadata",
      "phy_init",
      "factory",
      "ota_0",
      "ota_1",
      "storage",
    ]);
  });

  it("is read again where a ROM's answer came damaged", async () => {
    // Behind delimiter and header: where the first partition begins.
    const damaged = (chip: VirtualChip): void => chip.faults.corruptFrameByte(14, 0x10, { opcode: READ_FLASH_SLOW });
    expect(await partitionsOf(false, damaged)).toEqual(await partitionsOf(false, () => {}));
  });
});
