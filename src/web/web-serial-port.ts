// Room: ports of browsers.
// In: a port that the page was granted.
// Out: a `Port`.

import { type Check, optional } from "../core/check/check.ts";
import { hasParts, shape } from "../core/check/shapes.ts";
import { checkFunction, checkObject, listOf } from "../core/check/values.ts";
import { type Clock, sleep, systemClock } from "../core/clock.ts";
import { EspError } from "../core/errors.ts";
import { checkClock } from "../core/port/check-port.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../core/port/port.ts";
import {
  closedError,
  isPassingReadError,
  lostError,
  openAlreadyError,
  openError,
  requestError,
} from "./web-serial-errors.ts";
import type {
  ByteReaderLike,
  ByteWriterLike,
  SerialLike,
  SerialPortFilterLike,
  SerialPortLike,
} from "./web-serial-types.ts";

/** The default of 255 bytes overruns at high rates while the page is busy. */
const BUFFER_SIZE_BYTES = 65_536;
/** The reference's write timeout (fact sheet 2.2). */
const WRITE_TIMEOUT_MS = 10_000;
const DISCONNECT_NOTICE_MS = 200;

export interface WebSerialPortOptions {
  readonly clock?: Clock | undefined;
}

const checkSerialPort: Check<SerialPortLike> = hasParts<SerialPortLike>(
  "a SerialPort of the Web Serial API, as requestWebSerialPort gives it",
  { open: checkFunction, close: checkFunction, getInfo: checkFunction, setSignals: checkFunction },
);
const checkWebOptions: Check<WebSerialPortOptions> = shape<WebSerialPortOptions>({ clock: optional(checkClock) });
const checkSerial: Check<SerialLike> = hasParts<SerialLike>("navigator.serial", { requestPort: checkFunction });
const checkFilters: Check<SerialPortFilterLike[]> = listOf(checkObject);

/**
 * A port of the Web Serial API (Chrome, Edge and others built on Chromium).
 *
 * The browser cannot change the baud rate of an open port, so that is a close and an open; what arrives in between is
 * lost, and the lines are left to the system, which moves both together. On Windows the browser sets the two lines one
 * after the other.
 *
 * @example
 * const port = webSerialPort(await requestWebSerialPort());
 */
export function webSerialPort(serialPort: SerialPortLike, options: WebSerialPortOptions = {}): Port {
  checkSerialPort(serialPort, "serialPort");
  const wanted = checkWebOptions(options, "options");
  return new WebSerialPort(serialPort, wanted.clock ?? systemClock);
}

/**
 * Asks the person for a port. Must be called from a click.
 * Throws `port.none-found` when none was chosen, `port.permission`, and `port.unsupported` in other browsers.
 */
export async function requestWebSerialPort(
  filters: readonly SerialPortFilterLike[] = [],
  serial: SerialLike | undefined = (globalThis.navigator as { serial?: SerialLike } | undefined)?.serial,
): Promise<SerialPortLike> {
  const asked = checkFilters(filters, "filters");
  if (serial === undefined) {
    throw new EspError("port.unsupported", "This browser has no serial ports.", {
      hint: "Use Chrome, Edge or Opera on a computer, and a page served over https or from localhost.",
    });
  }
  checkSerial(serial, "serial");
  try {
    return await serial.requestPort(asked.length === 0 ? {} : { filters: asked });
  } catch (error) {
    throw requestError(error);
  }
}

/** What lives while the browser's port is open at one baud rate. */
interface Channel {
  readonly writer: ByteWriterLike;
  reader: ByteReaderLike | null;
  ended: boolean;
  /** Settles when the read loop has let go of the stream. */
  reading: Promise<void>;
}

class WebSerialPort implements Port {
  readonly info: PortInfo;
  readonly clock: Clock;
  readonly #serialPort: SerialPortLike;
  #sink: PortSink | null = null;
  #channel: Channel | null = null;
  #baudRate = 0;
  #lines = true;
  #lost: EspError | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  /** Ends whatever waits for the device when it goes away. */
  readonly #waiting = new Set<(error: EspError) => void>();

  constructor(serialPort: SerialPortLike, clock: Clock) {
    this.#serialPort = serialPort;
    this.clock = clock;
    const { usbVendorId, usbProductId } = serialPort.getInfo();
    this.info = {
      path: usbVendorId === undefined ? "serial port" : `USB ${hex(usbVendorId)}:${hex(usbProductId ?? 0)}`,
      ...(usbVendorId !== undefined && { usbVendorId }),
      ...(usbProductId !== undefined && { usbProductId }),
    };
  }

  get capabilities(): PortCapabilities {
    return { lines: this.#lines, atomicLines: false, baud: true };
  }

  async open({ baudRate }: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#sink !== null) throw openAlreadyError();
    this.#sink = sink;
    this.#lost = null;
    this.#lines = true;
    try {
      await this.#openChannel(baudRate);
    } catch (error) {
      this.#sink = null;
      throw error;
    }
    this.#serialPort.addEventListener("disconnect", this.#onDisconnect);
  }

  readonly #onDisconnect = (): void => {
    this.#lose(new Error("The device was unplugged."));
  };

