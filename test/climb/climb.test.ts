import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ConnectOptions,
  connect,
  disconnect,
  type EspEvent,
  readFlash,
  type Session,
  writeFlash,
} from "../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";
import { errorOf } from "../support/outcome.ts";
import { exchangeBench } from "../support/port/exchangeable-port.ts";

type Adapter = NonNullable<VirtualChipOptions["adapter"]>;

const RUNGS = [115_200, 460_800, 921_600, 1_500_000, 2_000_000];
const DATA = noise(0x9000);
/** What is tried before the stub is uploaded, over a line that is good for it. */
const UPLOAD = ["460800 works", "921600 works"];
const ADDRESS = 0x10000;

/** The comparison of the test framework takes its time for each byte. */
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: readonly EspEvent[];
  readonly tried: () => readonly string[];
}

async function bench(
  options: VirtualChipOptions = {},
  connecting: ConnectOptions = {},
  id = "esp32s2",
): Promise<Bench> {
  const chip = virtualChip(id as Parameters<typeof virtualChip>[0], options);
  const events: EspEvent[] = [];
  const onEvent = (event: EspEvent): void => {
    events.push(event);
    connecting.onEvent?.(event);
  };
  const session = await connect(chip.port, { ...connecting, onEvent });
  const tried = () =>
    events.flatMap((event) =>
      event.type === "baud.tried" ? [`${event.baudRate} ${event.works ? "works" : "fails"}`] : [],
    );
  return { chip, session, events, tried };
}

async function write({ session, chip }: Bench, data: Uint8Array = DATA): Promise<void> {
  const result = await writeFlash(session, [{ address: ADDRESS, data }], { compress: "never", skip: false });
  expect(result.files[0]?.verified).toBe("md5");
  expect(isSame(chip.flash.read(ADDRESS, data.length), data)).toBe(true);
}

const ADAPTERS: readonly [string, Adapter, number][] = [
  ["that does everything", {}, 2_000_000],
  ["that garbles above 115200", { maximumBaud: 115_200 }, 115_200],
  ["that garbles above 460800", { maximumBaud: 460_800 }, 460_800],
  ["that garbles above 921600", { maximumBaud: 921_600 }, 921_600],
  ["whose driver refuses more than 1,000,000", { refusesAbove: 1_000_000 }, 921_600],
  ["whose higher rates work to the host only", { maximumBaudToChip: 460_800 }, 460_800],
  ["whose higher rates work to the chip only", { maximumBaudToHost: 460_800 }, 460_800],
  ["that garbles large packets above 921600", { garblesLong: { baudRate: 921_600, bytes: 8000 } }, 921_600],
  [
    "that garbles what is a read packet or larger above 460800",
    { garblesLong: { baudRate: 460_800, bytes: 4000 } },
    460_800,
  ],
  [
    "that carries only short messages above 460800",
    { maximumBaudToChip: 921_600, garblesLong: { baudRate: 460_800, bytes: 104 } },
    460_800,
  ],
  ["that loses bytes in long bursts above 460800", { losesInBursts: { baudRate: 460_800, bytes: 10_000 } }, 460_800],
  ["with a supply that breaks down above 1,000,000", { brownsOutAbove: 1_000_000 }, 921_600],
];

