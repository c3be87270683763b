import { equalBytes } from "../../bytes/words.ts";
import { type ErrorCode, EspError, isEspError } from "../../errors.ts";
import { host } from "../../host.ts";
import type { PortSink } from "../port.ts";
import type { PortBench, PortCaseOptions } from "./bench.ts";

const POLL_MS = 2;
/** How long something that should not happen is waited for. */
const QUIET_MS = 20;

/** Writes down what a port delivers. */
export class TrialSink implements PortSink {
  readonly chunks: Uint8Array[] = [];
  /** Copies, made when they came. */
  readonly copies: Uint8Array[] = [];
  readonly losses: unknown[] = [];
  data(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.copies.push(bytes.slice());
  }
  lost(error: unknown): void {
    this.losses.push(error);
  }
  get bytes(): Uint8Array {
    return Uint8Array.from(this.copies.flatMap((copy) => [...copy]));
  }
}

/** One case under way: the bench, and what can be asked of it. */
export class Trial {
  readonly bench: PortBench;
  readonly writeTimeoutMs: number;
  readonly #patienceMs: number;

  constructor(bench: PortBench, { patienceMs = 10_000, writeTimeoutMs = 10_000 }: PortCaseOptions) {
    this.bench = bench;
    this.writeTimeoutMs = writeTimeoutMs;
    this.#patienceMs = patienceMs;
  }

  async open(sink: TrialSink = new TrialSink()): Promise<TrialSink> {
    await this.ends(this.tryOpening(sink), "open");
    return sink;
  }

  /** With whatever comes of it. */
  tryOpening(sink: TrialSink = new TrialSink()): Promise<void> {
    const opening = this.bench.port.open({ baudRate: 115_200 }, sink);
    // Looked at later, perhaps.
    opening.catch(() => {});
    return opening;
  }

  /** Waits for what has to succeed. */
  async ends<T>(promise: Promise<T>, what: string): Promise<T> {
    try {
      return await this.settles(promise, what);
    } catch (error) {
      throw isEspError(error, "internal") ? error : broken(`${what} throws ${shown(error)}`, error);
    }
  }

  /** Waits for what has to end, well or not. */
  async settles<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: unknown;
    const late = new Promise<never>((_resolve, reject) => {
      timer = host.setTimeout(() => reject(broken(`${what} does not end`)), this.#patienceMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      host.clearTimeout(timer);
    }
  }

  /** Waits for what has to come true. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = host.performance.now() + this.#patienceMs;
    while (!condition()) {
      if (host.performance.now() > deadline) throw broken(what);
      await pause(POLL_MS);
    }
  }

  /** Waits for what must not come. */
  async quiet(): Promise<void> {
    await pause(QUIET_MS);
  }

  /** The promise has to fail with this error. */
  async fails(promise: Promise<unknown>, code: ErrorCode, what: string): Promise<void> {
    let found = "nothing";
    try {
      await this.settles(promise, what);
    } catch (error) {
      if (isEspError(error, code)) return;
      if (isEspError(error, "internal")) throw error;
      found = shown(error);
    }
    throw broken(`${what} should throw ${code}, and throws ${found}`);
  }

  /** What is written arrives, and nothing else does. */
  async carries(bytes: Uint8Array, before: number): Promise<void> {
    await this.ends(this.bench.port.write(bytes), "write");
    await this.arrived(bytes, before);
  }

  async arrived(bytes: Uint8Array, before: number): Promise<void> {
    const heard = (): Uint8Array => this.bench.heard().subarray(before);
    await this.until(() => heard().length >= bytes.length, "what is written does not arrive");
    require(equalBytes(heard(), bytes), "what arrives is not what was written");
  }

  async delivers(bytes: Uint8Array, sink: TrialSink): Promise<void> {
    const before = sink.bytes.length;
    await this.bench.say(bytes);
    await this.until(() => sink.bytes.length >= before + bytes.length, "what the other end says is not delivered");
    require(equalBytes(sink.bytes.subarray(before), bytes), "what is delivered is not what was said");
  }

  async close(): Promise<void> {
    await this.ends(this.bench.port.close(), "close");
  }
}

/** All values of a byte, those that frames and flow control give a meaning among them. */
export const EVERY_BYTE: Uint8Array = Uint8Array.from({ length: 256 }, (_, index) => index);

export function require(isSo: boolean, otherwise: string): void {
  if (!isSo) throw broken(otherwise);
}

/** The port breaks its rule. */
function broken(what: string, cause?: unknown): EspError {
  return new EspError("internal", `The port breaks the rule: ${what}.`, { cause });
}

function shown(error: unknown): string {
  return isEspError(error) ? error.code : `${String(error)}, which is no EspError`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void host.setTimeout(resolve as () => void, ms));
}
