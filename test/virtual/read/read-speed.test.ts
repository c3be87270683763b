import { describe, expect, it } from "vitest";
import { equalBytes } from "../../../src/core/bytes/words.ts";
import { connect, disconnect, type EspEvent, type ReadFlashOptions, readFlash } from "../../../src/index.ts";
import { type VirtualChip, virtualChip } from "../../../src/virtual.ts";
import { noise } from "../../support/chip/machine-bench.ts";

const ADDRESS = 0x10000;
const DATA = noise(0x80000, 7);

interface Bench {
  readonly chip: VirtualChip;
  readonly events: EspEvent[];
  /** What reading took, and what its bytes take on the line by themselves. */
  read(
    sizeBytes?: number,
    options?: ReadFlashOptions,
  ): Promise<{ elapsedMs: number; lineMs: number; isRight: boolean }>;
  leaveStub(): Promise<void>;
}

async function bench(baudRate: number, adapterLatencyMs: number, before?: VirtualChip): Promise<Bench> {
  const chip =
    before ?? virtualChip("esp32s2", { timing: { adapterLatencyMs }, contents: [{ address: ADDRESS, bytes: DATA }] });
  const events: EspEvent[] = [];
  const session = await connect(chip.port, {
    baudRate,
    onEvent: (event) => events.push(event),
    ...(before && { before: "no-reset" }),
  });
  await readFlash(session, { address: 0, sizeBytes: 16 });
  return {
    chip,
    events,
    async read(sizeBytes = DATA.length, options = {}) {
      const { chipBytes } = chip.counters;
      const start = chip.clock.now();
      const { data } = await readFlash(session, { address: ADDRESS, sizeBytes }, options);
      return {
        isRight: equalBytes(data, DATA.subarray(0, sizeBytes)),
        elapsedMs: chip.clock.now() - start,
        lineMs: ((chip.counters.chipBytes - chipBytes) * 10_000) / baudRate,
      };
    },
    leaveStub: () => disconnect(session, { reset: "no-reset-stub" }),
  };
}

describe("a read runs at the speed of the line", () => {
  it.each([
    [921_600, 1, 1.05],
    [921_600, 16, 1.05],
    [2_000_000, 1, 1.1],
    [2_000_000, 16, 1.1],
  ])("%i baud, %i ms of latency: at most %f times the bytes' time", async (baudRate, latencyMs, factor) => {
    const { read, events } = await bench(baudRate, latencyMs);
    const { isRight, elapsedMs, lineMs } = await read();
    expect(isRight).toBe(true);
    expect(elapsedMs / lineMs).toBeLessThan(factor);
    expect(events.filter(({ type }) => type === "read.slower")).toEqual([]);
  });

  it("a stub that ran already is acknowledged when a piece is there: it may be any", async () => {
    const { chip, leaveStub } = await bench(115_200, 16);
    await leaveStub();
    const again = await bench(115_200, 16, chip);
    expect(again.events.some(({ type }) => type === "stub.uploading")).toBe(false);
    const { isRight, elapsedMs, lineMs } = await again.read(0x20000);
    expect(isRight).toBe(true);
    // A round trip for every 4 KB.
    expect(elapsedMs - lineMs).toBeGreaterThan(32 * 30);
  });

  const LINE_FAULTS: Readonly<Record<string, (chip: VirtualChip) => void>> = {
    "a byte of a piece is lost": (chip) => chip.faults.atChipByte(70_000, { do: "drop", count: 1 }),
    "the last byte of a long burst is lost": (chip) => chip.faults.atChipByte(4000, { do: "drop", count: 200 }),
    "an acknowledgement is lost": (chip) => chip.faults.atHostByte(46 + 5 * 6, { do: "drop", count: 6 }),
    "an acknowledgement loses its opening delimiter": (chip) =>
      chip.faults.atHostByte(26 + 5 * 6, { do: "drop", count: 1 }),
    "an acknowledgement is doubled": (chip) =>
      chip.faults.atHostByte(26 + 5 * 6 - 1, { do: "insert", bytes: Uint8Array.of(0xc0, 0, 0x60, 0, 0, 0xc0) }),
    "a piece of noise looks like the beginning of the next": (chip) =>
      chip.faults.atChipByte(14 + 8196 * 2, { do: "insert", bytes: Uint8Array.of(0xc0, 1, 2, 3) }),
    "the bytes of a piece come half a second late": (chip) => chip.faults.atChipByte(20_000, { do: "delay", ms: 500 }),
  };

  it.each(Object.keys(LINE_FAULTS))("%s: what is read is right, and the rest read as of old", async (name) => {
    const { chip, events, read } = await bench(921_600, 1);
    LINE_FAULTS[name]?.(chip);
    // Questions would come first, and the faults strike at certain bytes.
    const { isRight, elapsedMs } = await read(0x40000, { skip: false });
    expect(isRight).toBe(true);
    // Acknowledging late takes 3.2 s, and trouble once a few more.
    expect(elapsedMs).toBeLessThan(9000);
    const harmless = name.includes("late") || name.includes("doubled");
    if (!harmless) expect(events.filter(({ type }) => type === "read.slower")).toHaveLength(1);
  });

  it("bytes that are lost only in long bursts: pieces become as small as it takes, and what is read is right", async () => {
    const { chip, read } = await bench(921_600, 1);
    for (let at = 60_000; at < 3_000_000; at += 70_000) chip.faults.atChipByte(at, { do: "drop", count: 40 });
    expect((await read()).isRight).toBe(true);
  });
});
