import { isEspError } from "../../errors.ts";
import type { Port } from "../port.ts";
import { EVERY_BYTE, require, type Trial, TrialSink } from "./trial.ts";

/** What the bench has to be able to do for a rule to be shown. */
export type Ability = "restore" | "stall" | "pass";

export interface Rule {
  readonly name: string;
  readonly needs?: readonly Ability[] | undefined;
  readonly run: (trial: Trial) => Promise<void>;
}

const SOME = Uint8Array.of(0x31, 0x32, 0x33);

const OPERATIONS: Readonly<Record<string, (port: Port) => Promise<void>>> = {
  write: (port) => port.write(SOME),
  setBaudRate: (port) => port.setBaudRate(115_200),
  setLines: (port) => port.setLines({ dtr: false, rts: false }),
};

async function allFail(trial: Trial, code: "port.closed" | "port.lost", when: string): Promise<void> {
  for (const [name, operate] of Object.entries(OPERATIONS))
    await trial.fails(operate(trial.bench.port), code, `${name} ${when}`);
}

const OPENING: readonly Rule[] = [
  {
    name: "says what it is before it is opened",
    run: async ({ bench: { port } }) => {
      require(typeof port.info.path === "string" && port.info.path !== "", "info.path is no name");
      const { lines, atomicLines, baud, reopensForBaud = false } = port.capabilities;
      require([lines, atomicLines, baud, reopensForBaud].every(
        (known) => typeof known === "boolean",
      ), "capabilities are not told");
      const before = port.clock.now();
      require(Number.isFinite(before) && port.clock.now() >= before, "the clock does not tell the time");
    },
  },
  { name: "does nothing before it is opened", run: (trial) => allFail(trial, "port.closed", "before open") },
  {
    name: "refuses a second open, and the first goes on",
    run: async (trial) => {
      const sink = await trial.open();
      await trial.fails(trial.tryOpening(), "port.busy", "a second open");
      await trial.delivers(SOME, sink);
      await trial.carries(SOME, trial.bench.heard().length);
    },
  },
  {
    name: "refuses an open while it is being opened",
    run: async (trial) => {
      const first = trial.open();
      first.catch(() => {});
      await trial.fails(trial.tryOpening(), "port.busy", "a second open");
      await trial.delivers(SOME, await first);
    },
  },
  {
    name: "can be closed while it is being opened, and opened again after that",
    run: async (trial) => {
      const opening = trial.tryOpening();
      await trial.close();
      await trial.fails(opening, "port.closed", "an open that is broken off by close");
      await allFail(trial, "port.closed", "after that");
      await trial.delivers(SOME, await trial.open());
    },
  },
];

const BYTES: readonly Rule[] = [
  {
    name: "delivers all bytes, in order, of every value",
    run: async (trial) => {
      const sink = await trial.open();
      for (let round = 0; round < 3; round++) await trial.delivers(EVERY_BYTE, sink);
    },
  },
  {
    name: "leaves the arrays alone that it has delivered",
    run: async (trial) => {
      const sink = await trial.open();
      for (const value of [1, 2, 3]) await trial.delivers(new Uint8Array(64).fill(value), sink);
      const isSame = sink.chunks.every((chunk, index) => String(chunk) === String(sink.copies[index]));
      require(isSame, "an array that was delivered has changed");
    },
  },
  {
    name: "writes all bytes, in the order of the calls, of every value",
    run: async (trial) => {
      await trial.open();
      const { port } = trial.bench;
      const before = trial.bench.heard().length;
      const parts = [EVERY_BYTE, SOME, EVERY_BYTE.slice().reverse(), new Uint8Array(5000).fill(0x55)];
      await trial.ends(Promise.all(parts.map((part) => port.write(part))), "writing");
      await trial.arrived(Uint8Array.from(parts.flatMap((part) => [...part])), before);
    },
  },
  {
    name: "writes a part of a larger array as that part",
    run: async (trial) => {
      await trial.open();
      await trial.carries(EVERY_BYTE.subarray(10, 20), trial.bench.heard().length);
    },
  },
];

