import { type Check, optional } from "../../core/check/check.ts";
import { wholeNumber } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkBoolean } from "../../core/check/values.ts";
import { type Clock, sleep, systemClock } from "../../core/clock.ts";
import { checkClock } from "../../core/port/check-port.ts";
import type { Port } from "../../core/port/port.ts";
import { portOver } from "../../core/port/port-over.ts";
import { openUnlessStopped } from "../open-unless-stopped.ts";
import { checkUsb, checkUsbDevice } from "./check-usb.ts";
import type { UsbFamily } from "./usb-families.ts";
import { preferredPlaces, usbTransport } from "./usb-transport.ts";
import type { UsbDeviceLike, UsbLike } from "./usb-types.ts";

export interface WebUsbPortOptions {
  readonly clock?: Clock | undefined;
  /** `navigator.usb` unless given: it tells when a device is unplugged. */
  readonly usb?: UsbLike | undefined;
  /** Which port of an adapter that has several: the number of its interface, as `usbSerialPorts` lists them. Default: the first. */
  readonly interfaceNumber?: number | undefined;
  /** Whether the system is Windows, where drivers are another matter; asked of the browser unless given. */
  readonly isWindows?: boolean | undefined;
}

const checkOptions: Check<WebUsbPortOptions> = shape<WebUsbPortOptions>({
  clock: optional(checkClock),
  usb: optional(checkUsb),
  interfaceNumber: optional(wholeNumber(0, 0xff)),
  isWindows: optional(checkBoolean),
});

/** What `usbSerialPorts` tells of each. */
export interface UsbSerialPort {
  readonly interfaceNumber: number;
  /** How it is driven: `cdc`, `cp210x`, `ch34x`, `ftdi`, `pl2303`. */
  readonly family: UsbFamily;
}

/** The serial ports of a USB device, the one that is most likely the chip's first; empty where it is none. Pure. */
export function usbSerialPorts(device: UsbDeviceLike): UsbSerialPort[] {
  return preferredPlaces(checkUsbDevice(device, "device")).map(({ interfaceNumber, family }) => ({
    interfaceNumber,
    family,
  }));
}

/**
 * A port over WebUSB, for browsers without serial ports of their own: the adapter's protocol is spoken by this library. Both
 * lines change in one request, and the rate changes without closing. Throws `port.unsupported` for a device that is no serial
 * port it knows.
 *
 * @example
 * const port = webUsbPort(await navigator.usb.requestDevice({ filters: [{ vendorId: 0x1a86 }] }));
 */
export function webUsbPort(device: UsbDeviceLike, options: WebUsbPortOptions = {}): Port {
  checkUsbDevice(device, "device");
  const { clock = systemClock, ...wanted } = checkOptions(options, "options");
  return portOver(usbTransport({ ...wanted, device, clock, pause: (ms) => sleep(clock, ms), openUnlessStopped }));
}
