// Shelf: serial ports.
// In: a device path.
// Out: a `Port`.

import { type Check, optional } from "../../core/check/check.ts";
import { checkMilliseconds } from "../../core/check/numbers.ts";
import { type Shape, shape } from "../../core/check/shapes.ts";
import { checkFunction, checkObject } from "../../core/check/values.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { checkClock, checkPortInfo } from "../../core/port/check-port.ts";
import type { Port, PortCapabilities, PortInfo } from "../../core/port/port.ts";
import { portOver } from "../../core/port/port-over.ts";
import type { OpenDevice, Transport, TransportEvents } from "../../core/port/transport.ts";
import { listPorts } from "../list/list-ports.ts";
import { type SerialPlatform, serialPlatform } from "../system/platform.ts";
import { loadSerialBinding, type SerialBinding, type SerialBindingPort } from "../system/serial-binding.ts";
import { openError } from "../system/serial-errors.ts";
import { followPort } from "./follow-port.ts";
import { type LineHelper, startLineHelper } from "./line-helper.ts";
import { SerialDevice } from "./serial-device.ts";
import { readSerialPort } from "./serial-reader.ts";

export interface SerialPortOptions {
  readonly clock?: Clock | undefined;
  /** How long the system may take to accept data. Default 10 000. */
  readonly writeTimeoutMs?: number | undefined;
  readonly platform?: SerialPlatform | undefined;
  /** Loads the driver; the one that comes with this package unless given. */
  readonly load?: (() => Promise<SerialBinding>) | undefined;
  /** The ports of this computer; for finding a device again that comes back under another path. */
  readonly list?: (() => Promise<readonly PortInfo[]>) | undefined;
  /** Starts the way round a driver without break signals; see line-helper.ts. */
  readonly startLineHelper?: ((fd: number) => Promise<LineHelper | null>) | undefined;
}

export const SERIAL_OPTIONS: Shape<SerialPortOptions> = {
  clock: optional(checkClock),
  writeTimeoutMs: optional(checkMilliseconds),
  platform: optional(checkObject),
  load: optional(checkFunction),
  list: optional(checkFunction),
  startLineHelper: optional(checkFunction),
};
const checkSerialOptions: Check<SerialPortOptions> = shape(SERIAL_OPTIONS);

/**
 * A serial port of this computer. Its driver comes with this package and is loaded when the port is opened.
 *
 * What the operating systems make of "opens without touching the lines": Linux and macOS assert DTR and RTS together
 * when they open a port, and release both together when it is closed; Windows opens with both released. Both
 * together do nothing on the usual reset circuit. A change of the baud rate throws received bytes away that were not
 * read yet.
 *
 * @example
 * const port = createSerialPort({ path: "/dev/ttyUSB0" });
 * await port.open({ baudRate: 115200 }, { data: (bytes) => {}, lost: (error) => {} });
 */
export function createSerialPort(info: PortInfo, options: SerialPortOptions = {}): Port {
  checkPortInfo(info, "info");
  const wanted = checkSerialOptions(options, "options");
  return portOver(new SerialTransport(info, wanted));
}

class SerialTransport implements Transport {
  /** Changes when the device comes back under another path. */
  info: PortInfo;
  readonly clock: Clock;
  readonly capabilities: PortCapabilities;
  readonly timeouts: { readonly writeMs: number | undefined };
  readonly #platform: SerialPlatform;
  readonly #options: SerialPortOptions;
  #wasOpen = false;

  constructor(info: PortInfo, options: SerialPortOptions) {
    this.info = info;
    this.clock = options.clock ?? systemClock;
    this.timeouts = { writeMs: options.writeTimeoutMs };
    this.#platform = options.platform ?? serialPlatform();
    this.capabilities = { lines: true, atomicLines: this.#platform.atomicLines, baud: true };
    this.#options = options;
  }

  async open({ baudRate }: { readonly baudRate: number }, events: TransportEvents): Promise<OpenDevice> {
    if (this.#wasOpen) this.info = await this.#whereItIs();
    const library = await (this.#options.load ?? loadSerialBinding)();
    const { path } = this.info;
    let binding: SerialBindingPort;
    try {
      binding = await library.open({ path: this.#platform.nativePath(path), baudRate, lock: true, hupcl: false });
    } catch (error) {
      throw await openError(error, path, this.#platform);
    }
    this.#wasOpen = true;
    const device = new SerialDevice(binding, {
      path,
      reportsBaudRate: this.#platform.reportsBaudRate,
      startLineHelper: this.#options.startLineHelper ?? startLineHelper,
    });
    void readSerialPort({
      clock: this.clock,
      port: binding,
      active: () => !device.isClosed,
      onData: events.data,
      onGone: events.lost,
    });
    return device;
  }

  /** A chip with its own USB port leaves the bus at every reset and may come back elsewhere. */
  async #whereItIs(): Promise<PortInfo> {
    const ports = await (this.#options.list ?? listPorts)().catch(() => []);
    // Not found: opening the old path says what is wrong.
    return followPort(this.info, ports) ?? this.info;
  }
}
