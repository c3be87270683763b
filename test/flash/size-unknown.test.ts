import { describe, expect, it } from "vitest";
import { compareFlash, connect, disconnect, eraseRegion, type Session, writeFlash } from "../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";
import { codeOf } from "../support/port/ports.ts";

const data = noise(5000);
const before = noise(0x2000).toReversed();

async function bench(options: VirtualChipOptions): Promise<{ readonly chip: VirtualChip; readonly session: Session }> {
  const chip = virtualChip("esp32c3", options);
  return { chip, session: await connect(chip.port, { stub: false }) };
}

const holds = (chip: VirtualChip, address: number, bytes: Uint8Array): boolean =>
  Buffer.compare(chip.flash.read(address, bytes.length), bytes) === 0;

/** A ROM loader refuses what lies behind the end that it assumes, and would do so in the middle of a write. */
describe("a write to flash of which nobody knows the size", () => {
  it.each([
    ["in Secure Download Mode, behind 2 MB", { silicon: { secureDownload: true } }, 0x300000],
    ["in Secure Download Mode, across 2 MB", { silicon: { secureDownload: true } }, 0x1ff000],
    [
      "with a flash chip that does not say it, behind 4 MB",
      { silicon: { flash: { sizeBytes: 0x80_0000, jedecId: [0xef, 0x40, 0x77] } } },
      0x500000,
    ],
  ] as const)("is refused before anything is touched: %s", async (_where, options, address) => {
    const { chip, session } = await bench({ ...options, contents: [{ address, bytes: before }] } as VirtualChipOptions);
    const files = [
      { address: 0x10000, data },
      { address, data },
    ];
    expect(await codeOf(compareFlash(session, files))).toBe("flash.unknown-size");
    expect(await codeOf(writeFlash(session, files, { force: true }))).toBe("flash.unknown-size");
    expect(holds(chip, address, before)).toBe(true);
    expect(holds(chip, 0x10000, new Uint8Array(5000).fill(0xff))).toBe(true);
    await writeFlash(session, files, { flashSize: "8MB" });
    expect(holds(chip, 0x10000, data) && holds(chip, address, data)).toBe(true);
    await disconnect(session);
  });

  it("goes on in a session in which the loader was told that everything is there", async () => {
    const { chip, session } = await bench({ silicon: { secureDownload: true } });
    await eraseRegion(session, { address: 0x300000, sizeBytes: 0x2000 });
    await writeFlash(session, [{ address: 0x300000, data }]);
    expect(holds(chip, 0x300000, data)).toBe(true);
    await disconnect(session);
  });

  it("is done where it ends before that", async () => {
    const { chip, session } = await bench({ silicon: { secureDownload: true } });
    await writeFlash(session, [{ address: 0x1fe000, data }]);
    expect(holds(chip, 0x1fe000, data)).toBe(true);
    await disconnect(session);
  });
});
