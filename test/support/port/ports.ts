import type { Clock } from "../../../src/core/clock.ts";
import { EspError, isEspError } from "../../../src/core/errors.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../../../src/core/port/port.ts";

/** Time that passes only when told to. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  pass(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.#now).sort((a, b) => a.at - b.at);
    this.#timers = this.#timers.filter((timer) => timer.at > this.#now);
    for (const timer of due) timer.callback();
  }
}

/** Short waits take no time, and time limits are never reached. */
export const instantClock: Clock = {
  now: () => 0,
  after: (ms, callback) => {
    if (ms >= 1000) return () => {};
    const handle = setImmediate(callback);
    return () => clearImmediate(handle);
  },
};

export class RecordingSink implements PortSink {
  readonly bytes: number[] = [];
  readonly losses: string[] = [];
  data(bytes: Uint8Array): void {
    this.bytes.push(...bytes);
  }
  lost(error: EspError): void {
    this.losses.push(error.code);
  }
}

/** A port without hardware that writes down what is done to it. */
export class FakePort implements Port {
  readonly info: PortInfo = { path: "fake" };
  readonly clock: Clock = instantClock;
  capabilities: PortCapabilities = { lines: true, atomicLines: true, baud: true };
  readonly log: string[] = [];
  readonly written: number[] = [];
  refusedBaudRate = 0;
  sink: PortSink | null = null;
  /** When set, every write waits for this. */
  gate: Promise<void> | null = null;

  async open({ baudRate }: { baudRate: number }, sink: PortSink): Promise<void> {
    this.log.push(`open ${baudRate}`);
    this.sink = sink;
  }
  async close(): Promise<void> {
    if (this.sink !== null) this.log.push("close");
    this.sink = null;
  }
  async write(bytes: Uint8Array): Promise<void> {
    await this.gate;
    this.written.push(...bytes);
    this.log.push(`write ${bytes.length}`);
  }
  async setBaudRate(baudRate: number): Promise<void> {
    if (baudRate === this.refusedBaudRate) throw new EspError("port.baud-unsupported", "No.");
    this.log.push(`baud ${baudRate}`);
  }
  async setLines({ dtr, rts }: { dtr: boolean; rts: boolean }): Promise<void> {
    if (!this.capabilities.lines) throw new EspError("port.lines-unsupported", "No.");
    this.log.push(`lines ${Number(dtr)}${Number(rts)}`);
  }
  receive(...bytes: number[]): void {
    this.sink?.data(Uint8Array.from(bytes));
  }
  lose(): void {
    const { sink } = this;
    this.sink = null;
    sink?.lost(new EspError("port.lost", "Gone."));
  }
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return isEspError(error) ? error.code : `not an EspError: ${error}`;
  }
  return "no error";
}

/** Waits, however long it takes, until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
