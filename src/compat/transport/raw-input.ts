import { SlipDecoder } from "../../core/wire/slip.ts";
import { type Clock, EspError } from "../../index.ts";

/** What was read from a port outside of any session, and whoever waits for more of it. */
export class RawInput {
  readonly #clock: Clock;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #frames: Uint8Array<ArrayBuffer>[] = [];
  #wake: (() => void) | null = null;
  readonly #decoder: SlipDecoder = new SlipDecoder({
    frame: (payload) => this.#frames.push(payload),
    noise: () => {},
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Not yet taken. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  add(bytes: Uint8Array): void {
    this.#bytes = joined(this.#bytes, bytes);
    this.#wake?.();
  }

  clear(): void {
    this.#bytes = new Uint8Array(0);
    this.#frames = [];
    this.#decoder.reset();
  }

  /** The next SLIP frame, unescaped. Throws `link.timeout`. */
  async frame(timeoutMs: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = this.#clock.now() + timeoutMs;
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      this.#decoder.push(await this.some(end - this.#clock.now()));
    }
  }

  /** Whatever is there, as soon as there is something. Throws `link.timeout`. */
  async some(timeoutMs: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#bytes.length === 0) await this.#arrival(timeoutMs);
    const taken = this.#bytes;
    this.#bytes = new Uint8Array(0);
    return taken;
  }

  /** Drops what arrives until nothing has for `quietMs`, for `maximumMs` at most. */
  async drain(quietMs: number, maximumMs: number): Promise<void> {
    const end = this.#clock.now() + maximumMs;
    for (let left = maximumMs; left > 0; left = end - this.#clock.now()) {
      this.clear();
      const isQuiet = !(await this.#somethingWithin(Math.min(quietMs, left)));
      if (isQuiet) break;
    }
    this.clear();
  }

  async #arrival(timeoutMs: number): Promise<void> {
    if (await this.#somethingWithin(timeoutMs)) return;
    throw new EspError("link.timeout", "Nothing was received in time.", {
      hint: "Check the baud rate, and that the device sends something.",
      details: { command: "read" },
    });
  }

  #somethingWithin(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (found: boolean): void => {
        cancel();
        this.#wake = null;
        resolve(found);
      };
      const cancel = this.#clock.after(Math.max(0, timeoutMs), () => finish(false));
      this.#wake = () => finish(true);
    });
  }
}

export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
