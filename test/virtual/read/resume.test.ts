import { beforeAll, describe, expect, it } from "vitest";
import { concatBytes, equalBytes } from "../../../src/core/bytes/words.ts";
import {
  connect,
  disconnect,
  type EspEvent,
  type FlashContents,
  type ReadCheckpoint,
  readFlashInto,
} from "../../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../../src/virtual.ts";
import { noise } from "../../support/noise.ts";

const DATA = noise(0x140000);
const RANGE = { address: 0x1000, sizeBytes: DATA.length };

const board = (options: VirtualChipOptions = {}): VirtualChip =>
  virtualChip("esp32c3", { contents: [{ address: RANGE.address, bytes: DATA }], ...options });

interface Read {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly firstOffset: number;
  readonly checkpoint: ReadCheckpoint | null;
  readonly events: readonly EspEvent[];
  readonly resumedBytes: number | null;
  /** Bytes that the chip sent for it. */
  readonly transferred: number;
  readonly error: unknown;
}

const ended = new Error("enough");

/** Reads, until so much is there or from what is there. */
async function read(
  chip: VirtualChip,
  {
    until,
    from,
    ...range
  }: Partial<typeof RANGE> & { until?: number; from?: { checkpoint: ReadCheckpoint; contents: FlashContents } },
): Promise<Read> {
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { baudRate: 921_600, onEvent: (event) => events.push(event) });
  const before = chip.counters.chipBytes;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let firstOffset = -1;
  let checkpoint: ReadCheckpoint | null = null;
  let error: unknown = null;
  const result = await readFlashInto(
    session,
    { ...RANGE, ...range },
    (data, offset, now) => {
      if (firstOffset < 0) firstOffset = offset;
      pieces.push(data);
      checkpoint = now;
      if (until !== undefined && now.doneBytes >= until) throw ended;
    },
    { resumeFrom: from },
  ).catch((cause: unknown) => {
    error = cause;
    return null;
  });
  const transferred = chip.counters.chipBytes - before;
  await disconnect(session);
  return {
    data: concatBytes(pieces),
    firstOffset,
    checkpoint,
    events,
    transferred,
    error,
    resumedBytes: result?.resumedBytes ?? null,
  };
}

let checkpoint: ReadCheckpoint;
let doneBytes = 0;
beforeAll(async () => {
  const broken = await read(board(), { until: 0x110000 });
  expect(broken.error).toBe(ended);
  if (broken.checkpoint === null) throw new Error("nothing was read");
  checkpoint = broken.checkpoint;
  doneBytes = checkpoint.doneBytes;
});

const left: FlashContents = (offset, sizeBytes) => DATA.subarray(0, doneBytes).subarray(offset, offset + sizeBytes);
const reasonsOf = ({ events }: Read): string[] =>
  events.flatMap((event) => (event.type === "read.restarted" ? [event.reason] : []));

describe("a read that was broken off", () => {
  it("says how far it came", () => {
    expect(checkpoint).toMatchObject({ ...RANGE, doneBytes, md5: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(JSON.parse(JSON.stringify(checkpoint))).toEqual(checkpoint);
  });

  it("is gone on with behind what the chip proves, and nothing before is transferred", async () => {
    const windows: number[] = [];
    const contents: FlashContents = async (offset, sizeBytes) => {
      windows.push(sizeBytes);
      return left(offset, sizeBytes);
    };
    const rest = await read(board(), { from: { checkpoint, contents } });
    expect(rest.firstOffset).toBe(doneBytes);
    expect(equalBytes(rest.data, DATA.subarray(doneBytes))).toBe(true);
    expect(rest.resumedBytes).toBe(doneBytes);
    expect(rest.transferred).toBeLessThan(DATA.length - doneBytes + 0x4000);
    expect(rest.events.find(({ type }) => type === "read.resumed")).toMatchObject({ ...RANGE, doneBytes });
    // Not all of it at once.
    expect(Math.max(...windows)).toBe(0x100000);
    // As if it had been read in one go.
    const whole = await read(board(), {});
    expect(rest.checkpoint).toEqual(whole.checkpoint);
    expect(whole.resumedBytes).toBe(0);
  });

  it("is over when nothing is missing", async () => {
    const whole = await read(board(), {});
    if (whole.checkpoint === null) throw new Error("nothing was read");
    const from = {
      checkpoint: whole.checkpoint,
      contents: (offset: number, size: number) => DATA.subarray(offset, offset + size),
    };
    const none = await read(board(), { from });
    expect([none.data.length, none.resumedBytes, none.error]).toEqual([0, DATA.length, null]);
    expect(none.events.filter(({ type }) => type === "read.done")).toHaveLength(1);
  });

  const other = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const flipped = DATA.slice();
  flipped[0x1234] = (flipped[0x1234] ?? 0) ^ 1;
  const flippedContents: FlashContents = (offset, sizeBytes) =>
    flipped.subarray(0, doneBytes).subarray(offset, offset + sizeBytes);
  it.each<
    [
      string,
      string,
      {
        chip?: VirtualChipOptions;
        range?: Partial<typeof RANGE>;
        change?: Partial<ReadCheckpoint>;
        contents?: FlashContents;
      },
    ]
  >([
    ["of another chip", "other-chip", { chip: { silicon: { mac: other } } }],
    ["of another place", "other-range", { change: { address: 0x2000 } }],
    ["of another size", "other-range", { range: { sizeBytes: DATA.length - 1 } }],
    ["of flash that was changed", "changed", { chip: { contents: [{ address: RANGE.address, bytes: flipped }] } }],
    ["with a byte that is another one", "damaged", { contents: flippedContents }],
    // Flash was changed to just what the damage has: nobody knows what else is wrong.
    [
      "that was damaged as flash was changed",
      "damaged",
      { chip: { contents: [{ address: RANGE.address, bytes: flipped }] }, contents: flippedContents },
    ],
    [
      "that is shorter than it says",
      "damaged",
      { contents: (offset, size) => DATA.subarray(offset, Math.min(offset + size, doneBytes - 1)) },
    ],
    ["that says more than there is", "damaged", { change: { doneBytes: DATA.length + 1 } }],
    ["with another digest", "damaged", { change: { md5: "0".repeat(32) } }],
    ["that cannot be read", "unreadable", { contents: () => Promise.reject(new Error("EIO")) }],
    ["whose contents are no bytes", "unreadable", { contents: () => "text" as never }],
  ])("%s is told and not used", async (_what, reason, { chip, range, change, contents = left }) => {
    const whole = board(chip);
    const again = await read(whole, { ...range, from: { checkpoint: { ...checkpoint, ...change }, contents } });
    expect(reasonsOf(again)).toEqual([reason]);
    expect([again.firstOffset, again.resumedBytes]).toEqual([0, 0]);
    const { address, sizeBytes } = { ...RANGE, ...range };
    expect(equalBytes(again.data, whole.flash.read(address, sizeBytes))).toBe(true);
  });

  it("a garbled answer about it costs a read and leaves nothing wrong", async () => {
    const chip = board();
    chip.faults.soak(5, 30_000);
    const rest = await read(chip, { from: { checkpoint, contents: left } });
    expect(equalBytes(rest.data, DATA.subarray(rest.firstOffset))).toBe(true);
  });

  it("is begun anew without a word where nothing had been read", async () => {
    const from = { checkpoint: { ...checkpoint, doneBytes: 0 }, contents: left };
    const again = await read(board(), { from, sizeBytes: 0x1000 });
    expect([again.firstOffset, ...reasonsOf(again)]).toEqual([0]);
  });
});
