/** An application that runs while the port is lost may turn security features on: the rest of a write is judged by them. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  connect,
  disconnect,
  type EspEvent,
  type FileToWrite,
  type WriteFlashOptions,
  writeFlash,
} from "../../src/index.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";
import { errorOf } from "../support/outcome.ts";

/** Of an ESP32's eFuses (fact sheet 4.4). */
const WORD6 = 0x3ff5a018;
const SECURE_BOOT_V1 = 1 << 4;
const SECURE_BOOT_V2 = 1 << 5;

const BOOTLOADER = readFileSync("test/fixtures/builds/esp-idf/esp32-single/build/bootloader/bootloader.bin");
/** So large that the cable can be pulled in the middle of it; it begins as a bootloader does. */
const BOOT: FileToWrite = { name: "boot", address: 0x1000, data: new Uint8Array([...BOOTLOADER, ...noise(0x1_8000)]) };
const APP: FileToWrite = { name: "app", address: 0x2_0000, data: noise(0x3_0000) };

interface Given {
  readonly files: readonly FileToWrite[];
  readonly options?: WriteFlashOptions;
  /** What is burned while the port is lost. */
  readonly burned: number;
  /** The file in which the cable is pulled. */
  readonly lostIn: string;
}

/** The codes of notes and warnings, and how it ended. */
async function write({ files, options, burned, lostIn }: Given) {
  const chip: VirtualChip = virtualChip("esp32", { silicon: { revision: { major: 3, minor: 0 } } });
  const codes: string[] = [];
  const onEvent = (event: EspEvent): void => {
    if (event.type === "write.file" && event.file === lostIn) chip.faults.unplugAfterHostBytes(60_000);
    if (event.type !== "note" && event.type !== "warning") return;
    codes.push(event.code);
    if (event.code !== "write.connection-lost") return;
    const { efuses } = chip.silicon;
    (efuses as Map<number, number>).set(WORD6, burned);
    chip.clock.after(2500, () => chip.replug());
  };
  const session = await connect(chip.port, { baudRate: 921_600, onEvent });
  try {
    const { files: written } = await writeFlash(session, files, { skip: false, ...options });
    return { codes, verified: written.map(({ verified }) => verified), chip };
  } catch (error) {
    return { codes, error: await errorOf(Promise.reject(error)), chip };
  } finally {
    await disconnect(session);
  }
}

it("what secure boot V1 does not allow is not gone on with", async () => {
  const { codes, error } = await write({ files: [BOOT, APP], burned: SECURE_BOOT_V1, lostIn: "boot" });
  expect(codes).toContain("write.connection-lost");
  expect(error?.code).toBe("flash.guard-secure-boot");
});

it("what was written before is not judged once more, and what is allowed is gone on with", async () => {
  const { verified, codes } = await write({ files: [BOOT, APP], burned: SECURE_BOOT_V1, lostIn: "app" });
  expect(codes).toContain("write.connection-lost");
  expect(verified).toEqual(["md5", "md5"]);
});

it("a header that would be changed is not, once its signature counts", async () => {
  const given = { files: [BOOT, APP], burned: SECURE_BOOT_V2, lostIn: "boot" } as const;
  const { error } = await write({ ...given, options: { flashMode: "dout" } });
  expect(error).toMatchObject({
    code: "flash.guard-secure-boot",
    message: expect.stringContaining("the header of 'boot' was to be changed"),
  });
  expect((await write(given)).verified).toEqual(["md5", "md5"]);
});

it("by force it is gone on with, but for the header", async () => {
  const given = { files: [BOOT], burned: SECURE_BOOT_V1, lostIn: "boot" } as const;
  expect((await write({ ...given, options: { force: true } })).verified).toEqual(["md5"]);
  const { error } = await write({ ...given, options: { force: true, flashMode: "dout" } });
  expect(error?.code).toBe("flash.guard-secure-boot");
});
