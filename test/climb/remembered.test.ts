import { describe, expect, it } from "vitest";
import {
  type ConnectOptions,
  connect,
  disconnect,
  type EspEvent,
  type HostMemory,
  NO_MEMORY,
  temporaryMemory,
  writeFlash,
} from "../../src/index.ts";
import { type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";

type Adapter = NonNullable<VirtualChipOptions["adapter"]>;

const DATA = noise(0x9000);
const ADDRESS = 0x10000;
/** The stub is uploaded at no more than 921600. */
const AGAIN = ["921600 works, remembered", "2000000 works, remembered"];

interface Run {
  readonly tried: readonly string[];
  readonly baudRate: number;
  readonly said: readonly string[];
  readonly resets: readonly string[];
  readonly elapsedMs: number;
}

/** Another process, later: the same board on the same adapter, unless said otherwise. */
async function run(memory: HostMemory, adapter: Adapter = {}, options: VirtualChipOptions = {}): Promise<Run> {
  const chip = virtualChip("esp32s2", { adapter, ...options });
  const events: EspEvent[] = [];
  const connecting: ConnectOptions = { memory, onEvent: (event) => events.push(event) };
  const started = chip.clock.now();
  const session = await connect(chip.port, connecting);
  const { files } = await writeFlash(session, [{ address: ADDRESS, data: DATA }], { compress: "never", skip: false });
  const elapsedMs = chip.clock.now() - started;
  expect(files[0]?.verified).toBe("md5");
  expect(Buffer.compare(chip.flash.read(ADDRESS, DATA.length), DATA)).toBe(0);
  const { baudRate } = session;
  expect(chip.baudRate).toBe(baudRate);
  await disconnect(session);
  const tried = events.flatMap((event) =>
    event.type === "baud.tried"
      ? [`${event.baudRate} ${event.works ? "works" : "fails"}${event.remembered ? ", remembered" : ""}`]
      : [],
  );
  const said = events.flatMap((event) => (event.type === "note" ? [`${event.code} ${event.message}`] : []));
  const resets = events.flatMap((event) => (event.type === "connect.reset" ? [event.sequence] : []));
  return { tried, baudRate, said, resets, elapsedMs };
}

const inText = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A memory that tells its keys. */
function watched(memory: HostMemory = temporaryMemory()): HostMemory & { readonly kept: string[] } {
  const kept: string[] = [];
  return {
    kept,
    recall: (topic, key) => memory.recall(topic, key),
    keep: async (topic, key, value) => {
      kept.push(`${topic} ${key} ${inText(value)}`);
      await memory.keep(topic, key, value);
    },
  };
}

/** Whatever is asked for, this is what it holds. */
const lying = (content: Uint8Array<ArrayBuffer>): HostMemory => ({ ...NO_MEMORY, recall: async () => content });

describe("a rate that is remembered", () => {
  it("is tried first, and alone, when the same board is on the same adapter again", async () => {
    const memory = watched();
    const first = await run(memory);
    expect(first.tried).toEqual(["460800 works", "921600 works", "1500000 works", "2000000 works"]);
    const second = await run(memory);
    expect(second.tried).toEqual(AGAIN);
    expect(second.baudRate).toBe(2_000_000);
    expect(second.elapsedMs).toBeLessThan(first.elapsedMs);
    expect(second.said).toEqual([]);
  });

  it("spares the reset that a rate beyond the best one costs", async () => {
    const memory = temporaryMemory();
    const adapter = { maximumBaud: 460_800 };
    const first = await run(memory, adapter);
    const second = await run(memory, adapter);
    expect([first.baudRate, second.baudRate]).toEqual([460_800, 460_800]);
    expect(second.tried).toEqual(["460800 works, remembered"]);
    expect(second.elapsedMs).toBeLessThan(first.elapsedMs - 300);
  });

  it("belongs to one board on one adapter", async () => {
    const memory = watched();
    await run(memory);
    const other = await run(memory, {}, { silicon: { mac: Uint8Array.of(2, 0, 0, 0, 0, 9) } });
    expect(other.tried[0]).toBe("460800 works");
    const info = { path: "/dev/ttyUSB7", usbVendorId: 0x1a86, usbProductId: 0x7523 };
    expect((await run(memory, {}, { info })).tried[0]).toBe("460800 works");
    expect((await run(memory, {}, { info: { ...info, serialNumber: "A/01" } })).tried[0]).toBe("460800 works");
    // Plugged in elsewhere it is the same adapter.
    expect((await run(memory, {}, { info: { ...info, path: "COM3" } })).tried).toEqual(AGAIN);
    const keys = memory.kept.map((entry) => entry.split(" ")[1]?.replace(/^esp32s2-[0-9a-f]{12}-/, ""));
    expect(keys.slice(2)).toEqual(["usb-1a86-7523-virtual", "usb-1a86-7523-a-01", "usb-1a86-7523-virtual"]);
  });

  it.each<[string, Adapter, number, readonly string[]]>([
    [
      "garbles now",
      { maximumBaud: 921_600 },
      921_600,
      ["921600 works, remembered", "2000000 fails, remembered", "1500000 fails"],
    ],
    [
      "works to the host only now",
      { maximumBaudToChip: 460_800 },
      460_800,
      ["921600 fails, remembered", "460800 works"],
    ],
    [
      "works to the chip only now",
      { maximumBaudToHost: 460_800 },
      460_800,
      ["921600 fails, remembered", "460800 works", "921600 fails"],
    ],
    [
      "is refused by the driver now",
      { refusesAbove: 500_000 },
      460_800,
      ["921600 fails, remembered", "460800 works", "921600 fails", "1500000 fails", "2000000 fails"],
    ],
    [
      "carries nothing at all now",
      { maximumBaud: 115_200 },
      115_200,
      ["921600 fails, remembered", "460800 fails", "460800 fails"],
    ],
  ])("and %s costs one step, and is forgotten", async (_what, adapter, best, tried) => {
    const memory = temporaryMemory();
    await run(memory);
    const now = await run(memory, adapter);
    expect(now.tried).toEqual(tried);
    expect(now.baudRate).toBe(best);
    expect(now.said).toEqual([
      "baud.remembered-fails This board was good for 2000000 baud before and is not now; looking for another rate.",
    ]);
    const again = await run(memory, adapter);
    expect(again.baudRate).toBe(best);
    expect(again.tried).toEqual(best === 115_200 ? ["460800 fails"] : [`${best} works, remembered`]);
  });

  it("and breaks the supply now is left with a reset", async () => {
    const memory = temporaryMemory();
    await run(memory);
    // It holds from then on: a model of a supply that breaks down once.
    const now = await run(memory, { brownsOutAbove: 1_000_000 });
    expect(now.tried).toEqual(["921600 works, remembered", "2000000 fails, remembered", "1500000 works"]);
    expect((await run(memory)).tried).toEqual(["921600 works, remembered", "1500000 works, remembered"]);
  });

  it.each<[string, Adapter, number, readonly string[]]>([
    [
      "large packets",
      { garblesLong: { baudRate: 460_800, bytes: 4000 } },
      460_800,
      ["921600 works, remembered", "921600 fails", "460800 works"],
    ],
    [
      "long bursts",
      { losesInBursts: { baudRate: 921_600, bytes: 10_000 } },
      921_600,
      [...AGAIN, "2000000 fails, remembered"],
    ],
  ])("and carries short messages but no %s now is left for the next lower one", async (_what, adapter, best, tried) => {
    const memory = temporaryMemory();
    await run(memory);
    const now = await run(memory, adapter);
    expect(now.tried.slice(0, 3)).toEqual(tried);
    expect(now.baudRate).toBe(best);
    expect(now.said).toHaveLength(1);
    expect((await run(memory, adapter)).tried).toEqual([`${best} works, remembered`]);
  });

  it("is looked beyond after some uses: what stood in the way may be gone", async () => {
    const memory = temporaryMemory();
    await run(memory, { maximumBaud: 460_800 });
    let uses = 0;
    let now = await run(memory);
    for (; now.baudRate === 460_800 && uses < 40; uses++) now = await run(memory);
    expect(uses).toBe(16);
    expect(now.tried).toEqual(["460800 works", "921600 works", "1500000 works", "2000000 works"]);
    expect((await run(memory)).tried).toEqual(AGAIN);
  });

  it("is the lower one after trouble in a transfer", async () => {
    const memory = temporaryMemory();
    const chip = virtualChip("esp32s2");
    const session = await connect(chip.port, { memory });
    const write = () => writeFlash(session, [{ address: ADDRESS, data: DATA }], { compress: "never", skip: false });
    await write();
    chip.faults.corruptNextRequest({ opcode: 0x03 });
    await write();
    expect(session.baudRate).toBe(1_500_000);
    await disconnect(session);
    expect((await run(memory)).tried).toEqual(["921600 works, remembered", "1500000 works, remembered"]);
  });

  it("is not kept where nothing was looked for, and nothing is asked of no memory", async () => {
    const memory = watched();
    const chip = virtualChip("esp32s2");
    const session = await connect(chip.port, { memory, baudRate: 921_600 });
    await writeFlash(session, [{ address: ADDRESS, data: DATA }], { skip: false });
    await disconnect(session);
    expect(memory.kept).toEqual([]);
    expect((await run(NO_MEMORY)).tried).toHaveLength(4);
    expect((await run(NO_MEMORY)).tried).toHaveLength(4);
  });
});

describe("a memory that lies", () => {
  const said = (facts: object): Uint8Array<ArrayBuffer> => bytes(JSON.stringify(facts));
  it.each<[string, Uint8Array<ArrayBuffer>]>([
    ["is damaged", Uint8Array.of(0x7b, 0xff, 0x00)],
    ["ends early", bytes('{"version":1,"baudRate":9216')],
    ["holds a list", bytes("[1]")],
    ["holds null", bytes("null")],
    ["is of another version", said({ version: 2, baudRate: 2_000_000, uses: 0 })],
    ["has no version", said({ baudRate: 2_000_000, uses: 0 })],
    ["has a text for the rate", said({ version: 1, baudRate: "2000000", uses: 0 })],
    ["has a list for the rate", said({ version: 1, baudRate: [2_000_000], uses: 0 })],
    ["names a rate of 4 GBd", said({ version: 1, baudRate: 4_294_967_296, uses: 0 })],
    ["names a rate that is none", said({ version: 1, baudRate: -460_800, uses: 0 })],
    ["names an odd rate", said({ version: 1, baudRate: 1_234_567, uses: 0 })],
    ["counts with a text", said({ version: 1, baudRate: 2_000_000, uses: "0" })],
    ["counts below nothing", said({ version: 1, baudRate: 2_000_000, uses: -1 })],
    ["counts without end", bytes('{"version":1,"baudRate":2000000,"uses":1e999}')],
    ["is far too large", said({ version: 1, baudRate: 2_000_000, uses: 0, more: "x".repeat(100_000) })],
  ])("because it %s is as good as none", async (_how, content) => {
    const made = await run(lying(content));
    expect(made.tried).toEqual(["460800 works", "921600 works", "1500000 works", "2000000 works"]);
    expect(made.said).toEqual([]);
    expect(made.resets).toEqual(["tight reset, 50 ms"]);
  });

  it("names no rate above what the adapter is known for", async () => {
    const info = { path: "/dev/ttyUSB0", usbVendorId: 0x067b, usbProductId: 0x2303 };
    const made = await run(lying(said({ version: 1, baudRate: 2_000_000, uses: 0 })), {}, { info });
    expect(made.tried).toEqual(["460800 works", "921600 works"]);
  });

  it("throws whenever it is asked", async () => {
    const fails = () => Promise.reject(new Error("the disk is on fire"));
    expect((await run({ recall: fails, keep: fails })).baudRate).toBe(2_000_000);
  });

  it("never answers, and nothing waits for it", async () => {
    const never = () => new Promise<never>(() => {});
    const made = await run({ recall: never, keep: never });
    expect(made.baudRate).toBe(2_000_000);
    expect(made.resets).toEqual(["tight reset, 50 ms"]);
  });

  it("answers only when the chip's own time is far ahead", async () => {
    const memory = temporaryMemory();
    const late: HostMemory = {
      recall: async (topic, key) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return await memory.recall(topic, key);
      },
      keep: async (topic, key, value) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        await memory.keep(topic, key, value);
      },
    };
    await run(late);
    expect((await run(late)).tried).toEqual(AGAIN);
  });
});

