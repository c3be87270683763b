import { type Check, optional } from "../../core/check/check.ts";
import { wholeNumber } from "../../core/check/numbers.ts";
import { hasParts, shape } from "../../core/check/shapes.ts";
import { checkBoolean, checkFunction } from "../../core/check/values.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { EspError } from "../../core/errors.ts";
import { checkClock } from "../../core/port/check-port.ts";
import type { Port, PortInfo } from "../../core/port/port.ts";
import { portOver } from "../../core/port/port-over.ts";
import { serialPlaces, type UsbSerialPlace } from "./find-driver.ts";
import { openUsbDevice } from "./open-usb-device.ts";
import { type UsbFamily, whyRefused } from "./usb-families.ts";
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

export const checkUsb: Check<UsbLike> = hasParts<UsbLike>("navigator.usb", {
  requestDevice: checkFunction,
  getDevices: checkFunction,
  addEventListener: checkFunction,
  removeEventListener: checkFunction,
});

const checkDevice: Check<UsbDeviceLike> = hasParts<UsbDeviceLike>("a USBDevice, as navigator.usb gives it", {
  vendorId: wholeNumber(0, 0xffff),
  productId: wholeNumber(0, 0xffff),
  open: checkFunction,
  close: checkFunction,
  claimInterface: checkFunction,
  controlTransferIn: checkFunction,
  controlTransferOut: checkFunction,
  transferIn: checkFunction,
  transferOut: checkFunction,
});

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
  return preferred(checkDevice(device, "device")).map(({ interfaceNumber, family }) => ({ interfaceNumber, family }));
}

/** Boards of FTDI's two-port chips have JTAG on the first one. */
const HAS_JTAG_FIRST = /jtag|esp-?prog|wrover/i;

function preferred(device: UsbDeviceLike): UsbSerialPlace[] {
  const places = serialPlaces(device);
  const isTurned = places.length === 2 && places[0]?.family === "ftdi" && HAS_JTAG_FIRST.test(device.productName ?? "");
  return isTurned ? places.toReversed() : places;
}

/**
 * A port over WebUSB, for browsers without serial ports of their own: the adapter's protocol is spoken by this library. Both
 * lines change in one request, and the rate changes without closing. Throws `port.unsupported` for a device that is no serial
 * port it knows.
 *
 * @example
 * const port = webUsbPort(await navigator.usb.requestDevice({ filters: USB_FILTERS }));
 */
export function webUsbPort(device: UsbDeviceLike, options: WebUsbPortOptions = {}): Port {
  checkDevice(device, "device");
  const {
    clock = systemClock,
    usb = hostUsb(),
    interfaceNumber,
    isWindows = onWindows(),
  } = checkOptions(options, "options");
  const places = preferred(device);
  const place = places.find((one) => interfaceNumber === undefined || one.interfaceNumber === interfaceNumber);
  if (place === undefined) throw noPort(device, places.length > 0);
  return portOver({
    info: usbInfo(device),
    capabilities: { lines: true, atomicLines: true, baud: true },
    clock,
    hints: { timeout: "Plug the device in again." },
    open: async ({ baudRate }, events) =>
      await openUsbDevice({ device, place, usb, clock, isWindows }, baudRate, events),
  });
}

function noPort(device: UsbDeviceLike, hasOthers: boolean): EspError {
  const { vendorId, productId } = device;
  const { why, hint } = hasOthers
    ? { why: "This USB device has no serial port at that interface.", hint: "usbSerialPorts() lists those it has." }
    : whyRefused(vendorId, productId);
  return new EspError("port.unsupported", why, { hint, details: { usbVendorId: vendorId, usbProductId: productId } });
}

export function usbInfo(device: UsbDeviceLike): PortInfo {
  const { vendorId, productId, serialNumber, manufacturerName, productName } = device;
  return {
    path: `USB ${hex(vendorId)}:${hex(productId)}`,
    usbVendorId: vendorId,
    usbProductId: productId,
    ...(typeof serialNumber === "string" && serialNumber !== "" && { serialNumber }),
    ...(typeof manufacturerName === "string" && manufacturerName !== "" && { manufacturer: manufacturerName }),
    ...(typeof productName === "string" && productName !== "" && { product: productName }),
  };
}

function hostUsb(): UsbLike | undefined {
  return (globalThis.navigator as { usb?: UsbLike } | undefined)?.usb;
}

function onWindows(): boolean {
  return /Windows/.test((globalThis.navigator as { userAgent?: string } | undefined)?.userAgent ?? "");
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}
