// Shelf: the families of USB serial adapters, one a file, their numbers apart.
// In: a place on a device.
// Out: its requests, in order.

import { lineBits, littleEndian, packetAtATime, type UsbDriver, type UsbPlace } from "../usb-driver.ts";
import type { UsbRequest } from "../usb-types.ts";

/** USB class specification PSTN 1.2, 6.3: SET_LINE_CODING and SET_CONTROL_LINE_STATE. */
const SET_LINE_CODING = 0x20;
const SET_CONTROL_LINE_STATE = 0x22;
const DATA_BITS = 8;
/** WCH's fastest; chips of Espressif take any rate and heed none. */
const HIGHEST_RATE = 6_000_000;

/** A rate with eight data bits, no parity, one stop bit; `rateBytes` as the device wants them. */
export function lineCoding(interfaceNumber: number, rateBytes: Uint8Array): UsbRequest {
  return {
    requestType: "class",
    recipient: "interface",
    request: SET_LINE_CODING,
    value: 0,
    index: interfaceNumber,
    data: Uint8Array.of(...rateBytes, 0, 0, DATA_BITS),
  };
}

export function controlLineState(interfaceNumber: number, dtr: boolean, rts: boolean): UsbRequest {
  return {
    requestType: "class",
    recipient: "interface",
    request: SET_CONTROL_LINE_STATE,
    value: lineBits(dtr, rts),
    index: interfaceNumber,
  };
}

/** The communications class: the USB ports of Espressif's chips, CH343 and CH9102, CP2102C, and whatever else is of it. */
export function cdcDriver({ interfaceNumber, in: endpoint }: UsbPlace): UsbDriver {
  return {
    reading: packetAtATime(endpoint),
    start: async () => ({
      name: "USB serial port",
      highestRate: HIGHEST_RATE,
      rate: (baudRate) => ({ actual: baudRate, requests: [lineCoding(interfaceNumber, littleEndian(baudRate))] }),
      lines: (dtr, rts) => controlLineState(interfaceNumber, dtr, rts),
    }),
  };
}
