import { lineBits, littleEndian, severalPackets, type UsbDriver, type UsbPlace } from "../usb-driver.ts";
import type { UsbRequest, UsbSetup } from "../usb-types.ts";
import { cp210xPart, cp210xRate } from "./cp210x-parts.ts";

/** AN571, table 3. */
const IFC_ENABLE = 0x00;
const SET_LINE_CTL = 0x03;
const SET_MHS = 0x07;
const GET_COMM_STATUS = 0x10;
const PURGE = 0x12;
const SET_BAUDRATE = 0x1e;
const VENDOR_SPECIFIC = 0xff;
const PART_NUMBER = 0x370b;

const EIGHT_DATA_BITS = 0x0800;
/** Both lines are meant; without it only what is masked changes. */
const BOTH_LINES = 0x0300;
/** All four queues: a CP2108 may hang when some are left out. */
const ALL_QUEUES = 0x000f;
const STATUS_BYTES = 19;
const OUT_QUEUE_OFFSET = 12;

/**
 * CP2101 to CP2105, CP2108, CP2102N. Flow control is off from the start and is not touched: its request holds the lines, too. The
 * part rounds a rate itself, so it is sent as it was asked for.
 */
export function cp210xDriver({ interfaceNumber, in: endpoint }: UsbPlace): UsbDriver {
  const to = (request: number, value: number, data?: Uint8Array<ArrayBuffer>): UsbRequest => ({
    requestType: "vendor",
    recipient: "interface",
    request,
    value,
    index: interfaceNumber,
    ...(data !== undefined && { data }),
  });
  const ofDevice = (request: number, value: number): UsbSetup => ({
    requestType: "vendor",
    recipient: "device",
    request,
    value,
    index: interfaceNumber,
  });
  return {
    reading: severalPackets(endpoint),
    start: async (usb) => {
      const part = cp210xPart((await usb.ask(ofDevice(VENDOR_SPECIFIC, PART_NUMBER), 1))?.[0], interfaceNumber);
      await usb.send(to(IFC_ENABLE, 1));
      await usb.send(to(SET_LINE_CTL, EIGHT_DATA_BITS));
      return {
        name: part.name,
        highestRate: part.highestRate,
        lowestRate: part.lowestRate,
        rate: (baudRate) => ({
          actual: cp210xRate(part, baudRate),
          requests: [to(SET_BAUDRATE, 0, littleEndian(baudRate))],
        }),
        lines: (dtr, rts) => to(SET_MHS, BOTH_LINES | lineBits(dtr, rts)),
        closing: [to(PURGE, ALL_QUEUES), to(IFC_ENABLE, 0)],
        waiting: async (control) => {
          const status = await control.ask(to(GET_COMM_STATUS, 0), STATUS_BYTES);
          if (status === null || status.length < OUT_QUEUE_OFFSET + 4) return 0;
          return new DataView(status.buffer).getUint32(OUT_QUEUE_OFFSET, true);
        },
      };
    },
  };
}
