import type { Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import { EspError } from "../../core/errors.ts";
import { COM_PORT, SERVER_ANSWER_OFFSET } from "./rfc2217-codes.ts";
import { encodeSetting, readConfirmation, type Setting, type SettingName } from "./rfc2217-settings.ts";
import { encodeNegotiation, encodeSubnegotiation, escapeTelnet, type TelnetEvent, TelnetParser } from "./telnet.ts";
import { TELNET_OPTION, TelnetOptions } from "./telnet-options.ts";

export interface Rfc2217ClientOptions {
  readonly socket: Socket;
  readonly clock: Clock;
  /** For messages: `host:port`. */
  readonly server: string;
  /** How long the server may take to answer. */
  readonly timeoutMs: number;
  /** Bytes from the chip. */
  readonly onData: (bytes: Uint8Array) => void;
}

export function connectionLost(server: string, cause: unknown): EspError {
  return new EspError("port.lost", `The connection to ${server} broke.`, {
    hint: "Check the network and the RFC 2217 server; it may also have hung up because its device is gone.",
    details: { server },
    cause,
  });
}

interface Waiter {
  readonly setting: Setting;
  readonly confirm: (value: number) => void;
}

/** The conversation with one RFC 2217 server, over a socket that is connected. */
export class Rfc2217Client {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #server: string;
  readonly #timeoutMs: number;
  readonly #onData: (bytes: Uint8Array) => void;
  readonly #parser: TelnetParser = new TelnetParser();
  readonly #options: TelnetOptions = new TelnetOptions(Object.values(TELNET_OPTION));
  readonly #waiting = new Map<SettingName, Waiter>();
  /** Answers that may still come although nobody waits for them any more. */
  readonly #late = new Map<SettingName, number>();
  /** What ends all waiting at once. */
  readonly #endings = new Set<(error: EspError) => void>();
  #onNegotiation: () => void = () => {};
  #resume: (() => void) | null = null;
  #resumed: Promise<void> = Promise.resolve();
  #over: EspError | null = null;

  constructor({ socket, clock, server, timeoutMs, onData }: Rfc2217ClientOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#server = server;
    this.#timeoutMs = timeoutMs;
    this.#onData = onData;
  }

  /** Takes what the server sent. */
  receive(chunk: Uint8Array): void {
    for (const event of this.#parser.push(chunk)) this.#take(event);
  }

  /** Agrees on the protocol. Throws `port.unsupported` when the server does not speak it. */
  async negotiate(): Promise<void> {
    const hint =
      "For a serial line over plain TCP write socket://HOST:PORT; if the server has another client, wait until it left.";
    const notSpoken = (how: string): EspError =>
      new EspError("port.unsupported", `The server at ${this.#server} ${how}.`, { hint });
    await this.#wait<void>(notSpoken("does not answer as an RFC 2217 server"), (resolve, reject) => {
      this.#onNegotiation = () => {
        const agreed = this.#options.isAgreed(TELNET_OPTION.comPort);
        if (agreed === true) resolve();
        else if (agreed === false) reject(notSpoken("refuses RFC 2217"));
      };
      this.#send(this.#options.offers().map(({ verb, option }) => encodeNegotiation(verb, option)));
    });
    this.#onNegotiation = () => {};
  }

  /** Sends the settings in one piece and waits for no answer. */
  tell(settings: readonly Setting[]): void {
    if (this.#over !== null) throw this.#over;
    this.#send(settings.map((setting) => encodeSubnegotiation(TELNET_OPTION.comPort, encodeSetting(setting))));
  }

  /**
   * Sends the settings in one piece and waits for all answers together: the values that hold now, in the same order.
   * Each name at most once, and one call at a time. Throws `port.failed` when an answer does not come.
   */
  async ask(settings: readonly Setting[]): Promise<number[]> {
    const values = new Map<SettingName, number>();
    try {
      return await this.#wait<number[]>(this.#unconfirmed(settings, values), (resolve) => {
        for (const setting of settings) {
          const confirm = (value: number): void => {
            values.set(setting.name, value);
            if (values.size === settings.length) resolve(settings.map(({ name }) => values.get(name) ?? 0));
          };
          this.#waiting.set(setting.name, { setting, confirm });
        }
        this.tell(settings);
      });
    } finally {
      for (const { name } of settings) {
        if (this.#waiting.delete(name)) this.#late.set(name, (this.#late.get(name) ?? 0) + 1);
      }
    }
  }

  /** Resolves when the system took the bytes, and not before the server is ready for more. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#resumed;
    const over = this.#over;
    if (over !== null) throw over;
    await new Promise<void>((resolve, reject) => {
      this.#socket.write(escapeTelnet(bytes), (error) => {
        if (error === undefined || error === null) resolve();
        else reject(this.#over ?? connectionLost(this.#server, error));
      });
    });
  }

  /** Everything that waits fails with this, now and later. */
  abandon(error: EspError): void {
    this.#over ??= error;
    for (const end of [...this.#endings]) end(error);
    this.#resume?.();
  }

  #take(event: TelnetEvent): void {
    if (event.kind === "data") {
      this.#onData(event.bytes);
    } else if (event.kind === "negotiation") {
      const answer = this.#options.answer(event);
      if (answer !== undefined) this.#send([encodeNegotiation(answer.verb, answer.option)]);
      this.#onNegotiation();
    } else if (event.kind === "subnegotiation" && event.option === TELNET_OPTION.comPort) {
      this.#takeComPort(event.bytes);
    }
  }

  #takeComPort(bytes: Uint8Array): void {
    const command = bytes[0];
    // Some servers send these with the client's number.
    if (command === COM_PORT.flowControlSuspend || command === COM_PORT.flowControlSuspend + SERVER_ANSWER_OFFSET)
      this.#suspendWriting();
    else if (command === COM_PORT.flowControlResume || command === COM_PORT.flowControlResume + SERVER_ANSWER_OFFSET)
      this.#resume?.();
    else this.#confirm(bytes);
  }

  #confirm(bytes: Uint8Array): void {
    const confirmation = readConfirmation(bytes);
    if (confirmation === null) return;
    const { name, value } = confirmation;
    const waiter = this.#waiting.get(name);
    const late = this.#late.get(name) ?? 0;
    // The answer to an earlier request that was given up: only the value can tell.
    if (late > 0 && value !== waiter?.setting.value) {
      this.#late.set(name, late - 1);
      return;
    }
    this.#waiting.delete(name);
    waiter?.confirm(value);
  }

  #suspendWriting(): void {
    if (this.#resume !== null) return;
    this.#resumed = new Promise((resolve) => {
      this.#resume = () => {
        this.#resume = null;
        resolve();
      };
    });
  }

  /** The error is made when it is thrown, as it names what is still missing. */
  #unconfirmed(settings: readonly Setting[], values: ReadonlyMap<SettingName, number>): () => EspError {
    return () => {
      const missing = settings.filter(({ name }) => !values.has(name));
      const names = missing.map(({ name }) => name);
      const isControl = missing.some(({ command }) => command === COM_PORT.setControl);
      return new EspError("port.failed", `The server at ${this.#server} did not confirm: ${names.join(", ")}.`, {
        hint: isControl
          ? "Add ?ign_set_control to the address, for servers that do not confirm such changes."
          : "Check the network, or give the server more seconds: ?timeout=10.",
        details: { server: this.#server, missing: names, timeoutMs: this.#timeoutMs },
      });
    };
  }

  #wait<T>(
    timeoutError: EspError | (() => EspError),
    start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#over !== null) return reject(this.#over);
      const finish = (settle: () => void): void => {
        cancel();
        this.#endings.delete(end);
        settle();
      };
      const end = (error: unknown): void => finish(() => reject(error));
      const cancel = this.#clock.after(this.#timeoutMs, () =>
        end(typeof timeoutError === "function" ? timeoutError() : timeoutError),
      );
      this.#endings.add(end);
      start((value) => finish(() => resolve(value)), end);
    });
  }

  /** One write to the socket, hence one segment as a rule: what belongs together arrives together. */
  #send(messages: readonly Uint8Array[]): void {
    if (!this.#socket.destroyed && messages.length > 0) this.#socket.write(Buffer.concat(messages));
  }
}
