import { describe, expect, it } from "vitest";
import {
  type ConnectOptions,
  connect,
  connectRepeatedly,
  disconnect,
  eraseRegion,
  isEspError,
  type Port,
  readFlash,
  type Session,
  verifyFlash,
  writeFlash,
} from "../../src/index.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { codeOf } from "../support/outcome.ts";
import { delegatePort } from "../support/port/delegate-port.ts";

/** Counts what happens between host and chip, before and after, and stops the work at the chosen moment. */
class Moments {
  readonly controller = new AbortController();
  count = 0;
  readonly #stopAt: number;
  isOpen = false;

  constructor(stopAt: number) {
    this.#stopAt = stopAt;
  }

  readonly pass = (): void => {
    if (this.count++ === this.#stopAt) this.controller.abort();
  };

  async around<T>(work: () => Promise<T>): Promise<T> {
    this.pass();
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  watch(port: Port): Port {
    return delegatePort(port, {
      open: (options, sink) =>
        this.around(async () => {
          await port.open(options, {
            data: (bytes) => {
              this.pass();
              sink.data(bytes);
              this.pass();
            },
            lost: (error) => sink.lost(error),
          });
          this.isOpen = true;
        }),
      close: async () => {
        await port.close();
        this.isOpen = false;
      },
      write: (bytes) => this.around(() => port.write(bytes)),
      setBaudRate: (rate) => this.around(() => port.setBaudRate(rate)),
      setLines: (lines) => this.around(() => port.setLines(lines)),
    });
  }
}

const image = { address: 0, bytes: Uint8Array.of(0xe9, 1, 0, 0, 0, 0, 0, 0x40) };
const makeChip = (boot: "flash" | "download" = "flash"): VirtualChip =>
  virtualChip("esp32c3", { timing: INSTANT_TIMING, contents: [image], boot });

interface Case {
  readonly options: ConnectOptions;
  readonly boot: "flash" | "download";
  /** What runs a while after it was stopped. */
  readonly left: readonly VirtualChip["running"][];
}

const CASES: Readonly<Record<string, Case>> = {
  "with a stub, fast": { options: { baudRate: 921_600 }, boot: "flash", left: ["user-code"] },
  "without a stub": { options: { stub: false }, boot: "flash", left: ["user-code"] },
  "left as it is": {
    options: { after: "no-reset", before: "no-reset" },
    boot: "download",
    left: ["rom-loader", "stub"],
  },
};

async function connectUntil(stopAt: number, { options, boot }: Case, repeatedly: boolean) {
  const chip = makeChip(boot);
  const moments = new Moments(stopAt);
  const { signal } = moments.controller;
  const port = moments.watch(chip.port);
  const wanted = { ...options, signal, onEvent: moments.pass, trace: true };
  const connecting = repeatedly
    ? connectRepeatedly(async () => port, { ...wanted, openPortAttempts: 2 })
    : connect(port, wanted);
  let session: Session | null = null;
  try {
    session = await connecting;
  } catch (error) {
    if (!isEspError(error, "operation.aborted")) throw error;
  }
  return { chip, moments, session, wasStopped: signal.aborted };
}

describe("connecting that is stopped", () => {
  it.each(Object.keys(CASES))("%s, never leaves an open session, whenever it is", async (name) => {
    const tried = CASES[name] as Case;
    for (let stopAt = 0; ; stopAt++) {
      const { chip, moments, session, wasStopped } = await connectUntil(stopAt, tried, stopAt % 2 === 1);
      if (!wasStopped) {
        expect(session).not.toBeNull();
        expect(stopAt).toBeGreaterThan(50);
        if (session !== null) await disconnect(session);
        break;
      }
      expect([stopAt, session === null, moments.isOpen]).toEqual([stopAt, true, false]);
      await new Promise<void>((resolve) => chip.clock.after(2000, resolve));
      // Stopped before anything was done to it, it runs what it ran.
      if (stopAt > 3) expect([stopAt, tried.left.includes(chip.running)]).toEqual([stopAt, true]);
    }
  });

  it("does not open a port any more", async () => {
    const chip = makeChip();
    expect(await codeOf(connect(chip.port, { signal: AbortSignal.abort() }))).toBe("operation.aborted");
    expect(chip.counters.opens).toBe(0);
  });

  it("does not wait for a port that opens slowly", async () => {
    const stop = new AbortController();
    let giveUp: (error: Error) => void = () => {};
    const port = delegatePort(makeChip().port, {
      open: () =>
        new Promise((_resolve, reject) => {
          giveUp = reject;
        }),
      close: async () => giveUp(new Error("closed")),
    });
    const connecting = codeOf(connect(port, { signal: stop.signal }));
    await new Promise<void>((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await connecting).toBe("operation.aborted");
  });
});

describe("work that is stopped", () => {
  const data = Uint8Array.from({ length: 9000 }, (_, index) => index);
  const file = { address: 0x10000, data, name: "app" };
  const WORKS: Readonly<Record<string, (session: Session, signal: AbortSignal) => Promise<unknown>>> = {
    readFlash: (session, signal) => readFlash(session, { address: 0, sizeBytes: 4100 }, { signal }),
    writeFlash: (session, signal) => writeFlash(session, [file], { signal }),
    verifyFlash: (session, signal) => verifyFlash(session, [file], { signal }),
    eraseRegion: (session, signal) => eraseRegion(session, { address: 0x10000, sizeBytes: 0x1000 }, { signal }),
  };

  it.each(Object.keys(WORKS))("%s never ends well after that, and the session can be used", async (name) => {
    for (let stopAt = 0; ; stopAt++) {
      const chip = makeChip();
      let pass = (): void => {};
      const outer = new Moments(Number.POSITIVE_INFINITY);
      const session = await connect(outer.watch(chip.port), { onEvent: () => pass() });
      const moments = new Moments(stopAt);
      const { signal } = moments.controller;
      pass = moments.pass;
      // The port is watched by the first; its moments are passed on.
      const before = outer.count;
      Object.assign(outer, { pass: moments.pass });
      const outcome = await (WORKS[name] as (typeof WORKS)[string])(session, signal).then(
        () => "well",
        (error) => (isEspError(error) ? error.code : String(error)),
      );
      expect(before).toBeGreaterThan(0);
      const wasStopped = signal.aborted;
      expect([stopAt, outcome]).toEqual([stopAt, wasStopped ? "operation.aborted" : "well"]);
      const { data: read } = await readFlash(session, { address: 0, sizeBytes: 4 });
      expect([...read]).toEqual([0xe9, 1, 0, 0]);
      await disconnect(session);
      if (!wasStopped) break;
    }
  });
});
