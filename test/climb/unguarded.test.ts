import { describe, expect, it } from "vitest";
import { connect, disconnect, type EspEvent, loadRam, readMemory, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { ramImage } from "../support/chip/ram-program.ts";
import { noise } from "../support/noise.ts";

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

it("is not told of a rate that nobody was told of, and what is much afterwards goes at the best rate again", async () => {
  const chip = virtualChip("esp32c3");
  const told: EspEvent["type"][] = [];
  const session = await connect(chip.port, { onEvent: ({ type }) => told.push(type) });
  const write = async (): Promise<number> => {
    await writeFlash(session, [{ address: 0x10000, data: noise(0x9000) }], { skip: false });
    return session.baudRate;
  };
  await readMemory(session, { address: 0x4000_0000, sizeBytes: 64 });
  expect(told.filter((type) => type === "baud.changing" || type === "baud.changed")).toEqual([]);
  expect(await write()).toBe(2_000_000);
  await readMemory(session, { address: 0x4000_0000, sizeBytes: 64 });
  expect(session.baudRate).toBe(115_200);
  expect(await write()).toBe(2_000_000);
  await disconnect(session);
});
