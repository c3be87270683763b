import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, optional } from "../check/check.ts";
import { checkBaudRate } from "../check/numbers.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { checkFunction } from "../check/values.ts";
import { EspError, isEspError, messageOf, toEspError } from "../errors.ts";
import { checkPort } from "../port/check-port.ts";
import type { Port } from "../port/port.ts";
import type { ResetSequence } from "../session/reset/reset-sequence.ts";
import { runResetSequence } from "../session/reset/reset-sequences.ts";
import { callSafely } from "../shield-listener.ts";
import { releaseAfterOpening } from "./monitor-lines.ts";

/** esp-idf-monitor tries as often. */
export const RETRY_MS = 500;
/** A server that has no place for one more client, or a loose plug, takes a connection and drops it at once. */
const STAYS_AFTER_MS = 250;

export interface ReconnectingPortListener {
  data(bytes: Uint8Array): void;
  /** The device is gone; from now on its return is waited for. */
  lost(error: EspError): void;
  /** One more attempt failed, or came to nothing at once. */
  waiting(error: EspError): void;
  /** It is back, and either said something or stayed. */
  back(): void;
  /** One of the others threw, or its promise rejected: told once. The port goes on. */
  failed?(error: EspError): void;
}

export interface ReconnectingPortOptions {
  readonly baudRate: number;
  readonly listener: ReconnectingPortListener;
  /**
   * The port to try next; asked before each attempt. Unless given it is the one that was lost, under its old path: here
   * is where a board that comes back under another name would be found.
   */
  readonly nextPort?: ((lost: Port) => Promise<Port>) | undefined;
}

const checkReconnecting: Check<ReconnectingPortOptions> = shape<ReconnectingPortOptions>({
  baudRate: checkBaudRate,
  listener: hasParts<ReconnectingPortListener>("a listener with data, lost, waiting and back", {
    data: checkFunction,
    lost: checkFunction,
    waiting: checkFunction,
    back: checkFunction,
  }),
  nextPort: optional(checkFunction),
});

/**
 * A port that survives the loss of its device: it is opened again as soon as it is back, without a reset.
 *
 * @example
 * const port = new ReconnectingPort(await portFromString("/dev/ttyUSB0"), { baudRate: 115200, listener });
 * await port.open();
 */
export class ReconnectingPort {
  readonly #options: ReconnectingPortOptions;
  #port: Port;
  #state: "closed" | "open" | "waiting" = "closed";
  #cancelRetry: () => void = () => {};
  #hasComplained = false;
  /** Open, but not yet trusted: called with the reason it is lost for, or without one when it stays. */
  #settle: ((lost?: EspError) => void) | null = null;
  /** Ends when no attempt to come back is under way. */
  #retry: Promise<void> = Promise.resolve();

  constructor(port: Port, options: ReconnectingPortOptions) {
    this.#port = checkPort(port, "port");
    this.#options = checkReconnecting(options, "options");
  }

  get port(): Port {
    return this.#port;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** The first time: there is no waiting for a port that is not there. Throws `port.*`. */
  async open(): Promise<void> {
    this.#state = "waiting";
    try {
      await this.#openPort(this.#port);
    } catch (error) {
      this.#state = "closed";
      throw error;
    }
  }

  /** True when the bytes went out; false when the device is away. Throws what else goes wrong. */
  async write(bytes: ByteSource): Promise<boolean> {
    const given = checkBytes(bytes, "bytes");
    return await this.#ifThere(() => this.#port.write(given));
  }

  /** True when it was carried out; false when the device is or went away. Throws `port.lines-unsupported`. */
  async reset(sequence: ResetSequence): Promise<boolean> {
    return await this.#ifThere(() => runResetSequence(this.#port, sequence, this.#port.clock));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#cancelRetry();
    this.#settle?.();
    await this.#port.close();
    await this.#retry;
  }

  async #ifThere(work: () => Promise<void>): Promise<boolean> {
    if (this.#state !== "open") return false;
    try {
      await work();
      return true;
    } catch (error) {
      if (isEspError(error, "port.lost") || isEspError(error, "port.closed")) return false;
      throw error;
    }
  }

  async #openPort(port: Port): Promise<void> {
    const { listener, baudRate } = this.#options;
    // A port that was given up may still have something to say.
    const isCurrent = (): boolean => this.#port === port && this.#state !== "closed";
    const loss: { error: EspError | null } = { error: null };
    await port.open(
      { baudRate },
      {
        data: (bytes) => {
          if (!isCurrent() || loss.error !== null) return;
          if (this.#state === "open") this.#settle?.();
          this.#tell("data", () => listener.data(bytes));
        },
        lost: (error) => {
          loss.error = error;
          if (isCurrent() && this.#state === "open") this.#lose(error);
        },
      },
    );
    try {
      await runResetSequence(port, releaseAfterOpening(port), port.clock);
    } catch (error) {
      // Some ports learn that they have no lines when these are first set; a terminal can do without.
      if (!isEspError(error, "port.lines-unsupported")) {
        await port.close();
        throw error;
      }
    }
    if (loss.error !== null) throw loss.error;
    if (this.#state === "closed") await port.close();
    else this.#state = "open";
  }

  #lose(error: EspError): void {
    this.#state = "waiting";
    if (this.#settle !== null) {
      this.#settle(error);
      return;
    }
    this.#tell("lost", () => this.#options.listener.lost(error));
    this.#retry = this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    const { listener, nextPort } = this.#options;
    while (this.#state === "waiting") {
      await this.#port.close().catch(() => {});
      if (this.#state === "waiting") await this.#pause();
      if (this.#state !== "waiting") return;
      try {
        if (nextPort !== undefined) this.#port = await nextPort(this.#port);
        await this.#openPort(this.#port);
        if (this.isOpen) await this.#settled();
      } catch (error) {
        this.#tell("waiting", () => listener.waiting(toEspError(error)));
      }
    }
  }

  /** Tells that the port is back as soon as that can be trusted. Throws why it was lost before. */
  #settled(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (lost?: EspError): void => {
        cancel();
        this.#settle = null;
        if (this.isOpen) this.#tell("back", () => this.#options.listener.back());
        if (lost === undefined) resolve();
        else reject(lost);
      };
      const cancel = this.#port.clock.after(STAYS_AFTER_MS, settle);
      this.#settle = settle;
    });
  }

  /** A listener that fails must not keep the port from coming back. */
  #tell(what: string, call: () => unknown): void {
    const { listener } = this.#options;
    callSafely(call, (error) => {
      if (this.#hasComplained) return;
      this.#hasComplained = true;
      const failure = new EspError("listener.failed", `The listener failed at '${what}': ${messageOf(error)}.`, {
        details: { event: what },
        cause: error,
      });
      callSafely(
        () => listener.failed?.(failure),
        () => {},
      );
    });
  }

  /** Until the next attempt, or until the port is closed. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#port.clock.after(RETRY_MS, resolve);
      this.#cancelRetry = () => {
        cancel();
        resolve();
      };
    });
  }
}
