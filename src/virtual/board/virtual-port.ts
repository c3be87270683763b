import type { Clock } from "../../core/clock.ts";
import { EspError } from "../../core/errors.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../../core/port/port.ts";
import type { Board } from "./board.ts";
import { type HostLines, RELEASED } from "./lines.ts";

export interface VirtualPortOptions {
  readonly info: PortInfo;
  readonly capabilities: PortCapabilities;
  /** Called before the port is opened; what it throws keeps it closed. */
  readonly onOpen?: (() => Promise<void>) | undefined;
  readonly onSave?: (() => Promise<void>) | undefined;
  /** Called when the port was open and is being closed, before `close` resolves. */
  readonly onClose?: (() => Promise<void>) | undefined;
}

interface Waiter {
  readonly cancel: () => void;
  readonly reject: (error: EspError) => void;
}

type State = "closed" | "opening" | "open" | "lost";

/** The host's side of a virtual board: the `Port` contract and nothing else. */
export class VirtualPort implements Port {
  readonly info: PortInfo;
  readonly capabilities: PortCapabilities;
  readonly clock: Clock;
  readonly #board: Board;
  readonly #onOpen: (() => Promise<void>) | undefined;
  readonly #onSave: () => Promise<void>;
  readonly #onClose: () => Promise<void>;
  readonly #waiters = new Set<Waiter>();
  #state: State = "closed";
  #lines: HostLines = RELEASED;
  #opens = 0;

  constructor(board: Board, options: VirtualPortOptions) {
    this.#board = board;
    this.clock = board.clock;
    this.info = options.info;
    this.capabilities = options.capabilities;
    this.#onOpen = options.onOpen;
    this.#onSave = options.onSave ?? (() => Promise.resolve());
    this.#onClose = options.onClose ?? (() => Promise.resolve());
  }

  /** How often the port was opened. */
  get opens(): number {
    return this.#opens;
  }

  async open({ baudRate }: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#state === "open" || this.#state === "opening") {
      throw new EspError("port.busy", `The port ${this.info.path} is already open.`, { hint: "Close it first." });
    }
    if (!this.#board.present) {
      throw new EspError("port.missing", `The port ${this.info.path} does not exist.`, {
        hint: "Plug the virtual chip in, or wait until its USB device is back.",
      });
    }
    checkBaudRate(baudRate);
    if (this.#onOpen !== undefined) await this.#prepare(this.#onOpen);
    this.#state = "open";
    this.#opens++;
    this.#lines = RELEASED;
    const lost = (): void => {
      const error = this.#lostError();
      this.#state = "lost";
      this.#rejectWaiters(error);
      sink.lost(error);
    };
    this.#board.connect({ data: (bytes) => sink.data(bytes), lost }, baudRate);
  }

  async #prepare(onOpen: () => Promise<void>): Promise<void> {
    const before = this.#state;
    this.#state = "opening";
    try {
      await onOpen();
    } catch (error) {
      if (this.#state === "opening") this.#state = before;
      throw error;
    }
    if (this.#state === "opening") return;
    // Closed while it was being opened.
    await this.#onClose();
    throw closedError(this.info.path);
  }

  /** Keeps what the chip holds by now where it is kept between runs, if it is. */
  async save(): Promise<void> {
    await this.#onSave();
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = "closed";
    // What is being opened sees to itself.
    if (state === "closed" || state === "opening") return;
    if (state === "open") this.#board.disconnect();
    this.#rejectWaiters(closedError(this.info.path));
    await this.#onClose();
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#requireOpen();
    if (bytes.length === 0) return;
    // The caller may use its array again once this resolves, and the bytes are still on the wire then.
    this.#board.write(bytes.slice());
    await this.#wait(this.#board.backlogMs(this.#board.timing.hostBufferBytes));
  }

  async setBaudRate(baudRate: number): Promise<void> {
    this.#requireOpen();
    checkBaudRate(baudRate);
    await this.#wait(this.#board.backlogMs(0));
    this.#requireOpen();
    if (!this.#board.adapter.takes(baudRate)) {
      throw new EspError("port.baud-unsupported", `The port ${this.info.path} cannot do ${baudRate} baud.`, {
        hint: "Use a lower baud rate.",
      });
    }
    this.#board.setBaudRate(baudRate);
  }

  async setLines({ dtr, rts }: HostLines): Promise<void> {
    this.#requireOpen();
    if (!this.capabilities.lines) {
      throw new EspError("port.lines-unsupported", `The port ${this.info.path} has no DTR and RTS lines.`, {
        hint: "Put the chip into download mode by hand.",
      });
    }
    const before = this.#lines;
    this.#lines = { dtr, rts };
    if (!this.capabilities.atomicLines && before.dtr !== dtr && before.rts !== rts) {
      this.#board.setLines({ dtr, rts: before.rts });
      await this.#wait(this.#board.timing.lineStepMs);
    }
    this.#board.setLines({ dtr, rts });
    // A chip with its own USB may be gone from the bus as the result of it; the call itself succeeded.
  }

  #requireOpen(): void {
    if (this.#state === "lost") throw this.#lostError();
    if (this.#state !== "open") throw closedError(this.info.path);
  }

  #wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        reject,
        cancel: this.clock.after(ms, () => {
          this.#waiters.delete(waiter);
          resolve();
        }),
      };
      this.#waiters.add(waiter);
    });
  }

  #rejectWaiters(error: EspError): void {
    for (const { cancel, reject } of this.#waiters) {
      cancel();
      reject(error);
    }
    this.#waiters.clear();
  }

  #lostError(): EspError {
    return new EspError("port.lost", `The connection to ${this.info.path} is gone.`, {
      hint: "Check the cable and connect again.",
    });
  }
}

function closedError(path: string): EspError {
  return new EspError("port.closed", `The port ${path} is not open.`);
}

function checkBaudRate(baudRate: number): void {
  if (Number.isInteger(baudRate) && baudRate > 0) return;
  throw new EspError("port.baud-unsupported", `${baudRate} is no baud rate.`, {
    hint: "Give a positive whole number.",
  });
}
