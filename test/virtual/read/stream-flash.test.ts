import { describe, expect, it } from "vitest";
import { concatBytes, equalBytes } from "../../../src/core/bytes/words.ts";
import {
  connect,
  disconnect,
  type EspEvent,
  isEspError,
  macAddresses,
  readFlash,
  readFlashInto,
  type Session,
  streamFlash,
} from "../../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../../src/virtual.ts";
import { live } from "../../support/chip/live.ts";
import { exchangeBench } from "../../support/port/exchangeable-port.ts";
import { codeOf } from "../../support/port/ports.ts";

const PIECE_BYTES = 256 * 1024;
const SIZE_BYTES = 1_000_001;
const RANGE = { address: 0x1000, sizeBytes: SIZE_BYTES };

function contents(): Uint8Array<ArrayBuffer> {
  let state = 7;
  return Uint8Array.from({ length: SIZE_BYTES }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
const CONTENTS = contents();

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: EspEvent[];
  /** How far the chip was read. */
  readBytes(): number;
}

async function bench(options: VirtualChipOptions = {}, stub = true): Promise<Bench> {
  const chip = virtualChip("esp32c3", { contents: [{ address: RANGE.address, bytes: CONTENTS }], ...options });
  const events: EspEvent[] = [];
  const onEvent = (event: EspEvent): void => void events.push(event);
  const session = await connect(chip.port, { baudRate: 921600, stub, onEvent });
  const readBytes = (): number =>
    Math.max(0, ...events.map((event) => (event.type === "progress" && event.phase === "read" ? event.done : 0)));
  return { chip, session, events, readBytes };
}

/** Long enough to read all of it. */
async function pause({ clock }: VirtualChip): Promise<void> {
  await new Promise<void>((resolve) => void clock.after(60_000, resolve));
}

async function partsOf(stream: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

describe("readFlashInto", () => {
  it("hands out all of it in order, and holds no more than one piece", async () => {
    const { session, events, readBytes } = await bench();
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let taken = 0;
    const result = await readFlashInto(session, RANGE, async (data, offset) => {
      expect(offset).toBe(taken);
      expect(data.buffer.byteLength).toBeLessThanOrEqual(PIECE_BYTES);
      // However long it takes, nothing is read ahead.
      await new Promise((resolve) => setImmediate(resolve));
      taken += data.length;
      expect(readBytes()).toBe(taken);
      parts.push(data);
    });
    expect(parts.length).toBeGreaterThan(3);
    expect(equalBytes(concatBytes(parts), CONTENTS)).toBe(true);
    expect(result).toEqual({ ...RANGE, resumedBytes: 0, elapsedMs: expect.any(Number) });
    expect(events.filter(({ type }) => type === "read.done")).toHaveLength(1);
  });

  it("reads as readFlash does, without the stub, too", async () => {
    const { session } = await bench({}, false);
    const range = { address: 0x1000, sizeBytes: 10_001 };
    const parts: Uint8Array<ArrayBuffer>[] = [];
    await readFlashInto(session, range, (data) => void parts.push(data));
    expect(equalBytes(concatBytes(parts), (await readFlash(session, range)).data)).toBe(true);
    expect(Math.max(...parts.map((part) => part.buffer.byteLength))).toBe(4096);
  });

  it("hands out nothing that was not proved", async () => {
    const { chip, session } = await bench();
    for (const at of [70_000, 300_000, 600_000]) chip.faults.atChipByte(at, { do: "corrupt", mask: 0x01 });
    const parts: Uint8Array<ArrayBuffer>[] = [];
    await readFlashInto(session, RANGE, (data, offset) => {
      expect(equalBytes(data, CONTENTS.subarray(offset, offset + data.length))).toBe(true);
      parts.push(data);
    });
    expect(equalBytes(concatBytes(parts), CONTENTS)).toBe(true);
    expect(live(session).link.counters.resynchronisations).toBeGreaterThan(0);
  });

  it("ends with what the sink throws, and leaves the session in order", async () => {
    const { session } = await bench();
    const full = new Error("The disk is full.");
    for (const sink of [
      () => {
        throw full;
      },
      () => Promise.reject(full),
    ])
      await expect(readFlashInto(session, RANGE, sink)).rejects.toBe(full);
    expect(await macAddresses(session)).toBeDefined();
  });

  it("does not wait for a sink that hangs when it is stopped, and leaves the session free meanwhile", async () => {
    const { session } = await bench();
    const stop = new AbortController();
    let hangs = (): void => {};
    const hanging = new Promise<void>((resolve) => {
      hangs = resolve;
    });
    const sink = (): Promise<void> => {
      hangs();
      return new Promise(() => {});
    };
    const reading = codeOf(readFlashInto(session, RANGE, sink, { signal: stop.signal }));
    await hanging;
    expect(await macAddresses(session)).toBeDefined();
    stop.abort();
    expect(await reading).toBe("operation.aborted");
    await disconnect(session);
  });

  it("needs no session any more once the last piece is out", async () => {
    const { session } = await bench();
    const { sizeBytes } = await readFlashInto(session, { address: 0, sizeBytes: 100 }, () => disconnect(session));
    expect(sizeBytes).toBe(100);
  });

  it("reads nothing of an empty range", async () => {
    const { session } = await bench();
    const parts: unknown[] = [];
    const result = await readFlashInto(session, { address: 0, sizeBytes: 0 }, (data) => void parts.push(data));
    expect(parts).toEqual([]);
    expect(result.sizeBytes).toBe(0);
  });
});

describe("streamFlash", () => {
  it("is what readFlash returns, as a stream of the host", async () => {
    const { session } = await bench();
    const stream: ReadableStream<Uint8Array<ArrayBuffer>> = streamFlash(session, RANGE);
    const data = new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
    expect(equalBytes(data, CONTENTS)).toBe(true);
  });

  it("reads when it is asked, and no further", async () => {
    const { chip, session, readBytes } = await bench();
    const stream = streamFlash(session, RANGE);
    await pause(chip);
    expect(readBytes()).toBe(0);
    const reader = stream.getReader();
    for (const pieces of [1, 2]) {
      const { value } = await reader.read();
      expect(value?.buffer.byteLength).toBe(PIECE_BYTES);
      await pause(chip);
      expect(readBytes()).toBe(pieces * PIECE_BYTES);
    }
    // Between two pieces the session can be used.
    expect(await macAddresses(session)).toBeDefined();
    await reader.cancel();
    expect((await readFlash(session, { address: 0x1000, sizeBytes: 16 })).data).toEqual(CONTENTS.slice(0, 16));
  });

  it("stops within a piece when it is cancelled, and the session is free after that", async () => {
    const { session, readBytes } = await bench();
    const reader = streamFlash(session, RANGE).getReader();
    const first = reader.read();
    while (readBytes() === 0) await new Promise((resolve) => setImmediate(resolve));
    await reader.cancel();
    expect((await first).done).toBe(true);
    expect(readBytes()).toBeLessThan(PIECE_BYTES);
    expect((await readFlash(session, { address: 0x1000, sizeBytes: 16 })).data).toEqual(CONTENTS.slice(0, 16));
  });

  it.each([
    ["before", 0],
    ["in the middle", 1],
  ])("fails with the abort of its signal %s", async (_when, pieces) => {
    const { session } = await bench();
    const stop = new AbortController();
    if (pieces === 0) stop.abort();
    const reader = streamFlash(session, RANGE, { signal: stop.signal }).getReader();
    for (let read = 0; read < pieces; read++) await reader.read();
    stop.abort();
    expect(await codeOf(reader.read())).toBe("operation.aborted");
  });

  it("fails with what reading fails with", async () => {
    const { session } = await bench();
    const tooFar = { address: 0, sizeBytes: 0x4000_0000 };
    const error = await partsOf(streamFlash(session, tooFar)).catch((reason: unknown) => reason);
    expect(isEspError(error, "flash.out-of-range")).toBe(true);
    const stream = streamFlash(session, RANGE).getReader();
    await stream.read();
    await disconnect(session);
    expect(await codeOf(stream.read())).toBe("session.closed");
  });

  it.each([
    ["that are transferred", 8192, false],
    ["that are known to be blank", 2 * PIECE_BYTES, true],
  ])("refuses a chip that was exchanged between two pieces %s", async (_what, sizeBytes, skip) => {
    const { port, exchange } = exchangeBench("esp32c3");
    const session = await connect(port, { stub: false });
    const reader = streamFlash(session, { address: 0, sizeBytes }, { skip }).getReader();
    expect((await reader.read()).value?.length).toBe(sizeBytes / 2);
    await exchange();
    // Long enough for a person to take one board off an adapter and put another on.
    await new Promise<void>((resolve) => void port.clock.after(5000, resolve));
    expect(await codeOf(reader.read())).toBe("connect.wrong-chip");
  });
});