const LINES_AND_RATE: readonly Rule[] = [
  {
    name: "changes its baud rate and goes on, where it has one",
    run: async (trial) => {
      const sink = await trial.open();
      await trial.ends(trial.bench.port.setBaudRate(9600), "setBaudRate");
      await trial.delivers(SOME, sink);
      await trial.carries(SOME, trial.bench.heard().length);
    },
  },
  {
    name: "sets its lines, or says that it has none and goes on",
    run: async (trial) => {
      const sink = await trial.open();
      const { port } = trial.bench;
      const had = port.capabilities.lines;
      const set = trial.settles(port.setLines({ dtr: false, rts: false }), "setLines");
      const error: unknown = await set.then(
        () => null,
        (reason: unknown) => reason,
      );
      require(error === null || isEspError(error, "port.lines-unsupported"), `setLines throws ${String(error)}`);
      require(had || error !== null, "setLines does something where capabilities tell of no lines");
      require(port.capabilities.lines === (error === null), "capabilities do not tell what was found out about lines");
      await trial.delivers(SOME, sink);
    },
  },
];

const CLOSING: readonly Rule[] = [
  {
    name: "can be closed at any time, however often, and tells no loss",
    run: async (trial) => {
      await trial.close();
      const sink = await trial.open();
      const { port } = trial.bench;
      await trial.ends(Promise.all([port.close(), port.close()]), "closing twice");
      await trial.close();
      await trial.quiet();
      require(sink.losses.length === 0, "a close that was asked for is told as a loss");
    },
  },
  {
    name: "does nothing after it was closed",
    run: async (trial) => {
      await trial.open();
      await trial.close();
      await allFail(trial, "port.closed", "after close");
    },
  },
  {
    name: "can be opened again, and speaks to the new sink alone",
    run: async (trial) => {
      const before = await trial.open();
      await trial.close();
      const after = await trial.open();
      await trial.delivers(SOME, after);
      await trial.carries(SOME, trial.bench.heard().length);
      require(before.bytes.length === 0, "the sink of before still gets something");
    },
  },
  {
    name: "ends what waits when it is closed",
    needs: ["stall"],
    run: async (trial) => {
      await trial.open();
      const waiting = await stalledWrites(trial);
      await trial.close();
      for (const write of waiting) await trial.fails(write, "port.closed", "a write that waits");
    },
  },
  {
    name: "gives a write up after a time",
    needs: ["stall", "pass"],
    run: async (trial) => {
      await trial.open();
      const waiting = await stalledWrites(trial);
      await trial.bench.pass?.(trial.writeTimeoutMs);
      for (const write of waiting) await trial.fails(write, "port.write-timeout", "a write that waits");
    },
  },
];

const LOSS: readonly Rule[] = [
  {
    name: "tells once that the device is lost, and does nothing after that",
    run: async (trial) => {
      const sink = await trial.open();
      await lose(trial, sink);
      await allFail(trial, "port.lost", "after the loss");
      await trial.close();
      await trial.quiet();
      require(sink.losses.length === 1, "a loss is told more than once");
    },
  },
  {
    name: "ends what waits when the device is lost",
    needs: ["stall"],
    run: async (trial) => {
      const sink = await trial.open();
      const [first, second] = await stalledWrites(trial);
      await lose(trial, sink);
      // Of what it had begun to take, a system may say in the end that it was taken.
      await trial.ends(
        first.catch(() => {}),
        "a write under way",
      );
      await trial.fails(second, "port.lost", "a write that waits");
    },
  },
  {
    name: "can be opened again when the device is back",
    needs: ["restore"],
    run: async (trial) => {
      const before = await trial.open();
      await lose(trial, before);
      await trial.close();
      await trial.bench.restore?.();
      const after = await trial.open(new TrialSink());
      await trial.delivers(SOME, after);
      await trial.carries(SOME, trial.bench.heard().length);
      require(after.losses.length === 0, "the loss of before is told again");
    },
  },
];

async function lose(trial: Trial, sink: TrialSink): Promise<void> {
  await trial.bench.lose();
  await trial.until(() => sink.losses.length > 0, "the loss of the device is not told");
  require(isEspError(sink.losses[0], "port.lost"), "the loss is told with another error than port.lost");
}

/** Two writes: one that hangs, and one behind it. Large, because systems take something for the other end. */
async function stalledWrites({ bench }: Trial): Promise<readonly [Promise<void>, Promise<void>]> {
  await bench.stall?.();
  const write = (): Promise<void> => {
    const writing = bench.port.write(new Uint8Array(16 * 1024 * 1024));
    writing.catch(() => {});
    return writing;
  };
  return [write(), write()];
}

export const RULES: readonly Rule[] = [...OPENING, ...BYTES, ...LINES_AND_RATE, ...CLOSING, ...LOSS];
