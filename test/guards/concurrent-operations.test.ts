import { describe, expect, it } from "vitest";
import { burnEfuses, efuseDevice, extendState, planBurn, readEfuses, recoverBlocks } from "../../src/efuse.ts";
import {
  type ConnectOptions,
  connect,
  disconnect,
  type EspEvent,
  eraseFlash,
  eraseRegion,
  isEspError,
  loadRam,
  overrideVddsdio,
  readChipId,
  readFlash,
  readFlashId,
  readFlashSfdp,
  readFlashStatus,
  readMemory,
  readNand,
  readRegister,
  readSecurityInfo,
  runApplication,
  type Session,
  verifyFlash,
  writeFlash,
  writeFlashStatus,
  writeRegister,
} from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { live } from "../support/chip/live.ts";
import { codeOf, errorOf } from "../support/outcome.ts";
import { delegatePort } from "../support/port/delegate-port.ts";

/** Somewhere in the RAM of an ESP32 that nothing else uses. */
const RAM = 0x3ffe0000;
const MAGIC_REGISTER = 0x40001000;
const MAGIC = 0x00f01d83;

function contents(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

async function bench(options: ConnectOptions = {}) {
  const chip = virtualChip("esp32", { contents: [{ address: 0x20000, bytes: contents(0x3000) }] });
  const session = await connect(chip.port, options);
  return { chip, session };
}

type Work = (session: Session) => Promise<unknown>;
const file = { address: 0x10000, data: contents(0x2345), name: "app.bin" };

/** All that can be asked of a session and leaves it as it was. */
const OPERATIONS: Readonly<Record<string, Work>> = {
  readRegister: (session) => readRegister(session, MAGIC_REGISTER),
  readChipId: (session) => readChipId(session),
  overrideVddsdio: (session) => overrideVddsdio(session, "1.8V"),
  writeRegister: (session) => writeRegister(session, { address: RAM + 4, value: 2 }),
  readMemory: (session) => readMemory(session, { address: MAGIC_REGISTER, sizeBytes: 8 }),
  flashId: (session) => readFlashId(session),
  readFlashSfdp: (session) => readFlashSfdp(session, { address: 0, sizeBytes: 4 }),
  readFlashStatus: (session) => readFlashStatus(session, { sizeBytes: 2 }),
  writeFlashStatus: (session) => writeFlashStatus(session, 0, { sizeBytes: 1 }),
  readFlash: (session) => readFlash(session, { address: 0x20000, sizeBytes: 0x2800 }),
  verifyFlash: (session) => verifyFlash(session, [{ address: 0x20000, data: contents(0x3000), name: "there" }]),
  // Without asking first: the second one would find the first one's data there.
  writeFlash: (session) => writeFlash(session, [file], { skip: false }),
  eraseRegion: (session) => eraseRegion(session, { address: 0x8000, sizeBytes: 0x1000 }),
  runApplication: (session) => runApplication(session),
  readEfuses: (session) => readEfuses(efuseDevice(session)),
  "registers of an eFuse device": (session) => efuseDevice(session).readRegisters([MAGIC_REGISTER]),
  "writes of an eFuse device": (session) => efuseDevice(session).writeRegisters([{ address: RAM, value: 1 }]),
};

/** Without what differs each time. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, inner) => {
      if (key === "elapsedMs") return 0;
      if (inner instanceof Map) return [...inner];
      if (inner instanceof Uint8Array) return [...inner];
      return typeof inner === "bigint" ? String(inner) : inner;
    }),
  );
}

describe("two operations at once on one session", () => {
  it.each(Object.keys(OPERATIONS))("%s is right whatever is asked beside it, which is refused", async (name) => {
    const { session } = await bench();
    const first = OPERATIONS[name] as Work;
    const alone = plain(await first(session));
    for (const [other, second] of Object.entries(OPERATIONS)) {
      const [result, refused] = await Promise.allSettled([first(session), second(session)]);
      expect([other, plain(result.status === "fulfilled" ? result.value : result.reason)]).toEqual([other, alone]);
      expect([other, refused.status === "rejected" && isEspError(refused.reason, "session.busy")]).toEqual([
        other,
        true,
      ]);
      expect(live(session).link.suspect).toBe(false);
    }
    await disconnect(session);
  });

  it("cannot have exchanges between each other, whoever sends them", async () => {
    const { session } = await bench();
    const { link } = live(session);
    const first = readRegister(session, MAGIC_REGISTER);
    // The first has sent its request; its answer is on the way.
    await Promise.resolve();
    const second = await Promise.all([
      codeOf(link.sendFrame(Uint8Array.of(1))),
      codeOf(link.setBaudRate(9600)),
      codeOf(readRegister(session, RAM)),
    ]);
    expect(second).toEqual(["session.busy", "session.busy", "session.busy"]);
    expect(await first).toBe(MAGIC);
    await disconnect(session);
  });

  it("is nothing that a write notices, at any moment of it", async () => {
    const tried: Promise<string>[] = [];
    let session: Session | null = null;
    const chip = virtualChip("esp32");
    const signal = new AbortController().signal;
    session = await connect(chip.port, {
      trace: true,
      onEvent: () => {
        if (session === null) return;
        tried.push(codeOf(readRegister(session, MAGIC_REGISTER)));
        tried.push(codeOf(readEfuses(efuseDevice(session))));
        tried.push(codeOf(readFlash(session, { address: 0, sizeBytes: 16 }, { signal: AbortSignal.abort() })));
      },
    });
    const data = contents(60_000, 7);
    const { files } = await writeFlash(session, [{ address: 0x10000, data, name: "big" }], {
      compress: "never",
      signal,
    });
    expect(files[0]?.verified).toBe("md5");
    expect(chip.flash.read(0x10000, data.length)).toEqual(data);
    expect(live(session).link.counters.resynchronisations).toBe(0);
    expect(new Set(await Promise.all(tried))).toEqual(new Set(["session.busy"]));
    expect(tried.length).toBeGreaterThan(200);
    session = null;
  });

  it("leaves the abort signal of the one that runs in force", async () => {
    const { session } = await bench();
    const stop = new AbortController();
    const reading = codeOf(readFlash(session, { address: 0, sizeBytes: 0x40000 }, { signal: stop.signal }));
    expect(await codeOf(readFlashId(session, { signal: new AbortController().signal }))).toBe("session.busy");
    stop.abort();
    expect(await reading).toBe("operation.aborted");
    expect(live(session).link.signal).toBeUndefined();
    await disconnect(session);
  });

  it("are refused beside work on NAND flash", async () => {
    const chip = virtualChip("esp32s3", { silicon: { nand: {} } });
    const session = await connect(chip.port, { plugins: ["nand"] });
    const pins = { spiConnection: "12,13,11,9,10" };
    const range = { address: 0, sizeBytes: 2048 };
    const [read, refused] = await Promise.allSettled([readNand(session, range, pins), readNand(session, range, pins)]);
    expect(read.status).toBe("fulfilled");
    expect(refused).toMatchObject({ reason: { code: "session.busy" } });
    await disconnect(session);
  });
});

describe("a burn", () => {
  it("has the chip for itself from its first look to its last", async () => {
    const chip = virtualChip("esp32c3");
    const codes: Promise<string>[] = [];
    let beside: (() => void) | null = null;
    const session = await connect(chip.port, { stub: false, trace: true, onEvent: () => beside?.() });
    const device = efuseDevice(session);
    const state = await readEfuses(device);
    const plans = ["WDT_DELAY_SEL", "UART_PRINT_CONTROL"].map((field) =>
      planBurn(state, [{ kind: "field", field, value: "1" }]),
    );
    const [wanted, other] = plans;
    if (wanted === undefined || other === undefined) throw new Error("no plan");
    beside = () => {
      codes.push(codeOf(burnEfuses(efuseDevice(session), other)));
      codes.push(codeOf(recoverBlocks(device, state)));
      codes.push(codeOf(extendState(device, { ...state, blocks: new Map() }, [0])));
      codes.push(codeOf(device.writeRegisters([{ address: 0x60008800, value: 0xffffffff }])));
    };
    const { state: after } = await burnEfuses(device, wanted);
    beside = null;
    expect(new Set(await Promise.all(codes))).toEqual(new Set(["session.busy"]));
    expect(codes.length).toBeGreaterThan(50);
    const burned = [...(after?.blocks.values() ?? [])].map(({ bits }) => bits);
    const expected = [...state.blocks.values()].map(({ bits }) => bits);
    expected[0] = (expected[0] ?? 0n) | (wanted.steps[0]?.bits ?? 0n);
    expect(burned).toEqual(expected);
    await disconnect(session);
  });
});

describe("a session that was left", () => {
  const NO_MORE: Readonly<Record<string, Work>> = {
    ...OPERATIONS,
    eraseFlash: (session) => eraseFlash(session),
    loadRam: (session) => loadRam(session, { segments: [{ address: RAM, data: new Uint8Array(4) }], entry: 0 }),
    "restore of an eFuse device": (session) => efuseDevice(session).restore?.() ?? Promise.resolve(),
  };
  const WAYS: Readonly<Record<string, (session: Session) => Promise<void>>> = {
    "a reset": (session) => disconnect(session),
    "leaving the chip untouched": (session) => disconnect(session, { reset: "untouched" }),
    "keeping the port open": async (session) => {
      await (await disconnect(session, { keepOpen: true })).close();
    },
  };

  it.each(Object.keys(WAYS))("by %s says so, whatever it is asked", async (way) => {
    const { session } = await bench();
    await WAYS[way]?.(session);
    for (const [name, work] of Object.entries(NO_MORE))
      expect([name, await codeOf(work(session))]).toEqual([name, "session.closed"]);
    await disconnect(session);
  });

  it("says so from the moment on at which it is being left", async () => {
    const { session } = await bench();
    const leaving = disconnect(session);
    for (const [name, work] of Object.entries(NO_MORE))
      expect([name, await codeOf(work(session)), live(session).link.isOpen]).toEqual([name, "session.closed", true]);
    await leaving;
  });

  it("after its port was lost says so, too", async () => {
    const { chip, session } = await bench();
    chip.unplug();
    await disconnect(session);
    for (const [name, work] of Object.entries(NO_MORE))
      expect([name, await codeOf(work(session))]).toEqual([name, "session.closed"]);
  });

  it("tells it of its security, which it knows without asking", async () => {
    const session = await connect(virtualChip("esp32c3").port);
    expect((await readSecurityInfo(session)).secureBoot).toBe(false);
    await disconnect(session);
    expect(await codeOf(readSecurityInfo(session))).toBe("session.closed");
  });
});

describe("leaving while something runs", () => {
  const LONG: Readonly<Record<string, Work>> = {
    writeFlash: (session) => writeFlash(session, [{ address: 0, data: contents(300_000), name: "long" }]),
    readFlash: (session) => readFlash(session, { address: 0, sizeBytes: 0x80000 }),
    eraseFlash: (session) => eraseFlash(session),
    readMemory: (session) => readMemory(session, { address: MAGIC_REGISTER, sizeBytes: 4096 }),
    readEfuses: (session) => readEfuses(efuseDevice(session)),
  };

  it.each(Object.keys(LONG))("breaks %s off, resets the chip and closes the port", async (name) => {
    for (const reset of ["hard-reset", "untouched"] as const) {
      const leaveIt = (session: Session): Promise<void> => disconnect(session, { reset });
      const { chip, session } = await bench();
      let isClosed = false;
      const events: EspEvent[] = [];
      const running = errorOf((LONG[name] as Work)(session));
      // Some way into it.
      await new Promise<void>((resolve) => chip.clock.after(50, resolve));
      await Promise.all([leaveIt(session), leaveIt(session)]);
      isClosed = !live(session).link.isOpen;
      expect(isClosed).toBe(true);
      expect((await running).code).toBe("session.closed");
      expect(await codeOf(readRegister(session, MAGIC_REGISTER))).toBe("session.closed");
      expect(events).toEqual([]);
      // The port is free for the next one.
      await disconnect(await connect(chip.port));
    }
  });

  it("breaks a burn off before its next command, and nothing is burned", async () => {
    const chip = virtualChip("esp32c3");
    const left: Promise<void>[] = [];
    const session = await connect(chip.port, {
      stub: false,
      onEvent: ({ type }) => {
        if (type === "efuse.burning") left.push(disconnect(session));
      },
    });
    const device = efuseDevice(session);
    const plan = planBurn(await readEfuses(device), [{ kind: "field", field: "WDT_DELAY_SEL", value: "1" }]);
    const error = await errorOf(burnEfuses(device, plan));
    expect(error.code).toBe("session.closed");
    await Promise.all(left);
    expect([left.length, live(session).link.isOpen]).toEqual([1, false]);
    expect(chip.efuseLog.filter((event) => event.do === "program")).toEqual([]);
  });

  it("does not wait for a port that is stuck", async () => {
    const chip = virtualChip("esp32");
    let isStuck = false;
    let fail: (error: Error) => void = () => {};
    const port = delegatePort(chip.port, {
      write: (bytes) =>
        isStuck
          ? new Promise((_resolve, reject) => {
              fail = reject;
            })
          : chip.port.write(bytes),
      close: async () => {
        await chip.port.close();
        fail(new Error("closed"));
      },
    });
    const warnings: string[] = [];
    const session = await connect(port, {
      onEvent: (event) => {
        if (event.type === "warning") warnings.push(event.code);
      },
    });
    isStuck = true;
    const running = errorOf(readRegister(session, MAGIC_REGISTER));
    await disconnect(session);
    expect(live(session).link.isOpen).toBe(false);
    expect(warnings).toEqual(["reset.failed"]);
    await expect(running).rejects.toThrow();
  });

  it("is the end of restoring a lost connection, too", async () => {
    const { chip, session } = await bench();
    const running = errorOf(writeFlash(session, [{ address: 0, data: contents(300_000), name: "long" }]));
    await new Promise<void>((resolve) => chip.clock.after(300, resolve));
    chip.unplug();
    await new Promise<void>((resolve) => chip.clock.after(1500, resolve));
    const leaving = disconnect(session);
    chip.replug();
    await leaving;
    expect((await running).code).toMatch(/^(session\.closed|port\.lost)$/);
    expect(live(session).link.isOpen).toBe(false);
    await disconnect(await connect(chip.port));
  });
});
