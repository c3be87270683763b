import { describe, expect, it } from "vitest";
import { sleep } from "../../src/core/clock.ts";
import {
  type ConnectOptions,
  connect,
  disconnect,
  type EspEvent,
  type Port,
  type Session,
  temporaryMemory,
  writeFlash,
} from "../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";
import { errorOf } from "../support/outcome.ts";
import { delegatePort } from "../support/port/delegate-port.ts";
import { exchangeBench } from "../support/port/exchangeable-port.ts";

type Adapter = NonNullable<VirtualChipOptions["adapter"]>;

interface Connected {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: readonly EspEvent[];
  readonly tried: readonly string[];
}

async function connected(
  options: VirtualChipOptions = {},
  connecting: ConnectOptions = {},
  through: (chip: VirtualChip) => Port = ({ port }) => port,
): Promise<Connected> {
  const chip = virtualChip("esp32s2", { ...APPLICATION, ...options });
  const events: EspEvent[] = [];
  const session = await connect(through(chip), { ...connecting, onEvent: (event) => events.push(event) });
  const tried = events.flatMap((event) =>
    event.type === "baud.tried" ? [`${event.baudRate} ${event.works ? "works" : "fails"}`] : [],
  );
  return { chip, session, events, tried };
}

const count = ({ events }: Connected, type: EspEvent["type"]): number =>
  events.filter((event) => event.type === type).length;

const DATA = noise(0x1000);
const APPLICATION = { contents: [{ address: 0x1000, bytes: Uint8Array.of(0xe9, 1, 0, 0, 0, 0, 0, 0x40) }] };

async function runningLater(chip: VirtualChip): Promise<string> {
  await sleep(chip.clock, 2000);
  return chip.running;
}

/** What a command is for, in both directions. */
async function works({ chip, session }: Connected): Promise<void> {
  const { files } = await writeFlash(session, [{ address: 0x10000, data: DATA }], { skip: false });
  expect(files[0]?.verified).toBe("md5");
  expect(Buffer.compare(chip.flash.read(0x10000, DATA.length), DATA)).toBe(0);
}

/** Resets that the chip saw, besides that of connecting. */
const furtherResets = ({ chip }: Connected): number => chip.counters.resets - 1;

