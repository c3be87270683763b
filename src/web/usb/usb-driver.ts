// Shelf: serial ports over WebUSB.
// In: a device that the page was granted.
// Out: a `Port`: which driver it needs, its requests, its bytes.

import type { UsbControl } from "./usb-control.ts";
import type { UsbEndpointLike, UsbRequest } from "./usb-types.ts";

/** Where on a device a serial port is. */
export interface UsbPlace {
  /** What is claimed, in this order; only the first is on the list of what some hosts detach from their own driver. */
  readonly claim: readonly number[];
  /** The interface that requests about the line name. */
  readonly interfaceNumber: number;
  readonly in: UsbEndpointLike;
  readonly out: UsbEndpointLike;
}

/** How bytes come in. */
export interface UsbReading {
  /** What one transfer asks for: whole packets. */
  readonly sizeBytes: number;
  /** How many are under way at all times. */
  readonly inFlight: number;
  /** Takes out what is not of the line. */
  readonly payload?: ((transfer: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) | undefined;
}

/** What a chip makes of a rate that it is asked for. */
export interface UsbRate {
  /** In baud; null: it cannot do anything like it. */
  readonly actual: number | null;
  readonly requests: readonly UsbRequest[];
}

/** An adapter that is ready: what its line takes. Pure. */
export interface UsbLine {
  /** For a person: `CP2102N`. */
  readonly name: string;
  readonly highestRate: number;
  readonly lowestRate?: number | undefined;
  rate(baudRate: number): UsbRate;
  lines(dtr: boolean, rts: boolean): UsbRequest;
  /** Sent before the device is let go of; what it answers does not matter. */
  readonly closing?: readonly UsbRequest[] | undefined;
  /** How many bytes it may hold that have not left yet. Default 1024. */
  readonly holdsBytes?: number | undefined;
  /** Asks how many bytes have not left yet. */
  waiting?(usb: UsbControl): Promise<number>;
}

/** One family of adapters, for one place on one device. */
export interface UsbDriver {
  readonly reading: UsbReading;
  /** Makes the adapter ready, but for its rate. The lines are left alone, as far as the adapter allows. */
  start(usb: UsbControl): Promise<UsbLine>;
}

export function littleEndian(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
}

/** DTR is bit 0, RTS bit 1, in the requests of most families. */
export function lineBits(dtr: boolean, rts: boolean): number {
  return Number(dtr) | (Number(rts) << 1);
}

/** A transfer can end without a zero-length packet behind it, so more than one packet could wait for ever. */
export function packetAtATime(endpoint: UsbEndpointLike): UsbReading {
  return { sizeBytes: endpoint.packetSize, inFlight: 16 };
}

/** For chips that end what they send themselves. */
export function severalPackets(endpoint: UsbEndpointLike): UsbReading {
  const packets = Math.max(1, Math.floor(256 / endpoint.packetSize));
  return { sizeBytes: packets * endpoint.packetSize, inFlight: 4 };
}
