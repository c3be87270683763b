import { describe, expect, it } from "vitest";
import {
  connect,
  disconnect,
  type EspEvent,
  eraseRegion,
  type ProgressEvent,
  readFlash,
  type Session,
  writeFlash,
} from "../../src/index.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { codeOf } from "../support/outcome.ts";

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: EspEvent[];
}

async function bench(stub = true): Promise<Bench> {
  const chip = virtualChip("esp32c3");
  const events: EspEvent[] = [];
  const session = await connect(chip.port, {
    // What is told of the pace is held against this rate.
    baudRate: 115200,
    stub,
    onEvent: (event) => {
      events.push(event);
      if (event.type === "session.lost") chip.clock.after(2500, () => chip.replug());
    },
  });
  return { chip, session, events };
}

const progressOf = (events: readonly EspEvent[]): ProgressEvent[] =>
  events.flatMap((event) => (event.type === "progress" && event.phase === "write" ? [event] : []));
const typesOf = (events: readonly EspEvent[]): string[] => events.map(({ type }) => type);

/** Compresses badly. */
function contents(sizeBytes: number): Uint8Array<ArrayBuffer> {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

describe("progress", () => {
  const data = contents(100_000);

  it("tells the file and the whole, and how fast it is on the port's clock", async () => {
    const { session, events } = await bench();
    const again = { address: 0x80000, data: data.subarray(0, 40_000), name: "third" };
    await writeFlash(session, [again]);
    events.length = 0;
    const files = [{ address: 0x10000, data, name: "first" }, { address: 0x40000, data, name: "second" }, again];
    await writeFlash(session, files, { skipFlashed: true });
    const told = progressOf(events);
    const overall = told.map(({ overallDone }) => overallDone);
    expect(overall).toEqual(overall.toSorted((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ fileIndex: 1, fileCount: 3, file: "second", done: 100_000, total: 100_000 });
    // What is there already counts when it is found.
    expect(told.at(-1)).toMatchObject({ overallDone: 200_000, overallTotal: 240_000 });
    const second = told.findIndex(({ fileIndex }) => fileIndex === 1);
    expect(told[second]?.overallDone).toBeGreaterThanOrEqual(100_000);
    // 115200 baud are 11520 bytes a second.
    const { bytesPerSecond } = told.at(-1) ?? {};
    expect(bytesPerSecond).toBeGreaterThan(5000);
    expect(bytesPerSecond).toBeLessThan(13_000);
  });

  it("counts what is there already before what is written after it", async () => {
    const { session, events } = await bench();
    const there = { address: 0x80000, data: data.subarray(0, 40_000), name: "there" };
    await writeFlash(session, [there]);
    events.length = 0;
    await writeFlash(session, [there, { address: 0x10000, data, name: "new" }], { skipFlashed: true });
    expect(progressOf(events).at(-1)).toMatchObject({ file: "new", overallDone: 140_000, overallTotal: 140_000 });
  });

  it("of one piece of work is all of it", async () => {
    const { session, events } = await bench();
    await readFlash(session, { address: 0, sizeBytes: 20_000 });
    const last = events.findLast(({ type }) => type === "progress");
    expect(last).toMatchObject({ fileIndex: 0, fileCount: 1, overallDone: 20_000, overallTotal: 20_000 });
  });
});

describe("erasing", () => {
  it.each([true, false])("tells how long it takes at most: with the stub %s", async (stub) => {
    const { session, events } = await bench(stub);
    await eraseRegion(session, { address: 0x10000, sizeBytes: 0x11000 });
    expect(events).toContainEqual(expect.objectContaining({ type: "erase.started", estimatedMs: 6000 }));
    if (stub) return;
    await writeFlash(session, [{ address: 0x10000, data: contents(0x2000) }]);
    expect(events).toContainEqual(expect.objectContaining({ type: "write.erasing", estimatedMs: 4000 }));
  });
});

describe("the loss of the port", () => {
  it("is told once, and that it is restored, while a write survives it", async () => {
    const { chip, session, events } = await bench();
    chip.faults.unplugAfterHostBytes(30_000);
    await writeFlash(session, [{ address: 0x10000, data: contents(100_000) }]);
    expect(events.filter(({ type }) => type === "session.lost")).toMatchObject([{ code: "port.lost" }]);
    expect(typesOf(events).indexOf("session.restored")).toBeGreaterThan(typesOf(events).indexOf("session.lost"));
    chip.unplug();
    expect(typesOf(events).filter((type) => type === "session.lost")).toHaveLength(2);
  });

  it("is told when nobody works", async () => {
    const { chip, events } = await bench();
    chip.unplug();
    expect(typesOf(events).at(-1)).toBe("session.lost");
  });

  it("is told once when the work cannot survive it", async () => {
    const { chip, session, events } = await bench();
    chip.faults.unplugAfterHostBytes(10);
    expect(await codeOf(readFlash(session, { address: 0, sizeBytes: 100_000 }))).toBe("port.lost");
    expect(typesOf(events).filter((type) => type === "session.lost")).toHaveLength(1);
    expect(typesOf(events)).not.toContain("session.restored");
  });

  it("is no news when the chip is left", async () => {
    const { chip, session, events } = await bench();
    await disconnect(session);
    chip.unplug();
    expect(typesOf(events)).not.toContain("session.lost");
  });
});