  async #openChannel(baudRate: number): Promise<void> {
    try {
      await this.#serialPort.open({ baudRate, bufferSize: BUFFER_SIZE_BYTES });
    } catch (error) {
      throw openError(error, this.#serialPort.connected);
    }
    const writer = this.#serialPort.writable?.getWriter();
    if (writer === undefined) throw openError(undefined);
    const channel: Channel = { writer, reader: null, ended: false, reading: Promise.resolve() };
    // A writer that fails says so through each write; unwatched it would count as an unhandled rejection.
    writer.closed.catch(() => {});
    this.#channel = channel;
    this.#baudRate = baudRate;
    channel.reading = this.#read(channel);
  }

  async #read(channel: Channel): Promise<void> {
    while (!channel.ended && this.#serialPort.readable !== null) {
      const reader = this.#serialPort.readable.getReader();
      channel.reader = reader;
      try {
        for (let part = await reader.read(); part.value !== undefined; part = await reader.read())
          this.#sink?.data(part.value);
        if (!channel.ended) this.#lose(new Error("The stream ended."));
      } catch (error) {
        if (!channel.ended && !isPassingReadError(error)) this.#lose(error);
      } finally {
        channel.reader = null;
        reader.releaseLock();
      }
    }
    if (!channel.ended) this.#lose(new Error("The stream ended."));
  }

  async close(): Promise<void> {
    this.#leave(closedError());
    await this.#tail;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#run(async (channel) => {
      try {
        await channel.writer.write(bytes);
      } catch (error) {
        throw this.#lose(error);
      }
    });
  }

  setBaudRate(baudRate: number): Promise<void> {
    return this.#run(async (channel) => {
      if (baudRate === this.#baudRate) return;
      const before = this.#baudRate;
      await this.#closeChannel(channel);
      try {
        await this.#openChannel(baudRate);
      } catch (error) {
        const refused = openError((error as EspError).cause).code === "port.baud-unsupported";
        if (!refused) throw this.#lose(error);
        await this.#openChannel(before).catch((again: unknown) => {
          throw this.#lose(again);
        });
        throw error;
      }
      // Closed while the browser opened the port again.
      if (this.#sink === null && this.#channel !== null) await this.#closeChannel(this.#channel);
    });
  }

  setLines({ dtr, rts }: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
    return this.#run(async (channel) => {
      try {
        await this.#serialPort.setSignals({ dataTerminalReady: dtr, requestToSend: rts });
      } catch (cause) {
        // The same error stands for a device that is gone, of which the browser tells a moment later.
        await sleep(this.clock, DISCONNECT_NOTICE_MS);
        if (this.#channel !== channel) throw this.#lost ?? closedError();
        this.#lines = false;
        throw new EspError("port.lines-unsupported", "The serial port has no DTR and RTS lines.", {
          hint: "Put the chip into download mode by hand (hold BOOT, press RESET) and connect without reset.",
          cause,
        });
      }
    });
  }

  /** One operation after the other, each within its time. */
  #run<T>(operation: (channel: Channel) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let over = false;
      const finish = (settle: () => void): void => {
        over = true;
        cancel();
        this.#waiting.delete(fail);
        settle();
      };
      const fail = (error: EspError): void => finish(() => reject(error));
      const cancel = this.clock.after(WRITE_TIMEOUT_MS, () =>
        fail(
          new EspError("port.write-timeout", "The serial port did not take the data within 10 seconds.", {
            hint: "Plug the device in again.",
          }),
        ),
      );
      this.#waiting.add(fail);
      this.#tail = this.#tail.then(async () => {
        if (over) return;
        try {
          if (this.#channel === null) throw this.#lost ?? closedError();
          const value = await operation(this.#channel);
          if (!over) finish(() => resolve(value));
        } catch (error) {
          if (!over) finish(() => reject(error));
        }
      });
    });
  }

  async #closeChannel(channel: Channel): Promise<void> {
    channel.ended = true;
    if (this.#channel === channel) this.#channel = null;
    await channel.reader?.cancel().catch(() => {});
    await channel.reading;
    // Abort does not wait for a device that takes nothing any more; writes that count were awaited before.
    await channel.writer.abort().catch(() => {});
    channel.writer.releaseLock();
    await this.#serialPort.close().catch(() => {});
  }

  #leave(error: EspError): void {
    this.#sink = null;
    this.#serialPort.removeEventListener("disconnect", this.#onDisconnect);
    for (const fail of [...this.#waiting]) fail(error);
    const channel = this.#channel;
    if (channel === null) return;
    this.#channel = null;
    channel.ended = true;
    const before = this.#tail;
    // A write that hangs is ended by the abort, so closing does not wait for its turn.
    this.#tail = Promise.all([before, this.#closeChannel(channel)]);
  }

  #lose(cause: unknown): EspError {
    const sink = this.#sink;
    if (sink === null) return this.#lost ?? closedError();
    const error = lostError(cause);
    this.#lost = error;
    this.#leave(error);
    sink.lost(error);
    return error;
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}
