import { EspError, toEspError } from "../../core/errors.ts";
import { checkPort } from "../../core/port/check-port.ts";
import type { Port, PortSink } from "../../core/port/port.ts";
import type { ServeListener } from "./serve-events.ts";

/** The rate a port has when a client comes: that of the ROM loaders. */
export const SERVED_BAUD_RATE = 115_200;

/** A port that may have something to keep: a virtual chip with a file. */
export interface KeepingPort extends Port {
  save?(): Promise<void>;
}

/** An open port in the hands of one client. */
export interface SharedPort {
  readonly port: Port;
  readonly baudRate: number;
  write(bytes: Uint8Array): Promise<void>;
  setBaudRate(baudRate: number): Promise<void>;
  setLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void>;
  /** Gives the port back: released lines, the first baud rate. */
  detach(): Promise<void>;
}

/**
 * One port for many clients, one at a time. The port stays open between clients, so that nobody takes it away and the
 * chip is not disturbed; what arrives while nobody is there is dropped.
 */
export class PortShare {
  readonly #makePort: () => Promise<KeepingPort>;
  readonly #onEvent: ServeListener;
  #port: KeepingPort | null = null;
  #opening: Promise<KeepingPort> | null = null;
  /** Who has the port, and who hears what it says. They differ while a client is still waiting for the port. */
  #holder: PortSink | null = null;
  #hearer: PortSink | null = null;
  #leaving: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(port: KeepingPort | (() => Promise<KeepingPort>), onEvent: ServeListener = () => {}) {
    this.#makePort = typeof port === "function" ? port : async () => port;
    this.#onEvent = onEvent;
  }

  /** Opens the port, unless it is open. Throws `port.*`. */
  async open(): Promise<KeepingPort> {
    if (this.#closed) throw new EspError("port.closed", "The server is closed.");
    if (this.#port !== null) return this.#port;
    this.#opening ??= this.#openPort();
    try {
      return await this.#opening;
    } finally {
      this.#opening = null;
    }
  }

  async #openPort(): Promise<KeepingPort> {
    const port: KeepingPort = checkPort(await this.#makePort(), "the result of port");
    let alive = true;
    await port.open(
      { baudRate: SERVED_BAUD_RATE },
      {
        data: (bytes) => this.#hearer?.data(bytes),
        lost: (error) => {
          alive = false;
          if (this.#port === port) this.#port = null;
          this.#onEvent({ kind: "port-lost", error });
          this.#holder?.lost(error);
          // The next one is another port, which may want what this one still has: the device, or the file of a chip.
          const before = this.#leaving;
          this.#leaving = (async () => {
            await before;
            await port.close().catch((failure: unknown) => this.#fail(failure));
          })();
        },
      },
    );
    if (alive) this.#port = port;
    return port;
  }

  #fail(error: unknown): void {
    this.#onEvent({ kind: "failed", error: toEspError(error) });
  }

  /** Takes the port for a client. Throws `port.busy` when somebody has it, or why it cannot be opened. */
  async attach(client: PortSink): Promise<SharedPort> {
    if (this.#holder !== null) {
      throw new EspError("port.busy", "Another client is connected.", { hint: "One client is served at a time." });
    }
    this.#holder = client;
    try {
      await this.#leaving;
      const port = await this.open();
      this.#hearer = client;
      return this.#handOut(port, client);
    } catch (error) {
      this.#holder = null;
      throw toEspError(error, "port.failed");
    }
  }

  #handOut(port: KeepingPort, client: PortSink): SharedPort {
    let baudRate = SERVED_BAUD_RATE;
    let linesUsed = false;
    return {
      port,
      get baudRate() {
        return baudRate;
      },
      write: (bytes) => port.write(bytes),
      setBaudRate: async (wanted) => {
        await port.setBaudRate(wanted);
        baudRate = wanted;
        this.#onEvent({ kind: "baud-rate", baudRate });
      },
      setLines: async (lines) => {
        linesUsed = true;
        await port.setLines(lines);
        this.#onEvent({ kind: "lines", ...lines });
      },
      detach: () => {
        if (this.#holder !== client) return this.#leaving;
        this.#hearer = null;
        this.#holder = null;
        const before = this.#leaving;
        this.#leaving = (async () => {
          await before;
          if (this.#port !== port) return;
          // The port may be lost or have no lines; the next client finds out by itself.
          if (linesUsed) await port.setLines({ dtr: false, rts: false }).catch(() => {});
          if (baudRate !== SERVED_BAUD_RATE) await port.setBaudRate(SERVED_BAUD_RATE).catch(() => {});
          // Now and not at the end, which may come without a warning.
          await port.save?.().catch((error: unknown) => this.#fail(error));
        })();
        return this.#leaving;
      },
    };
  }

  /** Closes the port, after the last client has let go of it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#holder = null;
    this.#hearer = null;
    await this.#opening?.catch(() => {});
    await this.#leaving;
    const port = this.#port;
    this.#port = null;
    await port?.close();
  }
}
