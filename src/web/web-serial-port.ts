// Room: ports of browsers.
// In: a port that the page was granted.
// Out: a `Port`.

import { type Check, optional } from "../core/check/check.ts";
import { hasParts, shape } from "../core/check/shapes.ts";
import { checkFunction } from "../core/check/values.ts";
import { type Clock, sleep, systemClock } from "../core/clock.ts";
import type { EspError } from "../core/errors.ts";
import { checkClock } from "../core/port/check-port.ts";
import type { Port, PortInfo } from "../core/port/port.ts";
import { linesError, lostError } from "../core/port/port-errors.ts";
import { portOver } from "../core/port/port-over.ts";
import type { OpenDevice, Transport, TransportEvents } from "../core/port/transport.ts";
import { leaveToSettle, openUnlessStopped } from "./open-unless-stopped.ts";
import { isPassingReadError, openCode, openError } from "./web-serial-errors.ts";
import type { ByteReaderLike, ByteWriterLike, SerialPortLike } from "./web-serial-types.ts";

/** The default of 255 bytes overruns at high rates while the page is busy. */
const BUFFER_SIZE_BYTES = 65_536;
const DISCONNECT_NOTICE_MS = 200;

export interface WebSerialPortOptions {
  readonly clock?: Clock | undefined;
}

const checkSerialPort: Check<SerialPortLike> = hasParts<SerialPortLike>(
  "a SerialPort of the Web Serial API, as navigator.serial gives it",
  { open: checkFunction, close: checkFunction, getInfo: checkFunction, setSignals: checkFunction },
);
const checkWebOptions: Check<WebSerialPortOptions> = shape<WebSerialPortOptions>({ clock: optional(checkClock) });

/**
 * A port of the Web Serial API (Chrome, Edge and others built on Chromium).
 *
 * The browser cannot change the baud rate of an open port, so that is a close and an open; what arrives in between is
 * lost, and the lines are left to the system, which moves both together. On Windows the browser sets the two lines one
 * after the other.
 *
 * @example
 * const port = webSerialPort(await navigator.serial.requestPort());
 */
export function webSerialPort(serialPort: SerialPortLike, options: WebSerialPortOptions = {}): Port {
  const { clock } = checkWebOptions(options, "options");
  return portOver(webSerialTransport(serialPort, clock));
}

/** What `portOver` makes a port of. */
export function webSerialTransport(serialPort: SerialPortLike, clock: Clock = systemClock): Transport {
  checkSerialPort(serialPort, "serialPort");
  return {
    info: infoOf(serialPort),
    capabilities: { lines: true, atomicLines: false, baud: true, reopensForBaud: true },
    clock,
    hints: { timeout: "Plug the device in again." },
    open: async ({ baudRate }, events) => {
      const device = new WebSerialDevice(serialPort, clock, events);
      return await openUnlessStopped(serialPort, events.signal, () => device.open(baudRate));
    },
  };
}

function infoOf(serialPort: SerialPortLike): PortInfo {
  const { usbVendorId, usbProductId } = serialPort.getInfo();
  return {
    path: usbVendorId === undefined ? "serial port" : `USB ${hex(usbVendorId)}:${hex(usbProductId ?? 0)}`,
    ...(usbVendorId !== undefined && { usbVendorId }),
    ...(usbProductId !== undefined && { usbProductId }),
  };
}

/** What lives while the browser's port is open at one baud rate. */
interface Channel {
  readonly writer: ByteWriterLike;
  reader: ByteReaderLike | null;
  ended: boolean;
  /** Settles when the read loop has let go of the stream. */
  reading: Promise<void>;
}

/** A port of the browser while it is open, through changes of its baud rate. */
class WebSerialDevice implements OpenDevice {
  readonly #serialPort: SerialPortLike;
  readonly #clock: Clock;
  readonly #events: TransportEvents;
  #channel: Channel | null = null;
  #baudRate = 0;
  #isClosed = false;
  /** The channel that was closed last: settles when the browser has let go of its port. */
  #closing: Promise<void> = Promise.resolve();
  /** A change of the baud rate under way. */
  #switching: Promise<void> | null = null;

