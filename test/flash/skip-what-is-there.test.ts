import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connect, disconnect, type EspEvent, type Session, verifyFlash, writeFlash } from "../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { exchangeBench } from "../support/port/exchangeable-port.ts";

const SECTOR = 0x1000;
const ADDRESS = 0x10000;

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: EspEvent[];
  readonly of: <Type extends EspEvent["type"]>(type: Type) => Extract<EspEvent, { readonly type: Type }>[];
}

async function bench(
  options: VirtualChipOptions,
  { stub = true, baudRate = 115_200 }: { readonly stub?: boolean; readonly baudRate?: number } = {},
): Promise<Bench> {
  const chip = virtualChip("esp32c3", options);
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { baudRate, stub, onEvent: (event) => events.push(event) });
  return {
    chip,
    session,
    events,
    of: <Type extends EspEvent["type"]>(type: Type) =>
      events.filter((event): event is Extract<EspEvent, { readonly type: Type }> => event.type === type),
  };
}

function random(sizeBytes: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed >>> 0;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const app = random(64 * SECTOR, 1);

function holds(chip: VirtualChip, data: Uint8Array<ArrayBuffer>): boolean {
  return Buffer.compare(chip.flash.read(ADDRESS, data.length), data) === 0;
}

function changedAt(data: Uint8Array<ArrayBuffer>, ...sectors: number[]): Uint8Array<ArrayBuffer> {
  const copy = data.slice();
  for (const sector of sectors) copy[sector * SECTOR + 17] = (copy[sector * SECTOR + 17] ?? 0) ^ 0x55;
  return copy;
}

describe("a write that asks the chip first", () => {
  it.each(["stub", "rom"] as const)("sends nothing through the %s when all of it is there", async (loader) => {
    const { chip, session, of } = await bench(
      { contents: [{ address: ADDRESS, bytes: app }] },
      { stub: loader === "stub" },
    );
    const { files } = await writeFlash(session, [{ address: ADDRESS, data: app, name: "app.bin" }]);
    expect(files).toMatchObject([{ skipped: true, verified: "md5", writtenBytes: 0 }]);
    expect(chip.flash.counters.bytesProgrammed).toBe(0);
    expect(chip.flash.counters.erasesPerSector.size).toBe(0);
    expect(of("write.compared")).toMatchObject([{ sameBytes: app.length, regions: 0 }]);
    // Whoever looks for them finds the end of the bar, what was written, and the proof.
    expect(of("progress")).toMatchObject([{ done: app.length, total: app.length, overallDone: app.length }]);
    expect(of("write.done")).toMatchObject([{ sizeBytes: 0 }]);
    expect(of("verify.matched")).toMatchObject([{ after: "write" }]);
    await disconnect(session);
  });

  it.each(["stub", "rom"] as const)("erases and writes only what differs, through the %s", async (loader) => {
    const { chip, session, of } = await bench(
      { contents: [{ address: ADDRESS, bytes: app }] },
      { stub: loader === "stub" },
    );
    const data = changedAt(app, 3, 40);
    const { files } = await writeFlash(session, [{ address: ADDRESS, data }]);
    expect(files).toMatchObject([{ skipped: false, verified: "md5", writtenBytes: 2 * SECTOR }]);
    const sectors = [ADDRESS + 3 * SECTOR, ADDRESS + 40 * SECTOR];
    expect(new Set(chip.flash.counters.erasesPerSector.keys())).toEqual(new Set(sectors));
    expect(holds(chip, data)).toBe(true);
    expect(of("write.region").map(({ address }) => address)).toEqual(sectors);
    // The bars of both pieces end where all of the work does.
    expect(of("progress").at(-1)).toMatchObject({ overallDone: data.length, overallTotal: data.length });
    await disconnect(session);
  });

  it("writes everything when told so", async () => {
    const { chip, session, of } = await bench({ contents: [{ address: ADDRESS, bytes: app }] });
    const { files } = await writeFlash(session, [{ address: ADDRESS, data: app }], { skip: false });
    expect(files).toMatchObject([{ skipped: false, writtenBytes: app.length }]);
    expect(of("write.compared")).toEqual([]);
    expect(chip.flash.counters.erasesPerSector.size).toBeGreaterThan(0);
  });

  it("asks nothing where it is of no use: everything erased first, encrypted, no digests", async () => {
    const contents = [{ address: ADDRESS, bytes: app }];
    const erased = await bench({ contents });
    await writeFlash(erased.session, [{ address: ADDRESS, data: app }], { eraseAll: true });
    const encrypted = await bench({ contents, silicon: { keyPurposes: [4] } });
    await writeFlash(encrypted.session, [{ address: ADDRESS, data: app }], { encrypt: true });
    const locked = await bench({ contents, silicon: { secureDownload: true } });
    await writeFlash(locked.session, [{ address: ADDRESS, data: app.slice(0, SECTOR) }]);
    for (const { of } of [erased, encrypted, locked]) expect(of("write.compared")).toEqual([]);
    expect(holds(erased.chip, app)).toBe(true);
  });

  it("compares the header as it will be written", async () => {
    // A header, a segment of 16 zeros, their checksum; what follows counts for nothing.
    const image = app.slice(0, 8 * SECTOR).fill(0, 0, 64);
    image.set([0xe9, 1, 2, 0x20]);
    image[12] = 5;
    image.set([0, 0, 0xc8, 0x3f, 16], 24);
    image[63] = 0xef;
    const { session, of } = await bench({});
    const file = [{ address: 0, data: image }];
    const options = { flashMode: "dout", flashSize: "2MB" } as const;
    await writeFlash(session, file, options);
    expect((await writeFlash(session, file, options)).files).toMatchObject([{ skipped: true }]);
    expect((await writeFlash(session, file, { ...options, flashSize: "4MB" })).files).toMatchObject([
      { skipped: false, writtenBytes: SECTOR },
    ]);
    expect((await verifyFlash(session, file, { flashMode: "dout", flashSize: "4MB" })).matched).toBe(true);
    expect(of("write.compared").map(({ sameBytes }) => sameBytes / SECTOR)).toEqual([0, 8, 7]);
  });

  it("proves the whole file after writing a part of it", async () => {
    const data = changedAt(app, 20);
    const chip = virtualChip("esp32c3", { contents: [{ address: ADDRESS, bytes: app }] });
    const codes: string[] = [];
    const session = await connect(chip.port, {
      onEvent: (event) => {
        if ("code" in event) codes.push(event.code);
        // What was found to be the same is so no more.
        if (event.type === "write.region") chip.flash.place(ADDRESS + 50 * SECTOR, new Uint8Array(16));
      },
    });
    expect((await writeFlash(session, [{ address: ADDRESS, data }])).files).toMatchObject([{ verified: "md5" }]);
    expect(codes).toContain("write.repairing");
    expect(holds(chip, data)).toBe(true);
  });

  it("does not write to another chip what was asked of the first", async () => {
    const exchange = exchangeBench("esp32c3", { first: { contents: [{ address: ADDRESS, bytes: app }] } });
    let isExchanged: Promise<void> | undefined;
    const session = await connect(exchange.port, {
      onEvent: ({ type }) => {
        if (type === "write.compared") isExchanged ??= exchange.exchange();
      },
    });
    await expect(writeFlash(session, [{ address: ADDRESS, data: changedAt(app, 9) }])).rejects.toThrow();
    await isExchanged;
    expect(exchange.second.flash.isBlank()).toBe(true);
    await disconnect(session, { reset: "no-reset" }).catch(() => {});
  });
});

describe("whatever was skipped", () => {
  const world = fc.record({
    seed: fc.nat(),
    address: fc.oneof(fc.constant(ADDRESS), fc.integer({ min: 0x8000, max: 0x20000 })),
    sizeBytes: fc.integer({ min: 1, max: 40 * SECTOR }),
    /** Sectors of the file that flash does not hold yet, and blank ones, by their chance in 8. */
    differing: fc.nat(8),
    blank: fc.nat(8),
    /** The file has stretches of FF. */
    erased: fc.boolean(),
    stub: fc.boolean(),
    garbled: fc.boolean(),
  });

  it("flash holds the file, and nothing outside of its sectors has changed", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ seed, address, sizeBytes, differing, blank, erased, stub, garbled }) => {
        const before = random(0x60000, seed);
        const data = random(sizeBytes, seed ^ 0x1234);
        const dice = random(0x100, seed ^ 0x777);
        if (erased) data.fill(0xff, Math.floor(sizeBytes / 3), Math.floor((2 * sizeBytes) / 3));
        for (let sector = 0; sector * SECTOR < before.length; sector++) {
          const start = sector * SECTOR;
          if ((dice[sector] ?? 0) % 8 < blank) before.fill(0xff, start, start + SECTOR);
          if ((dice[sector + 0x80] ?? 0) % 8 < differing) continue;
          const from = Math.max(start, address);
          const to = Math.min(start + SECTOR, address + sizeBytes);
          if (from < to) before.set(data.subarray(from - address, to - address), from);
        }
        const { chip, session, events } = await bench(
          { contents: [{ address: 0, bytes: before }] },
          { stub, baudRate: 921_600 },
        );
        if (garbled) chip.faults.soak(seed, 20_000);
        const { files } = await writeFlash(session, [{ address, data }]);
        chip.faults.clear();
        expect(files[0]?.verified).toBe("md5");
        const now = chip.flash.read(0, before.length);
        expect(Buffer.compare(now.subarray(address, address + sizeBytes), data)).toBe(0);
        const first = address - (address % SECTOR);
        const last = Math.ceil((address + sizeBytes) / SECTOR) * SECTOR;
        expect(Buffer.compare(now.subarray(0, first), before.subarray(0, first))).toBe(0);
        expect(Buffer.compare(now.subarray(last), before.subarray(last))).toBe(0);
        expect(events.at(-1)?.type).toBe("verify.matched");
        await disconnect(session);
      }),
      { numRuns: 16, seed: 7 },
    );
  });
});
