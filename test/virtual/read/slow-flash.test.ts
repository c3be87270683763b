import { describe, expect, it } from "vitest";
import type { ChipId } from "../../../src/core/chip/types.ts";
import { eraseRegion } from "../../../src/core/flash/erase/erase.ts";
import { readFlash } from "../../../src/core/flash/read/read-flash.ts";
import { writeFlash } from "../../../src/core/flash/write/write-flash.ts";
import { connect } from "../../../src/core/session/connect/connect.ts";
import { disconnect } from "../../../src/core/session/reset/disconnect.ts";
import type { ConnectOptions, Session } from "../../../src/core/session/session.ts";
import { type VirtualChip, virtualChip } from "../../../src/virtual/virtual-chip.ts";
import { live } from "../../support/chip/live.ts";
import { codeOf } from "../../support/outcome.ts";

/** As slow as data sheets allow (W25Q32JV, section 9.6, maximum values): nothing is wrong with such a flash. */
const SLOW = { eraseSectorMs: 400, eraseBlock64Ms: 2000, programMsPerKilobyte: 12, eraseChipMsPerMegabyte: 12_000 };

async function slowChip(id: ChipId, options: ConnectOptions = {}): Promise<{ chip: VirtualChip; session: Session }> {
  const chip = virtualChip(id, { timing: SLOW });
  return { chip, session: await connect(chip.port, { baudRate: 921_600, ...options }) };
}

/** Nothing that deflate could make smaller. */
function noise(sizeBytes: number): Uint8Array<ArrayBuffer> {
  let state = 99;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

describe("flash that takes its time", () => {
  it.each(["esp32c3", "esp8266"] as const)("is erased by %s's stub without a second try", async (id) => {
    const { session } = await slowChip(id);
    for (const [address, sizeBytes] of [
      [0x20000, 0x20000],
      [0x41000, 0x7f000],
      [0x5000, 0x1000],
    ] as const)
      await eraseRegion(session, { address, sizeBytes });
    expect(live(session).link.counters.resynchronisations).toBe(0);
    await disconnect(session);
  });

  it.each([
    ["esp32", 0x11000, 60_000],
    ["esp32c3", 0x20000, 200_000],
    ["esp8266", 0x20000, 150_000],
  ] as const)("is written through %s's ROM", async (id, address, sizeBytes) => {
    const { chip, session } = await slowChip(id, { stub: false });
    const data = noise(sizeBytes);
    await writeFlash(session, [{ address, data }]);
    expect(chip.flash.read(address, sizeBytes)).toEqual(data);
    expect(live(session).link.counters.resynchronisations).toBe(0);
    await disconnect(session);
  });

  it("is written by the stub in blocks that inflate to megabytes", async () => {
    const { session } = await slowChip("esp32c3");
    const padded = new Uint8Array(3 << 20).fill(0xff);
    padded.set(noise(20_000));
    const result = await writeFlash(session, [{ address: 0, data: padded }], { force: true });
    expect(result.files[0]?.verified).toBe("md5");
    expect(live(session).link.counters.resynchronisations).toBe(0);
    await disconnect(session);
  });

  it("is waited for by the block behind one that inflated to megabytes", async () => {
    const { session } = await slowChip("esp32c3");
    const padded = new Uint8Array((3 << 20) + 60_000).fill(0xff);
    padded.set(noise(60_000), 3 << 20);
    const result = await writeFlash(session, [{ address: 0, data: padded }], { force: true });
    expect(result.files[0]?.verified).toBe("md5");
    expect(live(session).link.counters.resynchronisations).toBe(0);
    await disconnect(session);
  });

  it("is waited for after a lost answer", async () => {
    const { chip, session } = await slowChip("esp32c3");
    const padded = new Uint8Array(3 << 20).fill(0xff);
    padded.set(noise(20_000));
    chip.faults.dropNextReply({ opcode: 0x11, skip: 1 });
    const result = await writeFlash(session, [{ address: 0, data: padded }], { force: true });
    expect(result.files[0]?.verified).toBe("md5");
    await disconnect(session);
  });

  it("can be talked to again after an erase that nobody waited for", async () => {
    const { chip, session } = await slowChip("esp32c3");
    const controller = new AbortController();
    chip.clock.after(1000, () => controller.abort());
    const range = { address: 0, sizeBytes: 0x200000 };
    expect(await codeOf(eraseRegion(session, range, { signal: controller.signal }))).toBe("operation.aborted");
    expect((await readFlash(session, { address: 0, sizeBytes: 0x1000 })).data).toEqual(
      new Uint8Array(0x1000).fill(0xff),
    );
    await disconnect(session);
  });
});