  constructor(serialPort: SerialPortLike, clock: Clock, events: TransportEvents) {
    this.#serialPort = serialPort;
    this.#clock = clock;
    this.#events = events;
  }

  async open(baudRate: number): Promise<this> {
    await this.#openChannel(baudRate);
    this.#serialPort.addEventListener("disconnect", this.#onDisconnect);
    return this;
  }

  readonly #onDisconnect = (): void => this.#events.lost(new Error("The device was unplugged."));

  async #openChannel(baudRate: number): Promise<void> {
    try {
      await this.#serialPort.open({ baudRate, bufferSize: BUFFER_SIZE_BYTES });
    } catch (error) {
      throw await openError(error, this.#serialPort.connected);
    }
    const writer = this.#serialPort.writable?.getWriter();
    if (writer === undefined) throw await openError(undefined);
    const channel: Channel = { writer, reader: null, ended: false, reading: Promise.resolve() };
    // A writer that fails says so through each write; unwatched it would count as an unhandled rejection.
    writer.closed.catch(() => {});
    this.#channel = channel;
    this.#baudRate = baudRate;
    channel.reading = this.#read(channel);
  }

  async #read(channel: Channel): Promise<void> {
    const lose = (cause: unknown): void => {
      if (!channel.ended) this.#events.lost(cause);
    };
    while (!channel.ended && this.#serialPort.readable !== null) {
      const reader = this.#serialPort.readable.getReader();
      channel.reader = reader;
      try {
        for (let part = await reader.read(); part.value !== undefined; part = await reader.read())
          this.#events.data(part.value);
        lose(new Error("The stream ended."));
      } catch (error) {
        if (!isPassingReadError(error)) lose(error);
      } finally {
        channel.reader = null;
        reader.releaseLock();
      }
    }
    lose(new Error("The stream ended."));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#serialPort.removeEventListener("disconnect", this.#onDisconnect);
    // A write that hangs is ended by this, so it is not waited for before.
    if (this.#channel !== null) this.#closing = this.#closeChannel(this.#channel);
    await this.#closing;
    // The browser may be opening the port again, and nobody knows for how long.
    if (this.#switching !== null) leaveToSettle(this.#serialPort, this.#switching);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#channel?.writer.write(bytes);
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const channel = this.#channel;
    if (baudRate === this.#baudRate || channel === null) return;
    const switching = this.#switch(channel, baudRate);
    this.#switching = switching;
    try {
      await switching;
    } finally {
      this.#switching = null;
    }
  }

  async #switch(channel: Channel, baudRate: number): Promise<void> {
    const before = this.#baudRate;
    this.#closing = this.#closeChannel(channel);
    await this.#closing;
    if (this.#isClosed) return;
    try {
      await this.#openChannel(baudRate);
    } catch (error) {
      const refused = openCode((error as EspError).cause) === "port.baud-unsupported";
      if (!refused) throw this.#lost(error);
      await this.#openChannel(before).catch((again: unknown) => {
        throw this.#lost(again);
      });
      throw error;
    } finally {
      // Closed while the browser opened the port again.
      if (this.#isClosed && this.#channel !== null) await this.#closeChannel(this.#channel);
    }
  }

  #lost(cause: unknown): EspError {
    return lostError(infoOf(this.#serialPort).path, cause);
  }

  async setLines({ dtr, rts }: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
    try {
      await this.#serialPort.setSignals({ dataTerminalReady: dtr, requestToSend: rts });
    } catch (cause) {
      // The same error stands for a device that is gone, of which the browser tells a moment later.
      await sleep(this.#clock, DISCONNECT_NOTICE_MS);
      throw linesError(infoOf(this.#serialPort).path, cause);
    }
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
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}