describe("a reset that is remembered", () => {
  // A large capacitor at EN, for which the short pause is too short.
  const slow: VirtualChipOptions = { circuit: "slow" };

  it("is tried first, by its name", async () => {
    const memory = watched();
    const first = await run(memory, {}, slow);
    expect(first.resets).toEqual(["tight reset, 50 ms", "tight reset, 550 ms"]);
    const second = await run(memory, {}, slow);
    expect(second.resets).toEqual(["tight reset, 550 ms"]);
    expect(memory.kept.filter((entry) => entry.startsWith("reset-"))).toEqual([
      'reset-sequences usb-10c4-ea60-virtual {"version":1,"sequence":"tight reset, 550 ms","board":"240ac4005a02"}\n',
    ]);
  });

  it("that fails now costs one try, and what works takes its place", async () => {
    const memory = watched();
    await run(memory, {}, slow);
    const port: VirtualChipOptions = { circuit: "slow", atomicLines: false };
    expect((await run(memory, {}, port)).resets).toEqual(["classic reset, 50 ms", "classic reset, 550 ms"]);
    expect((await run(memory, {}, port)).resets).toEqual(["classic reset, 550 ms"]);
  });

  it("is forgotten when another board, for which it is a waste of time, is on the adapter", async () => {
    const memory = watched();
    const other: VirtualChipOptions = { silicon: { mac: Uint8Array.of(2, 0, 0, 0, 0, 9) } };
    await run(memory, {}, slow);
    expect((await run(memory, {}, other)).resets).toEqual(["tight reset, 550 ms"]);
    expect((await run(memory, {}, other)).resets).toEqual(["tight reset, 50 ms"]);
    expect((await run(memory, {}, slow)).resets).toEqual(["tight reset, 50 ms", "tight reset, 550 ms"]);
    expect((await run(memory, {}, slow)).resets).toEqual(["tight reset, 550 ms"]);
  });

  it("is not kept where the usual first one worked", async () => {
    const memory = watched();
    await run(memory);
    expect(memory.kept.filter((entry) => entry.startsWith("reset-"))).toEqual([]);
  });

  it.each(["no such reset", "__proto__", "D0|R1|W60", 5, null, ["tight reset, 550 ms"]])(
    "is none of this port's: %j",
    async (sequence) => {
      const memory = lying(bytes(JSON.stringify({ version: 1, sequence })));
      expect((await run(memory)).resets).toEqual(["tight reset, 50 ms"]);
    },
  );

  it("is not asked for where the caller named one", async () => {
    const asked: string[] = [];
    const memory: HostMemory = { ...NO_MEMORY, recall: async (topic) => void asked.push(topic) as undefined };
    const chip = virtualChip("esp32s2");
    await disconnect(await connect(chip.port, { memory, customResetSequence: "D0|R1|W0.1|D1|R0|W0.05|D0" }));
    expect(asked).not.toContain("reset-sequences");
    expect(asked).toContain("baud-rates");
  });
});
