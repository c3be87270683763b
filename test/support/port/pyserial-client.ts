import { connect, type Socket } from "node:net";
import { until } from "./ports.ts";
import {
  BINARY,
  COM_PORT_OPTION,
  comPortBytes,
  doubled,
  ECHO,
  negotiate,
  optionBytes,
  PyserialOption,
  SGA,
  telnetFilter,
  word,
} from "./pyserial-telnet.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What pyserial's `serial_for_url("rfc2217://...")` says, in its order; only its waits of 50 ms are shorter. */
export class PyserialClient {
  readonly received: number[] = [];
  /** How often the server told the state of the inputs; without it pyserial fails when it is asked for CTS. */
  modemStates = 0;
  ended = false;
  readonly #socket: Socket;
  readonly #table: readonly PyserialOption[];
  readonly #binary: PyserialOption = new PyserialOption(BINARY, "we", "inactive");
  readonly #comPort: PyserialOption = new PyserialOption(COM_PORT_OPTION, "we", "requested");
  readonly #answers = new Map<number, readonly number[]>();
  #rts = true;
  #dtr = true;

  constructor(port: number) {
    this.#table = [
      new PyserialOption(ECHO, "they", "requested"),
      new PyserialOption(SGA, "we", "requested"),
      new PyserialOption(SGA, "they", "requested"),
      new PyserialOption(BINARY, "they", "inactive"),
      new PyserialOption(COM_PORT_OPTION, "they", "requested"),
      this.#binary,
      this.#comPort,
    ];
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      this.ended = true;
    });
    this.#socket.on(
      "data",
      telnetFilter({
        data: (byte) => this.received.push(byte),
        option: (verb, option) => {
          for (const [answer, about] of negotiate(this.#table, verb, option))
            this.#socket.write(optionBytes(answer, about));
        },
        comPort: ([command = 0, ...bytes]) => {
          if (command === 107) this.modemStates += 1;
          else this.#answers.set(command, bytes);
        },
      }),
    );
  }

  /** Options, settings, no flow control, DTR and RTS on, both buffers purged. */
  async open(baudRate: number): Promise<void> {
    for (const row of this.#table) if (row.state === "requested") this.#socket.write(optionBytes(row.yes, row.option));
    await until(() => this.#comPort.state === "active");
    await this.configure(baudRate);
    await this.setDtr(true);
    await this.setRts(true);
    await this.#ask(12, [1]);
    await this.#ask(12, [2]);
  }

  /** All four settings and flow control: what every change of the read timeout costs, too. */
  async configure(baudRate: number): Promise<void> {
    const settings: readonly (readonly [number, number[]])[] = [
      [1, word(baudRate)],
      [2, [8]],
      [3, [1]],
      [4, [1]],
    ];
    await Promise.all(settings.map(([command, value]) => this.#ask(command, value)));
    await this.#ask(5, [1]);
  }

  async setDtr(on: boolean): Promise<void> {
    this.#dtr = on;
    await this.#ask(5, [on ? 8 : 9]);
  }

  async setRts(on: boolean): Promise<void> {
    this.#rts = on;
    await this.#ask(5, [on ? 11 : 12]);
  }

  /** The classic sequence as the reference does it: after each change of RTS it writes DTR again (fact sheet 2.3). */
  async resetIntoDownload(): Promise<void> {
    await this.setDtr(false);
    await this.#setRtsAndDtr(true);
    await pause(100);
    await this.setDtr(true);
    await this.#setRtsAndDtr(false);
    await pause(50);
    await this.setDtr(false);
  }

  async hardReset(): Promise<void> {
    await this.#setRtsAndDtr(true);
    await pause(100);
    await this.#setRtsAndDtr(false);
  }

  async #setRtsAndDtr(on: boolean): Promise<void> {
    await this.setRts(on);
    await this.setDtr(this.#dtr);
  }

  get lines(): { readonly dtr: boolean; readonly rts: boolean } {
    return { dtr: this.#dtr, rts: this.#rts };
  }

  write(bytes: Iterable<number>): void {
    this.#socket.write(Uint8Array.from(doubled(bytes)));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Sends a setting and waits for its confirmation; an answer with another value is a refusal. */
  async #ask(command: number, value: number[]): Promise<void> {
    const answer = command + 100;
    this.#answers.delete(answer);
    this.#socket.write(comPortBytes(command, value));
    await until(() => this.#answers.has(answer) || this.ended);
    if (this.#answers.get(answer)?.slice(0, value.length).join() !== value.join()) {
      throw new Error(`remote rejected value ${value} for option ${command}: ${this.#answers.get(answer)}`);
    }
  }
}
