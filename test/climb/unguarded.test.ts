import { describe, expect, it } from "vitest";
import { connect, disconnect, loadRam, readMemory } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { ramImage } from "../support/chip/ram-program.ts";

const RATES: readonly [string, number | undefined, number][] = [
  ["115200, where none was named", undefined, 115_200],
  ["the rate that was named", 921_600, 921_600],
];

describe.each(RATES)("what no checksum guards goes at %s", (_rate, baudRate, expected) => {
  it("a program for RAM, which starts at it, too", async () => {
    const chip = virtualChip("esp32c3");
    const session = await connect(chip.port, { baudRate });
    expect(chip.baudRate).toBe(921_600);
    await loadRam(session, ramImage("esp32c3"));
    expect([chip.running, chip.baudRate, session.baudRate]).toEqual(["user-code", expected, expected]);
    await disconnect(session, { reset: "untouched" });
  });

  it("a dump of memory", async () => {
    const chip = virtualChip("esp32c3");
    const session = await connect(chip.port, { baudRate });
    await readMemory(session, { address: 0x4000_0000, sizeBytes: 64 });
    expect([chip.baudRate, session.baudRate]).toEqual([expected, expected]);
    await disconnect(session);
  });
});