describe("the climb", () => {
  it.each(ADAPTERS)("ends, with an adapter %s, at the best rate that works", async (_name, adapter, best) => {
    const made = await bench({ adapter });
    await write(made);
    expect(made.session.baudRate).toBe(best);
    expect(made.chip.baudRate).toBe(best);
    // What was not right at the rate that was chosen was seen before anything was written.
    expect(made.events.filter(({ type }) => type === "write.resumed")).toEqual([]);
    const { data } = await readFlash(made.session, { address: ADDRESS, sizeBytes: DATA.length });
    expect(isSame(data, DATA)).toBe(true);
    await disconnect(made.session);
  });

  it.each(["esp32", "esp8266", "esp32c2", "esp32c5", "esp32h2"])("works on an %s", async (id) => {
    for (const maximumBaud of [921_600, 2_000_000]) {
      const made = await bench({ adapter: { maximumBaud } }, {}, id);
      await write(made);
      expect(made.session.baudRate).toBe(maximumBaud);
      await disconnect(made.session);
    }
  });

  it.each<[string, Adapter]>([
    ["", { garblesLong: { baudRate: 921_600, bytes: 8000 } }],
    [", also after a reset", { maximumBaud: 921_600 }],
  ])("is said in the words that scripts know, once, with the rate that came of it%s", async (_when, adapter) => {
    const made = await bench({ adapter });
    await write(made);
    await write(made);
    expect(made.events.filter(({ type }) => type === "connect.identity")).toHaveLength(1);
    const said = made.events.flatMap((event) =>
      event.type === "baud.changing" || event.type === "baud.changed" ? [`${event.type} ${event.baudRate}`] : [],
    );
    expect(said).toEqual(["baud.changing 921600", "baud.changed 921600"]);
    expect(made.events.filter(({ type }) => type === "connect.identity")).toHaveLength(1);
    expect(made.tried().some((step) => step.endsWith("fails"))).toBe(true);
    expect(made.events.filter(({ type }) => type === "stub.running")).toHaveLength(1);
  });

  it("ends right for random adapters", { timeout: 60_000 }, async () => {
    const rung = fc.constantFrom(...RUNGS.slice(0, -1));
    const adapters = fc.record(
      {
        maximumBaudToChip: rung,
        maximumBaudToHost: rung,
        refusesAbove: rung,
        garblesLong: fc.record({ baudRate: rung, bytes: fc.integer({ min: 100, max: 4000 }) }),
        losesInBursts: fc.record({ baudRate: rung, bytes: fc.integer({ min: 100, max: 12_000 }) }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(adapters, async (adapter) => {
        const limits = [
          adapter.maximumBaudToChip,
          adapter.maximumBaudToHost,
          adapter.refusesAbove,
          adapter.garblesLong?.baudRate,
          adapter.losesInBursts?.baudRate,
        ];
        const best = Math.min(2_000_000, ...limits.filter((limit) => limit !== undefined));
        const made = await bench({ adapter });
        await write(made, DATA);
        expect(made.session.baudRate).toBe(best);
        await disconnect(made.session);
      }),
      { numRuns: 20 },
    );
  });
});

describe("no climb", () => {
  const rateAfterWriting = async (options: VirtualChipOptions, connecting: ConnectOptions, sizeBytes = DATA.length) => {
    const made = await bench(options, connecting);
    await write(made, DATA.subarray(0, sizeBytes));
    const { baudRate } = made.session;
    await disconnect(made.session);
    return baudRate;
  };

  it("for a rate that the caller named", async () => {
    expect(await rateAfterWriting({}, { baudRate: 115_200 })).toBe(115_200);
    expect(await rateAfterWriting({}, { baudRate: 230_400 })).toBe(230_400);
  });

  it("for little: it goes at the rate of the stub's upload", async () => {
    const made = await bench();
    await write(made, DATA.subarray(0, 0x4000));
    expect(made.session.baudRate).toBe(921_600);
    expect(made.tried()).toEqual(UPLOAD);
  });

  it.each<[string, VirtualChipOptions, ConnectOptions]>([
    ["the port has no lines", { lines: false, boot: "download" }, {}],
    ["the chip is not to be reset", { boot: "download" }, { before: "no-reset" }],
    ["there is no stub", {}, { stub: false }],
    ["the line is the chip's own USB", { usb: "otg" }, {}],
  ])("where %s", async (_why, options, connecting) => {
    expect(await rateAfterWriting(options, connecting)).toBe(115_200);
  });

  it("at the cost of short commands: what is tried for the upload of the stub saves more than it takes", async () => {
    for (const maximumBaud of [2_000_000, 460_800]) {
      const fixed = await bench({ adapter: { maximumBaud } }, { baudRate: 115_200 });
      const free = await bench({ adapter: { maximumBaud } }, { baudRate: "auto" });
      expect(free.chip.clock.now()).toBeLessThan(fixed.chip.clock.now());
    }
  });
});

describe("a climb", () => {
  it("is not made for what is in flash already, nor for what little differs", async () => {
    const made = await bench({ contents: [{ address: ADDRESS, bytes: DATA }] });
    const changed = DATA.slice();
    changed[0x5123] = 0;
    for (const data of [DATA, changed]) {
      await writeFlash(made.session, [{ address: ADDRESS, data }]);
      expect(isSame(made.chip.flash.read(ADDRESS, data.length), data)).toBe(true);
      expect(made.session.baudRate).toBe(921_600);
    }
    expect(made.tried()).toEqual(UPLOAD);
  });

  it("is measured by what goes over the line, not by what comes of it in flash", async () => {
    const made = await bench();
    await writeFlash(made.session, [{ address: ADDRESS, data: new Uint8Array(1 << 20) }], { skip: false });
    expect(made.tried()).toEqual(UPLOAD);
  });

  it.each<[string, Adapter]>([
    ["that works", {}],
    ["whose proof fails", { garblesLong: { baudRate: 460_800, bytes: 4000 } }],
    ["after a reset", { maximumBaud: 460_800 }],
  ])("leaves flash as it is, with an adapter %s", async (_name, adapter) => {
    const contents = noise(0x20000);
    const made = await bench({ adapter, contents: [{ address: 0, bytes: contents }] });
    await readFlash(made.session, { address: ADDRESS, sizeBytes: 0x10000 });
    expect(made.tried().length).toBeGreaterThan(1);
    expect(isSame(made.chip.flash.read(0, contents.length), contents)).toBe(true);
  });

  it("that is broken off leaves a session that can be used, wherever it was", async () => {
    // At each command, and at each answer: time in which parts are loaded is none of the chip's.
    const brokenOffAt: number[] = [];
    for (let moment = 1; ; moment++) {
      const stop = new AbortController();
      let moments = 0;
      let isWriting = false;
      const onEvent = (event: EspEvent): void => {
        const isMoment = event.type === "trace" && (event.what === "command" || event.what === "frame");
        if (isWriting && isMoment && ++moments === moment) stop.abort();
      };
      const made = await bench({}, { trace: true, onEvent });
      isWriting = true;
      const options = { compress: "never", skip: false, signal: stop.signal } as const;
      const [outcome] = await Promise.allSettled([
        writeFlash(made.session, [{ address: ADDRESS, data: DATA }], options),
      ]);
      isWriting = false;
      if (outcome?.status === "fulfilled") break;
      expect(outcome?.reason.code).toBe("operation.aborted");
      brokenOffAt.push(made.session.baudRate);
      await write(made);
      expect(made.session.baudRate).toBe(2_000_000);
      await disconnect(made.session);
    }
    // At the rates of the way up, each of them.
    expect([...new Set(brokenOffAt)]).toEqual([921_600, 1_500_000, 2_000_000]);
  });

  it("survives that the port goes away, wherever it was", async () => {
    // Attaching comes first, and takes some 100 ms: a loss then is not survived.
    for (let afterMs = 120; afterMs <= 400; afterMs += 40) {
      const made = await bench();
      made.chip.clock.after(afterMs, () => {
        made.chip.unplug();
        made.chip.clock.after(500, () => made.chip.replug());
      });
      await write(made);
      expect(made.events.filter(({ type }) => type === "session.restored")).toHaveLength(1);
      await disconnect(made.session);
    }
  });

  it("takes no other chip for its own, when that is on the adapter after a reset", async () => {
    const bench = exchangeBench("esp32c3", { first: { adapter: { maximumBaud: 921_600 } } });
    const before = bench.second.flash.read(ADDRESS, DATA.length);
    let isExchanged = false;
    const session = await connect(bench.port, {
      onEvent: (event) => {
        if (event.type !== "baud.tried" || event.works || isExchanged) return;
        isExchanged = true;
        bench.unplug();
      },
    });
    const error = await errorOf(writeFlash(session, [{ address: ADDRESS, data: DATA }], { skip: false }));
    expect(isExchanged).toBe(true);
    expect(error.code).toBe("connect.wrong-chip");
    expect(isSame(bench.second.flash.read(ADDRESS, DATA.length), before)).toBe(true);
  });
});

describe("trouble in a transfer", () => {
  it("lowers the rate once for all, and says so", async () => {
    const made = await bench();
    await write(made);
    expect(made.session.baudRate).toBe(2_000_000);
    made.chip.faults.corruptNextRequest({ opcode: 0x03 });
    await write(made);
    expect(made.session.baudRate).toBe(1_500_000);
    const said = made.events.flatMap((event) =>
      event.type === "note" && event.code === "baud.lowered" ? [event.message] : [],
    );
    expect(said).toEqual(["The line had trouble at 2000000 baud; going on at 1500000."]);
    await write(made);
    expect(made.session.baudRate).toBe(1_500_000);
  });

  it("lowers it for reading as well", async () => {
    const made = await bench();
    await write(made);
    made.chip.faults.atChipByte(5000, { do: "drop", count: 3 });
    const { data } = await readFlash(made.session, { address: ADDRESS, sizeBytes: DATA.length });
    expect(isSame(data, DATA)).toBe(true);
    expect(made.session.baudRate).toBe(1_500_000);
  });

  it("does not lower a rate that the caller named", async () => {
    const made = await bench({}, { baudRate: 921_600 });
    made.chip.faults.corruptNextRequest({ opcode: 0x03 });
    await write(made);
    expect(made.session.baudRate).toBe(921_600);
  });
});

describe("a stub that is left running after a climb", () => {
  it("is at the rate at which whoever comes next looks for it", async () => {
    const first = await bench();
    await write(first);
    await disconnect(first.session, { reset: "no-reset-stub" });
    expect(first.chip.running).toBe("stub");
    expect(first.chip.baudRate).toBe(115_200);
    const session = await connect(first.chip.port, { before: "no-reset" });
    await write({ ...first, session });
    expect(session.baudRate).toBe(115_200);
  });

  it("stays at a rate that the caller named", async () => {
    const named = await bench({}, { baudRate: 921_600 });
    await disconnect(named.session, { reset: "no-reset-stub" });
    expect(named.chip.baudRate).toBe(921_600);
  });
});