describe("the stub is uploaded", () => {
  it.each<[string, Adapter, number, number, readonly string[]]>([
    ["at 921600 where the line carries it", {}, 921_600, 0, ["460800 works", "921600 works"]],
    [
      "at 460800 where nothing is understood above",
      { maximumBaud: 460_800 },
      460_800,
      1,
      ["460800 works", "921600 fails", "460800 works"],
    ],
    [
      "at 460800 where the chip alone is not understood above",
      { maximumBaudToHost: 460_800 },
      460_800,
      0,
      ["460800 works", "921600 fails"],
    ],
    ["at 460800 where the port has no more", { refusesAbove: 500_000 }, 460_800, 0, ["460800 works", "921600 fails"]],
    [
      "at 460800 where only short messages get through above",
      { garblesLong: { baudRate: 460_800, bytes: 4000 } },
      460_800,
      1,
      ["460800 works", "921600 works", "921600 fails", "460800 works"],
    ],
    ["at 115200 where nothing is understood above", { maximumBaud: 115_200 }, 115_200, 1, ["460800 fails"]],
    [
      "at 115200 where only short messages get through above",
      { garblesLong: { baudRate: 115_200, bytes: 4000 } },
      115_200,
      2,
      ["460800 works", "921600 works", "921600 fails", "460800 works", "460800 fails"],
    ],
  ])("%s", async (_where, adapter, baudRate, resets, tried) => {
    const made = await connected({ adapter });
    expect(made.tried).toEqual(tried);
    expect([made.session.baudRate, made.chip.baudRate]).toEqual([baudRate, baudRate]);
    expect(furtherResets(made)).toBe(resets);
    expect(made.session.loader).toBe("stub");
    // However often the chip was connected to.
    const once = ["connect.started", "connect.chip", "connect.identity", "stub.uploading", "stub.starting"] as const;
    for (const type of [...once, "stub.running"] as const) expect(count(made, type)).toBe(1);
    expect(count(made, "warning")).toBe(0);
    await works(made);
    await disconnect(made.session);
    expect(await runningLater(made.chip)).toBe("user-code");
  });

  it("at the rate that the next transfer begins with, which goes no higher than was seen to work", async () => {
    const made = await connected({ adapter: { maximumBaud: 460_800 } });
    await writeFlash(made.session, [{ address: 0x10000, data: noise(0x10000) }]);
    const rates = made.events.flatMap((event) => (event.type === "baud.tried" ? [event.baudRate] : []));
    expect(Math.max(...rates.slice(3), 0)).toBeLessThanOrEqual(460_800);
    expect(made.session.baudRate).toBe(460_800);
    expect(furtherResets(made)).toBe(1);
  });

  it("and trouble in a little transfer lowers that rate", async () => {
    const made = await connected();
    made.chip.faults.corruptNextRequest({ opcode: 0x03 });
    await works(made);
    expect(made.session.baudRate).toBe(460_800);
  });

  it("at 115200 at once where that is all that the board was good for", async () => {
    const memory = temporaryMemory();
    const adapter = { maximumBaud: 115_200 };
    expect((await connected({ adapter }, { memory })).tried).toEqual(["460800 fails"]);
    expect((await connected({ adapter }, { memory })).tried).toEqual([]);
    // What stood in the way is gone: much to transfer finds that out.
    const now = await connected({}, { memory });
    expect(now.tried).toEqual([]);
    await writeFlash(now.session, [{ address: 0x10000, data: noise(0x10000) }]);
    expect(now.session.baudRate).toBe(2_000_000);
    await disconnect(now.session);
    expect((await connected({}, { memory })).tried).toEqual(["921600 works"]);
  });

  it.each<[string, Adapter]>([
    ["nothing is understood", { maximumBaud: 460_800 }],
    ["only short messages get through", { garblesLong: { baudRate: 460_800, bytes: 4000 } }],
  ])("at 460800 at once the next time where %s above", async (_what, adapter) => {
    const memory = temporaryMemory();
    const first = await connected({ adapter }, { memory });
    expect(first.tried).toContain("921600 fails");
    const next = await connected({ adapter }, { memory });
    expect(next.tried).toEqual(["460800 works"]);
    expect(furtherResets(first)).toBe(1);
    expect(furtherResets(next)).toBe(0);
  });

  it("with little waiting where bytes are lost, which is remembered", async () => {
    const memory = temporaryMemory();
    const adapter = { losesInBursts: { baudRate: 460_800, bytes: 4000 } };
    const first = await connected({ adapter }, { memory });
    expect([first.session.baudRate, first.session.loader]).toEqual([460_800, "stub"]);
    expect(first.chip.clock.now()).toBeLessThan(2500);
    const second = await connected({ adapter }, { memory });
    expect(second.tried).toEqual(["460800 works"]);
    expect(second.chip.clock.now()).toBeLessThan(500);
  });

  it.each<[string, Adapter, readonly string[]]>([
    ["the chip alone is not understood above", { maximumBaudToHost: 115_200 }, ["460800 fails"]],
    ["the port has no more", { refusesAbove: 115_200 }, ["460800 fails", "921600 fails"]],
  ])("at 115200 at once the next time where %s", async (_where, adapter, tried) => {
    const memory = temporaryMemory();
    const first = await connected({ adapter }, { memory });
    expect([first.session.baudRate, furtherResets(first)]).toEqual([115_200, 0]);
    expect(first.tried).toEqual(tried);
    expect((await connected({ adapter }, { memory })).tried).toEqual([]);
  });

  it("at a higher rate again after some uses of 115200, also where little is ever transferred", async () => {
    const memory = temporaryMemory();
    await connected({ adapter: { maximumBaud: 115_200 } }, { memory });
    let uses = 0;
    let now = await connected({}, { memory });
    for (; now.session.baudRate === 115_200 && uses < 40; uses++) now = await connected({}, { memory });
    expect(uses).toBe(16);
    expect(now.tried).toEqual(["460800 works", "921600 works"]);
  });

  it("and what a board was good for is not forgotten for trouble in a little transfer", async () => {
    const memory = temporaryMemory();
    const much = { address: 0x10000, data: noise(0x10000) };
    const first = await connected({}, { memory });
    await writeFlash(first.session, [much]);
    expect(first.session.baudRate).toBe(2_000_000);
    await disconnect(first.session);
    const second = await connected({}, { memory });
    second.chip.faults.corruptNextRequest({ opcode: 0x03 });
    await works(second);
    expect(second.session.baudRate).toBe(460_800);
    await disconnect(second.session);
    const third = await connected({}, { memory });
    await writeFlash(third.session, [much]);
    expect(third.session.baudRate).toBe(2_000_000);
  });

  it("at 115200 with plugins, whose transfers nothing slows down", async () => {
    const chip = virtualChip("esp32s3");
    const session = await connect(chip.port, { plugins: ["nand"] });
    expect([session.loader, session.baudRate, chip.baudRate]).toEqual(["stub", 115_200, 115_200]);
    await disconnect(session);
  });

  it("through the ROM of an ESP32 or ESP32-C2, which counts its rate wrong, at 115200", async () => {
    for (const id of ["esp32", "esp32c2"] as const) {
      const chip = virtualChip(id);
      const session = await connect(chip.port);
      expect(chip.baudRate).toBe(115_200);
      await disconnect(session);
    }
  });
});

