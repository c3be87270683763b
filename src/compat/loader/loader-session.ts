import {
  type AfterMode,
  type BeforeMode,
  type ConnectOptions,
  connect,
  disconnect,
  EspError,
  type EspEvent,
  isEspError,
  type Session,
} from "../../index.ts";
import type { ResetStrategy } from "../transport/resets.ts";
import { insideOf, type Transport } from "../transport/transport.ts";
import type { Before, LoaderOptions } from "./loader-options.ts";
import { resetChoice } from "./reset-choice.ts";

/** The rate at which a ROM loader is spoken to first. */
const ROM_BAUD = 115_200;

const BEFORE: Readonly<Record<Before, BeforeMode>> = {
  default_reset: "default-reset",
  usb_reset: "usb-reset",
  no_reset: "no-reset",
  no_reset_no_sync: "no-reset-no-sync",
};

export interface SessionRequest {
  readonly mode: Before;
  readonly attempts: number;
  readonly stub: boolean;
  readonly baudRate: number;
}

/** A loader's session with its chip. As long as there is one, the streams of the transport are its own. */
export class LoaderSession {
  readonly #transport: Transport;
  readonly #options: LoaderOptions;
  readonly #onEvent: (event: EspEvent) => void;
  #session: Session | null = null;

  constructor(transport: Transport, options: LoaderOptions, onEvent: (event: EspEvent) => void) {
    this.#transport = transport;
    this.#options = options;
    this.#onEvent = onEvent;
  }

  /** Throws `session.closed` where there is none. */
  get current(): Session {
    if (this.#session !== null) return this.#session;
    throw new EspError("session.closed", "The loader is not connected to a chip.", { hint: "Call main() first." });
  }

  get isConnected(): boolean {
    return this.#session !== null;
  }

  /** A new session; one that is there already ends, without a reset. Throws as `connect` of the library does. */
  async begin(request: SessionRequest): Promise<Session> {
    if (!Object.hasOwn(BEFORE, request.mode))
      throw new EspError("argument.invalid", `There is no reset mode '${request.mode}'.`, {
        hint: `Choose from ${Object.keys(BEFORE).join(", ")}.`,
      });
    const inside = insideOf(this.#transport);
    await inside.leave?.();
    const stop = new AbortController();
    const connecting = this.#connect(request, stop.signal);
    // Who disconnects in the meantime breaks it off; who does so later finds nothing to break off.
    inside.leave = async () => {
      stop.abort();
      await connecting.catch(() => {});
      await this.end();
    };
    try {
      this.#session = await connecting;
      return this.#session;
    } catch (error) {
      inside.leave = null;
      throw error;
    }
  }

  async #connect({ mode, attempts, stub, baudRate }: SessionRequest, signal: AbortSignal): Promise<Session> {
    const { shared, clock } = insideOf(this.#transport);
    const { serialOptions, resetConstructors } = this.#options;
    if (serialOptions !== undefined) shared.serialOptions = serialOptions;
    const port = shared.asPort(clock);
    const options: ConnectOptions = {
      before: BEFORE[mode],
      connectAttempts: attempts,
      stub,
      baudRate,
      signal,
      onEvent: this.#onEvent,
      trace: this.#transport.tracing,
    };
    const { strategies, own } = resetChoice(this.#transport, mode, resetConstructors);
    if (!own) return await connect(port, options);
    // The lines are moved before the library opens the port, so it has to be open by then.
    await shared.openForPage(ROM_BAUD);
    return await tryInTurn(strategies, attempts, () =>
      connect(port, { ...options, before: "no-reset", connectAttempts: 1 }),
    );
  }

  /** Resets the chip as asked and gives the streams back; the port stays open. Throws `session.closed`. */
  async leave(after: AfterMode): Promise<void> {
    const session = this.current;
    await this.#giveBack(() => disconnect(session, { reset: after }));
  }

  /** Gives the streams back and leaves the chip as it is; nothing to do where there is no session. */
  async end(): Promise<void> {
    const session = this.#session;
    if (session !== null) await this.#giveBack(() => disconnect(session, { reset: "untouched" }));
  }

  async #giveBack(close: () => Promise<unknown>): Promise<void> {
    this.#session = null;
    try {
      await close();
    } finally {
      insideOf(this.#transport).leave = null;
    }
  }
}

async function tryInTurn(
  strategies: readonly ResetStrategy[],
  attempts: number,
  connectNow: () => Promise<Session>,
): Promise<Session> {
  for (let attempt = 1; ; attempt++) {
    await strategies[(attempt - 1) % strategies.length]?.reset();
    try {
      return await connectNow();
    } catch (error) {
      const isSilence = isEspError(error) && error.code.startsWith("connect.");
      if (!isSilence || attempt === attempts) throw error;
    }
  }
}
