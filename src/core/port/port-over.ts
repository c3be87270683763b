import { type Clock, systemClock } from "../clock.ts";
import { type EspError, isEspError, toEspError } from "../errors.ts";
import { host } from "../host.ts";
import { OperationQueue } from "./operation-queue.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "./port.ts";
import { closedError, linesError, lostError, openAlreadyError, writeTimeoutError } from "./port-errors.ts";
import { checkTransport, type OpenDevice, type Transport } from "./transport.ts";

/** The reference's write timeout (fact sheet 2.2). */
const TIMEOUT_MS = 10_000;

/**
 * A port over a device of any kind: the author tells how the device is opened, written to and closed, and all the rest of
 * what a `Port` has to keep is kept here. One operation runs after the other, each within its time; a second `open` is
 * refused; `close` can be called at any time and ends what waits; a loss is told once and ends what waits, too; nobody
 * opens a device that is still being let go of.
 *
 * @example
 * const port = portOver({
 *   info: { path: "my device" },
 *   capabilities: { lines: false, atomicLines: false, baud: false },
 *   open: async ({ baudRate }, { data, lost }) => {
 *     const device = await openDevice({ baudRate, onBytes: data, onGone: lost });
 *     return { write: (bytes) => device.send(bytes), close: () => device.release() };
 *   },
 * });
 */
export function portOver(transport: Transport): Port {
  return new PortOver(checkTransport(transport, "transport"));
}

/** One life of a port, from `open` to `close` or to the loss of the device. */
interface Life {
  readonly sink: PortSink;
  /** Null until it is open. */
  device: OpenDevice | null;
  /** It was lost before it was open. */
  lost: EspError | null;
  /** Fires when it is closed before it is open. */
  readonly stop: { readonly signal: { readonly aborted: boolean }; abort(): void };
}

class PortOver implements Port {
  readonly clock: Clock;
  readonly #transport: Transport;
  readonly #queue: OperationQueue = new OperationQueue();
  #life: Life | null = null;
  /** Letting go of the device takes a moment; nobody may open it again before that is over. */
  #releasing: Promise<void> | null = null;
  #lost: EspError | null = null;
  #hasLines = true;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.clock = transport.clock ?? systemClock;
  }

  get info(): PortInfo {
    return this.#transport.info;
  }

  get capabilities(): PortCapabilities {
    const { capabilities } = this.#transport;
    return { ...capabilities, lines: capabilities.lines && this.#hasLines };
  }

  async open({ baudRate }: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#life !== null) throw openAlreadyError(this.info.path);
    const stop = new host.AbortController();
    const life: Life = { sink, device: null, lost: null, stop };
    this.#life = life;
    const before = this.#releasing;
    const opening = (async () => {
      if (before !== null) await before;
      if (this.#life !== life) throw closedError(this.info.path);
      const device = await this.#transport.open(
        { baudRate },
        {
          data: (bytes) => {
            if (this.#life === life && life.lost === null) sink.data(bytes);
          },
          lost: (cause) => this.#onLost(life, cause),
          signal: stop.signal,
        },
      );
      await this.#begin(life, device);
    })();
    // Who closes the port meanwhile waits for this to be over.
    this.#release(opening);
    try {
      await opening;
    } catch (error) {
      if (this.#life !== life) throw closedError(this.info.path);
      this.#life = null;
      throw toEspError(error, "port.failed");
    }
  }

  /** The device is there; unless it was lost or closed by now, the port is open. */
  async #begin(life: Life, device: OpenDevice): Promise<void> {
    if (this.#life === life && life.lost === null) {
      life.device = device;
      this.#lost = null;
      this.#hasLines = true;
      return;
    }
    await letGo(device);
    throw life.lost ?? closedError(this.info.path);
  }

  async close(): Promise<void> {
    const life = this.#life;
    if (life !== null) this.#end(life, closedError(this.info.path));
    await this.#releasing;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#run(this.#transport.timeouts?.writeMs, (device) => device.write(bytes));
  }

  setBaudRate(baudRate: number): Promise<void> {
    return this.#run(this.#transport.timeouts?.settingMs, async (device) => device.setBaudRate?.(baudRate));
  }

  setLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
    return this.#run(this.#transport.timeouts?.settingMs, async (device) => {
      if (!this.capabilities.lines || device.setLines === undefined) throw linesError(this.info.path, undefined);
      await device.setLines(lines);
    });
  }

  #run(timeoutMs: number = TIMEOUT_MS, operation: (device: OpenDevice) => Promise<void>): Promise<void> {
    const limit = {
      clock: this.clock,
      timeoutMs,
      timeoutError: () => writeTimeoutError(this.info.path, timeoutMs, this.#transport.hints?.timeout),
    };
    return this.#queue.run(limit, async () => {
      const life = this.#life;
      const device = life?.device ?? null;
      if (life === null || device === null) throw this.#lost ?? closedError(this.info.path);
      try {
        await operation(device);
      } catch (error) {
        // Otherwise who asked has his answer already.
        if (this.#life === life) throw this.#failure(life, error);
      }
    });
  }

  /** What a failed operation means. */
  #failure(life: Life, error: unknown): EspError {
    if (!isEspError(error) || error.code === "port.lost") return this.#lose(life, error);
    if (error.code === "port.lines-unsupported") this.#hasLines = false;
    return error;
  }

  #onLost(life: Life, cause: unknown): void {
    if (this.#life !== life) return;
    if (life.device === null) life.lost ??= this.#lostError(cause);
    else this.#lose(life, cause);
  }

  #lose(life: Life, cause: unknown): EspError {
    const error = this.#lostError(cause);
    this.#lost = error;
    this.#end(life, error);
    life.sink.lost(error);
    return error;
  }

  #lostError(cause: unknown): EspError {
    if (isEspError(cause, "port.lost")) return cause;
    return lostError(this.info.path, cause, this.#transport.hints?.lost);
  }

  /** Everything that waits fails with this error, and the device is let go of at once. */
  #end(life: Life, error: EspError): void {
    this.#life = null;
    this.#queue.abandon(error);
    if (life.device === null) life.stop.abort();
    else this.#release(letGo(life.device));
  }

  #release(work: Promise<void>): void {
    const releasing = work
      .catch(() => {})
      .then(() => {
        if (this.#releasing === releasing) this.#releasing = null;
      });
    this.#releasing = releasing;
  }
}

/** Of a device that is gone anyway nobody wants to hear that it could not be closed. */
async function letGo(device: OpenDevice): Promise<void> {
  try {
    await device.close();
  } catch {
    // There is nothing more to be done with it.
  }
}