describe("the rate of connecting stays for the upload where no reset is known to bring the chip back", () => {
  /** A port that hands on nothing of what the chip says before its first answer. */
  const withoutBootText = ({ port }: VirtualChip): Port => {
    let isSilent = true;
    return delegatePort(port, {
      open: async (options, sink) =>
        await port.open(options, {
          ...sink,
          data: (bytes) => {
            if (isSilent && !bytes.includes(0xc0)) return;
            isSilent = false;
            sink.data(bytes);
          },
        }),
    });
  };

  /** As in a browser. */
  const reopening = ({ port }: VirtualChip): Port =>
    delegatePort(port, { capabilities: { ...port.capabilities, reopensForBaud: true } });

  it.each<[string, VirtualChipOptions, ConnectOptions, ((chip: VirtualChip) => Port)?]>([
    ["its lines are not wired", { circuit: "none", boot: "download" }, {}],
    ["somebody presses the buttons", { circuit: "none", bootButtonAfterMs: 300 }, {}],
    ["somebody presses the buttons in another reset", { circuit: "none", bootButtonAfterMs: 1000 }, {}],
    ["it is not to be reset", { boot: "download" }, { before: "no-reset" }],
    ["its ROM says nothing of its start", {}, {}, withoutBootText],
    ["its port would be closed and opened again", {}, {}, reopening],
  ])("because %s", async (_why, options, connecting, through) => {
    const made = await connected({ ...options, adapter: { maximumBaud: 115_200 } }, connecting, through);
    expect(made.tried).toEqual([]);
    expect(made.session.loader).toBe("stub");
    expect(made.chip.baudRate).toBe(115_200);
    await works(made);
    await disconnect(made.session);
  });
});

