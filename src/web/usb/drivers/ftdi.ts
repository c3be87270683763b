import { lineBits, type UsbDriver, type UsbPlace } from "../usb-driver.ts";
import type { UsbDeviceLike, UsbRequest } from "../usb-types.ts";
import { ftdiChip } from "./ftdi-chips.ts";
import { ftdiDivisor } from "./ftdi-divisor.ts";
import { ftdiPacketSize, ftdiPayload } from "./ftdi-framing.ts";

/** As the Linux driver ftdi_sio names them. */
const RESET = 0x00;
const MODEM_CONTROL = 0x01;
const FLOW_CONTROL = 0x02;
const BAUD_RATE = 0x03;
const DATA_FORMAT = 0x04;
const LATENCY_TIMER = 0x09;

const BOTH_LINES = 0x0300;
const EIGHT_DATA_BITS = 0x0008;
/** In milliseconds: what is there is sent so often. The default of 16 makes each answer late by that. */
const LATENCY_MS = 1;
const SLOW_HIGHEST = 3_000_000;
const FAST_HIGHEST = 12_000_000;
/** The buffers of the fast chips. */
const FAST_HOLDS = 4096;
const TRANSFER_PACKETS = 8;

/** FT232, FT2232, FT4232 and FT-X. Its reset lets go of both lines, which nothing else of the opening does. */
export function ftdiDriver({ interfaceNumber, in: endpoint }: UsbPlace, device: UsbDeviceLike): UsbDriver {
  const version = (device.deviceVersionMajor << 8) | (device.deviceVersionMinor << 4) | device.deviceVersionSubminor;
  const chip = ftdiChip(version);
  const channel = chip.hasChannels ? interfaceNumber + 1 : 0;
  const to = (request: number, value: number, index: number = channel): UsbRequest => ({
    requestType: "vendor",
    recipient: "device",
    request,
    value,
    index,
  });
  const packet = ftdiPacketSize(endpoint.packetSize);
  return {
    reading: {
      sizeBytes: TRANSFER_PACKETS * packet,
      inFlight: 4,
      payload: (transfer) => ftdiPayload(transfer, packet),
    },
    start: async (usb) => {
      await usb.send(to(RESET, 0));
      await usb.send(to(LATENCY_TIMER, LATENCY_MS));
      await usb.send(to(FLOW_CONTROL, 0));
      await usb.send(to(DATA_FORMAT, EIGHT_DATA_BITS));
      return {
        name: chip.name,
        highestRate: chip.isFast ? FAST_HIGHEST : SLOW_HIGHEST,
        ...(chip.isFast && { holdsBytes: FAST_HOLDS }),
        rate: (baudRate) => {
          const divisor = ftdiDivisor(baudRate, chip.isFast);
          if (divisor === null) return { actual: null, requests: [] };
          const high = divisor.code >> 16;
          const index = chip.hasChannels ? (high << 8) | channel : high;
          return { actual: divisor.actual, requests: [to(BAUD_RATE, divisor.code & 0xffff, index)] };
        },
        lines: (dtr, rts) => to(MODEM_CONTROL, BOTH_LINES | lineBits(dtr, rts)),
      };
    },
  };
}
