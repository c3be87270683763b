import { describe, expect, it } from "vitest";
import { connect, disconnect, type WriteFlashOptions, writeFlash } from "../../src/index.ts";
import { scramble } from "../../src/virtual/loader/flash-writer.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";

const ADDRESS = 0x20000;
const DATA = noise(0x20000);
const FLASH_DATA = 0x03;
/** The first byte of the status: behind delimiter, direction, opcode, length and value. */
const STATUS_BYTE = 9;

async function writeWith(
  prepare: (chip: VirtualChip) => void,
  options: WriteFlashOptions = {},
  chosen: VirtualChipOptions = {},
): Promise<{ readonly flash: Uint8Array; readonly notes: readonly string[] }> {
  const chip = virtualChip("esp32c3", chosen);
  const notes: string[] = [];
  const session = await connect(chip.port, {
    baudRate: 921_600,
    onEvent: (event) => {
      if ("code" in event) notes.push(String(event.code));
    },
  });
  prepare(chip);
  await writeFlash(session, [{ address: ADDRESS, data: DATA }], { compress: "never", skip: false, ...options });
  await disconnect(session);
  return { flash: chip.flash.read(ADDRESS, DATA.length), notes };
}

// "Checksum wrong" where the stub said that all is well: it has the block, and gets it once more.
const garbleAnswer = (chip: VirtualChip): void =>
  chip.faults.corruptFrameByte(STATUS_BYTE, 0xc1, { opcode: FLASH_DATA, skip: 2 });

describe("a block of which the stub is thought to have refused it", () => {
  it("and has taken it, is found by the digest of the file, and mended", async () => {
    const { flash, notes } = await writeWith(garbleAnswer);
    expect(Buffer.compare(flash, DATA)).toBe(0);
    expect(notes).toContain("write.sent-again");
    expect(notes).toContain("write.repairing");
  });

  it("is not sent again where data are encrypted, which nothing proves", async () => {
    const withKey = { silicon: { keyPurposes: [4] } };
    const { flash, notes } = await writeWith(garbleAnswer, { encrypt: true }, withKey);
    expect(Buffer.compare(flash, scramble(ADDRESS, DATA))).toBe(0);
    expect(notes).not.toContain("write.sent-again");
  });
});