describe("on the way to the rate of the upload", () => {
  it("a flash that the chip does not power by itself is powered again after the reset", async () => {
    const chip = virtualChip("esp32p4", {
      silicon: { revision: { major: 3, minor: 1 } },
      adapter: { maximumBaud: 460_800 },
    });
    const said: string[] = [];
    const onEvent = (event: EspEvent): void => {
      if (event.type === "connect.reset") said.push("reset");
      // The first of the registers that turn it on (fact sheet 4.6).
      if (event.type === "trace" && event.what === "command" && event.name === "WRITE_REG")
        if (new DataView(event.data.buffer).getUint32(0, true) === 0x5011010c) said.push("power");
      if (event.type === "baud.tried" && !event.works) said.push("failed rate");
      if (event.type === "stub.uploading") said.push("stub");
    };
    await disconnect(await connect(chip.port, { trace: true, onEvent }));
    expect(said).toEqual(["reset", "power", "failed rate", "power", "stub"]);
  });

  it("another chip is not taken for the one that was there before a reset", async () => {
    const bench = exchangeBench("esp32s2", { first: { adapter: { maximumBaud: 460_800 } }, second: APPLICATION });
    const before = bench.second.flash.read(0x10000, DATA.length);
    const onEvent = (event: EspEvent): void => {
      if (event.type === "baud.tried" && !event.works) bench.unplug();
    };
    expect((await errorOf(connect(bench.port, { onEvent }))).code).toBe("connect.wrong-chip");
    expect(bench.second.flash.read(0x10000, DATA.length)).toEqual(before);
    expect(await runningLater(bench.second)).toBe("user-code");
  });

  it("a MAC address that is garbled once is not that of another chip", async () => {
    const chip = virtualChip("esp32s2", { ...APPLICATION, adapter: { maximumBaud: 460_800 } });
    // The lowest byte of what was read, of the first register asked for after the reset.
    const onEvent = (event: EspEvent): void => {
      if (event.type === "baud.tried" && !event.works) chip.faults.corruptFrameByte(5, 0x01, { opcode: 0x0a });
    };
    const session = await connect(chip.port, { onEvent });
    expect([session.loader, session.baudRate]).toEqual(["stub", 460_800]);
    await disconnect(session);
  });

  it("an abort leaves the port closed and the chip running its application, wherever it was", async () => {
    for (let afterMs = 190; afterMs <= 700; afterMs += 11) {
      const chip = virtualChip("esp32s2", { ...APPLICATION, adapter: { maximumBaud: 460_800 } });
      const stop = new AbortController();
      chip.clock.after(afterMs, () => stop.abort());
      const error = await errorOf(connect(chip.port, { signal: stop.signal }));
      expect(error.code).toBe("operation.aborted");
      expect(await runningLater(chip)).toBe("user-code");
      // The next one finds a port and a chip as ever.
      const session = await connect(chip.port);
      await disconnect(session);
      expect(await runningLater(chip)).toBe("user-code");
    }
  });

  it("nor does one when a rate for much has failed, and a reset is due", async () => {
    const stop = new AbortController();
    const chip = virtualChip("esp32s2", { ...APPLICATION, adapter: { maximumBaud: 921_600 } });
    const onEvent = (event: EspEvent): void => {
      if (event.type === "baud.tried" && !event.works) stop.abort();
    };
    const session = await connect(chip.port, { onEvent });
    const data = noise(0x20000);
    const error = await errorOf(writeFlash(session, [{ address: 0x10000, data }], { signal: stop.signal }));
    expect(error.code).toBe("operation.aborted");
    await disconnect(session);
    expect(await runningLater(chip)).toBe("user-code");
  });

  it("a port that goes away ends connecting with its error, and can be opened again", async () => {
    for (let afterMs = 200; afterMs <= 700; afterMs += 50) {
      const chip = virtualChip("esp32s2", { ...APPLICATION, adapter: { maximumBaud: 460_800 } });
      chip.clock.after(afterMs, () => chip.unplug());
      const error = await errorOf(connect(chip.port));
      expect(error.code).toMatch(/^(?:port\.|connect\.port-lost)/);
      chip.replug();
      await disconnect(await connect(chip.port));
    }
  });
});
