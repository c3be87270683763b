import { describe, expect, it } from "vitest";
import { writeBundle } from "../../site/device/write-bundle.ts";
import { type FlashBundle, mapTree, planFlash, readFlashBundle } from "../../src/bundle.ts";
import { type ChipId, connect } from "../../src/index.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { PART_NAMES, PLACES, partBytes } from "../support/install/release.ts";

const FLASH_BYTES = 0x40_0000;
type Silicon = NonNullable<Parameters<typeof virtualChip>[1]>["silicon"];

/** The sample build, for a chip; `name` is replaced. */
async function bundle(chip: ChipId, changed: Readonly<Record<string, Uint8Array>> = {}): Promise<FlashBundle> {
  const files = new Map(PART_NAMES.map((name) => [name as string, changed[name] ?? (partBytes(name) as Uint8Array)]));
  const args = PART_NAMES.map((name) => `0x${PLACES[name].offset.toString(16)} ${name}`).join("\n");
  files.set("flash_args", new TextEncoder().encode(args));
  return { ...(await readFlashBundle(mapTree(files), { chip: "esp32c3" })), chip };
}

/** No byte of it is blank. */
function usedChip(chip: ChipId, silicon: Silicon = {}): VirtualChip {
  const board = virtualChip(chip, { timing: INSTANT_TIMING, silicon });
  board.flash.place(0, new Uint8Array(board.flash.sizeBytes).fill(0x5a));
  return board;
}

async function write(board: VirtualChip, given: FlashBundle, isErasing = true): Promise<unknown> {
  const session = await connect(board.port);
  const plan = { ...planFlash({ ...given, problems: [] }), erase: isErasing ? [settings(given)] : [] };
  const { signal } = new AbortController();
  return await writeBundle(session, { bundle: given, plan, signal });
}

function settings({ partitions }: FlashBundle) {
  const found = partitions?.find(({ name }) => name === "nvs");
  if (found === undefined) throw new Error("no settings");
  return found;
}

/** ABS_DONE_0 (fact sheet 6.1). */
const SECURE_BOOT_V1: Silicon = { efuses: [[0x3ff5_a018, 0x10]] };

/** Refused each by what the write or the erasing looks at first. */
const REFUSED: readonly (readonly [what: string, code: string, chip: ChipId, silicon: Silicon])[] = [
  ["an image for another chip", "image.wrong-chip", "esp32c6", {}],
  ["more than the flash holds", "flash.does-not-fit", "esp32c3", { flash: { sizeBytes: 0x20_0000 } }],
  ["a bootloader under Secure Boot V1", "flash.guard-secure-boot", "esp32", SECURE_BOOT_V1],
  ["erasing where secure boot is on", "flash.security-active", "esp32c3", { secureBoot: true }],
  [
    "plain data where flash is encrypted for good",
    "flash.guard-encryption",
    "esp32c3",
    { flashEncryption: true, manualEncryptDisabled: true },
  ],
  [
    "plain data where flash is encrypted and only downloads are left",
    "flash.guard-encryption",
    "esp32c3",
    { flashEncryption: true, secureDownload: true },
  ],
];

describe("a write of the page, which may be to erase, too", () => {
  it.each(REFUSED)("is refused before anything is changed: %s (%s)", async (_what, code, chip, silicon) => {
    const board = usedChip(chip, silicon);
    const before = board.flash.read(0, board.flash.sizeBytes);
    // Erasing is refused by itself where encryption or secure boot is on.
    const isErasing =
      code === "flash.security-active" || (silicon !== SECURE_BOOT_V1 && !silicon?.manualEncryptDisabled);
    await expect(write(board, await bundle(chip), isErasing)).rejects.toMatchObject({ code });
    expect(Buffer.compare(board.flash.read(0, board.flash.sizeBytes), before)).toBe(0);
  });

  it("writes, and erases what no file lies on", async () => {
    const board = usedChip("esp32c3");
    const given = await bundle("esp32c3");
    const { address, sizeBytes } = settings(given);
    const { files, erased } = (await write(board, given)) as Awaited<ReturnType<typeof writeBundle>>;
    expect(files.map(({ verified }) => verified)).toEqual(PART_NAMES.map(() => "md5"));
    expect(erased).toEqual([{ name: "nvs", address, sizeBytes }]);
    expect(new Set(board.flash.read(address, sizeBytes))).toEqual(new Set([0xff]));
    expect(Buffer.compare(board.flash.read(0x1_0000, 100), partBytes("hello_world.bin").subarray(0, 100))).toBe(0);
    expect(board.flash.read(FLASH_BYTES - 1, 1)[0]).toBe(0x5a);
  });
});
