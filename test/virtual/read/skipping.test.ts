import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes } from "../../../src/core/bytes/words.ts";
import { connect, disconnect, type EspEvent, readFlash, readFlashInto } from "../../../src/index.ts";
import { virtualChip } from "../../../src/virtual.ts";
import { noise } from "../../support/chip/machine-bench.ts";

const SECTOR = 0x1000;

async function bench(contents: readonly { readonly address: number; readonly bytes: Uint8Array }[], latencyMs = 1) {
  const chip = virtualChip("esp32c3", { contents, timing: { adapterLatencyMs: latencyMs } });
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { baudRate: 921_600, onEvent: (event) => events.push(event) });
  await readFlash(session, { address: 0, sizeBytes: 16 });
  events.length = 0;
  return { chip, session, events, skipped: () => events.find((event) => event.type === "read.skipped") };
}

describe("what need not be transferred", () => {
  it("a quarter of the flash takes 1.15 times a quarter at most, and the bytes are the same", async () => {
    const data = noise(0x100000);
    const { chip, session, skipped } = await bench([{ address: 0, bytes: data }]);
    const start = chip.clock.now();
    const result = await readFlash(session, { address: 0, sizeBytes: 0x400000 });
    const elapsedMs = chip.clock.now() - start;
    const quarter = chip.clock.now();
    await readFlash(session, { address: 0, sizeBytes: 0x100000 }, { skip: false });
    expect(elapsedMs / (chip.clock.now() - quarter)).toBeLessThan(1.15);
    expect(equalBytes(result.data, chip.flash.read(0, 0x400000))).toBe(true);
    expect(skipped()).toMatchObject({ knownBytes: 0 });
  });

  it.each([1, 16])(
    "a quarter in the middle is found in few questions, behind an adapter that waits %i ms",
    async (latency) => {
      const { chip, session, events } = await bench([{ address: 0x30000, bytes: noise(0x40000) }], latency);
      const result = await readFlash(session, { address: 0, sizeBytes: 0x100000 });
      expect(equalBytes(result.data, chip.flash.read(0, 0x100000))).toBe(true);
      const questions = events.reduce((sum, event) => sum + (event.type === "read.skipped" ? event.questions : 0), 0);
      expect(questions).toBeGreaterThan(8);
      expect(questions).toBeLessThan(40);
    },
  );

  it("nor what was read before, where the chip says that it is so still", async () => {
    const data = noise(0x80000);
    const { chip, session, skipped } = await bench([{ address: 0, bytes: data }]);
    chip.flash.place(0x23456, Uint8Array.of(data[0x23456]! ^ 1));
    const { chipBytes } = chip.counters;
    const result = await readFlash(session, { address: 0, sizeBytes: 0x80000 }, { known: data });
    expect(equalBytes(result.data, chip.flash.read(0, 0x80000))).toBe(true);
    expect(chip.counters.chipBytes - chipBytes).toBeLessThan(0x28000);
    expect(skipped()).toMatchObject({ blankBytes: 0 });
  });

  it("nor what was erased since, whatever was read before", async () => {
    const { chip, session, skipped } = await bench([]);
    const { chipBytes } = chip.counters;
    const { data } = await readFlash(session, { address: 0, sizeBytes: 0x80000 }, { known: noise(0x80000) });
    expect(data.every((byte) => byte === 0xff)).toBe(true);
    expect(chip.counters.chipBytes - chipBytes).toBeLessThan(0x4000);
    expect(skipped()).toMatchObject({ blankBytes: 0x80000, knownBytes: 0 });
  });

  it("`skip: false` transfers everything", async () => {
    const { chip, session, events } = await bench([]);
    const { chipBytes } = chip.counters;
    await readFlash(session, { address: 0, sizeBytes: 0x40000 }, { skip: false });
    expect(chip.counters.chipBytes - chipBytes).toBeGreaterThan(0x40000);
    expect(events.some(({ type }) => type === "read.skipped")).toBe(false);
  });

  it("a wrong answer of the chip costs a transfer and is never believed", async () => {
    const { chip, session } = await bench([{ address: 0x20000, bytes: noise(0x8000) }]);
    chip.faults.soak(5, 30_000);
    const { data } = await readFlash(session, { address: 0, sizeBytes: 0x80000 }, { known: noise(0x80000, 9) });
    expect(equalBytes(data, chip.flash.read(0, 0x80000))).toBe(true);
    await disconnect(session);
  });

  it("random contents and earlier files: what is read is right, in order, without gaps", async () => {
    const piece = fc.constantFrom("blank", "data", "changed" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 40 }),
        fc.nat(SECTOR - 1),
        fc.nat(60_000),
        async (pieces, lead, shorter) => {
          const whole = noise(pieces.length * 4 * SECTOR, pieces.length);
          pieces.forEach((kind, at) => {
            if (kind === "blank") whole.fill(0xff, at * 4 * SECTOR, (at + 1) * 4 * SECTOR);
          });
          const { session } = await bench([{ address: 0, bytes: whole }]);
          const expected = whole.slice(lead);
          const known = expected.slice(0, Math.max(0, expected.length - shorter));
          pieces.forEach((kind, at) => {
            const offset = at * 4 * SECTOR + 5 - lead;
            if (kind === "changed" && offset >= 0 && offset < known.length) known[offset] = (known[offset] ?? 0) ^ 1;
          });
          const got = new Uint8Array(expected.length);
          let next = 0;
          await readFlashInto(
            session,
            { address: lead, sizeBytes: expected.length },
            (data, offset) => {
              expect(offset).toBe(next);
              next += data.length;
              got.set(data, offset);
            },
            { known },
          );
          expect(next).toBe(expected.length);
          expect(equalBytes(got, expected)).toBe(true);
          await disconnect(session);
        },
      ),
      { numRuns: 12 },
    );
  });
});
