import type { Clock } from "../../core/clock.ts";
import { EspError } from "../../core/errors.ts";
import type { PortInfo } from "../../core/port/port.ts";
import type { Transport } from "../../core/port/transport.ts";
import type { openUnlessStopped } from "../open-unless-stopped.ts";
import { serialPlaces, type UsbSerialPlace } from "./find-driver.ts";
import { openUsbDevice } from "./open-usb-device.ts";
import { whyRefused } from "./usb-families.ts";
import type { UsbDeviceLike, UsbLike } from "./usb-types.ts";

/**
 * A granted device and what is around it. `pause` and `openUnlessStopped` are handed in, as `portOver` is put around the outcome:
 * a page loads this with the drivers, and what they shared with the page would cost every page a file of its own.
 */
export interface UsbGrant {
  readonly device: UsbDeviceLike;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  readonly openUnlessStopped: typeof openUnlessStopped;
  readonly usb?: UsbLike | undefined;
  readonly interfaceNumber?: number | undefined;
  readonly isWindows?: boolean | undefined;
}

/** What `portOver` makes a port of. Throws `port.unsupported` for a device that is no serial port. */
export function usbTransport({
  device,
  clock,
  pause,
  openUnlessStopped,
  usb = hostUsb(),
  interfaceNumber,
  isWindows = onWindows(),
}: UsbGrant): Transport {
  const places = preferredPlaces(device);
  const place = places.find((one) => interfaceNumber === undefined || one.interfaceNumber === interfaceNumber);
  if (place === undefined) throw noPort(device, places.length > 0);
  return {
    info: usbInfo(device),
    capabilities: { lines: true, atomicLines: true, baud: true },
    clock,
    hints: { timeout: "Plug the device in again." },
    open: async ({ baudRate }, events) =>
      await openUnlessStopped(device, events.signal, () =>
        openUsbDevice({ device, place, usb, clock, pause, isWindows }, baudRate, events),
      ),
  };
}

/** Boards of FTDI's two-port chips have JTAG on the first one. */
const HAS_JTAG_FIRST = /jtag|esp-?prog|wrover/i;

/** Its serial ports, the one that is most likely the chip's first. Pure. */
export function preferredPlaces(device: UsbDeviceLike): UsbSerialPlace[] {
  const places = serialPlaces(device);
  const isTurned = places.length === 2 && places[0]?.family === "ftdi" && HAS_JTAG_FIRST.test(device.productName ?? "");
  return isTurned ? places.toReversed() : places;
}

function noPort(device: UsbDeviceLike, hasOthers: boolean): EspError {
  const { vendorId, productId } = device;
  const { why, hint } = hasOthers
    ? { why: "This USB device has no serial port at that interface.", hint: "usbSerialPorts() lists those it has." }
    : whyRefused(vendorId, productId);
  return new EspError("port.unsupported", why, { hint, details: { usbVendorId: vendorId, usbProductId: productId } });
}

function usbInfo(device: UsbDeviceLike): PortInfo {
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
