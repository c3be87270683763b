import type { UsbControl } from "../usb-control.ts";
import { severalPackets, type UsbDriver, type UsbPlace } from "../usb-driver.ts";
import type { UsbDeviceLike, UsbRequest, UsbSetup } from "../usb-types.ts";
import { controlLineState, lineCoding } from "./cdc.ts";
import { pl2303Rate } from "./pl2303-rate.ts";
import { HIGHEST_RATES, isShared, type Pl2303Type, pl2303Type } from "./pl2303-types.ts";

const GET_DESCRIPTOR = 0x06;
const DEVICE_DESCRIPTOR = 0x0100;
const DESCRIPTOR_BYTES = 18;
const CONTROL_PACKET_OFFSET = 7;

const OLD_REQUEST = 0x01;
const NEW_REQUEST = 0x80;
const OLD_REGISTER = 0x8080;
/** Of the newest family: both pipes are emptied. */
const NEW_RESET = 0x07;
const BOTH_PIPES = 0x03;

const setup = (request: number, value: number, index: number): UsbSetup => ({
  requestType: "vendor",
  recipient: "device",
  request,
  value,
  index,
});
const write = (value: number, index: number): UsbRequest => setup(OLD_REQUEST, value, index);

/** What wakes the older chips, as the maker's own driver does it; reads are marked by a null. */
const WAKING: readonly (readonly [value: number, index: number | null])[] = [
  [0x8484, null],
  [0x0404, 0],
  [0x8484, null],
  [0x8383, null],
  [0x8484, null],
  [0x0404, 1],
  [0x8484, null],
  [0x8383, null],
  [0, 1],
  [1, 0],
];

/** PL2303 of all families. */
export function pl2303Driver(place: UsbPlace, device: UsbDeviceLike): UsbDriver {
  return {
    reading: severalPackets(place.in),
    start: async (usb) => {
      const type = await typeOf(usb, device);
      if (type === "G") await usb.send(setup(NEW_REQUEST, NEW_RESET, BOTH_PIPES));
      else await wake(usb, type, place);
      return {
        name: type === "G" ? "PL2303G" : `PL2303${type}`,
        highestRate: HIGHEST_RATES[type],
        rate: (baudRate) => {
          const { bytes, actual } = pl2303Rate(type, baudRate);
          return { actual, requests: [lineCoding(place.interfaceNumber, bytes)] };
        },
        lines: (dtr, rts) => controlLineState(place.interfaceNumber, dtr, rts),
      };
    },
  };
}

async function typeOf(usb: UsbControl, device: UsbDeviceLike): Promise<Pl2303Type> {
  const { deviceClass, usbVersionMajor, deviceVersionMajor, deviceVersionMinor, deviceVersionSubminor } = device;
  const version = (deviceVersionMajor << 8) | (deviceVersionMinor << 4) | deviceVersionSubminor;
  const descriptor = await usb.ask(
    { requestType: "standard", recipient: "device", request: GET_DESCRIPTOR, value: DEVICE_DESCRIPTOR, index: 0 },
    DESCRIPTOR_BYTES,
  );
  const asksRegister = isShared({ usbVersionMajor, version });
  return pl2303Type({
    deviceClass,
    usbVersionMajor,
    version,
    controlPacketSize: descriptor?.[CONTROL_PACKET_OFFSET],
    hasOldRegisters: asksRegister && (await usb.ask(setup(OLD_REQUEST, OLD_REGISTER, 0), 1)) !== null,
  });
}

async function wake(usb: UsbControl, type: Pl2303Type, { in: input, out }: UsbPlace): Promise<void> {
  for (const [value, index] of WAKING) {
    if (index === null) await usb.ask(setup(OLD_REQUEST, value, 0), 1);
    else await usb.send(write(value, index));
  }
  await usb.send(write(2, type === "H" ? 0x24 : 0x44));
  if (type === "H") {
    await usb.clearHalt("out", out.endpointNumber);
    await usb.clearHalt("in", input.endpointNumber);
    return;
  }
  await usb.send(write(8, 0));
  await usb.send(write(9, 0));
}
