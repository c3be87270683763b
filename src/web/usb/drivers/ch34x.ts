import { packetAtATime, type UsbDriver, type UsbPlace } from "../usb-driver.ts";
import type { UsbRequest, UsbSetup } from "../usb-types.ts";
import { ch34xDivisor, ch34xRegister } from "./ch34x-divisor.ts";

/** As the Linux driver ch341 names them. */
const READ_VERSION = 0x5f;
const READ_REGISTER = 0x95;
const WRITE_REGISTER = 0x9a;
const SERIAL_INIT = 0xa1;
const MODEM_CONTROL = 0xa4;

const DIVISOR_REGISTERS = 0x1312;
const LINE_CONTROL_REGISTERS = 0x2518;
const BREAK_REGISTER = 0x0005;
/** Receiver and transmitter on, eight data bits, no parity, one stop bit. */
const ENABLED_8N1 = 0x00c3;
const DTR = 1 << 5;
const RTS = 1 << 6;
/** From this version on it has a register for the format, and bit 7 of the divisor means what it should. */
const WITH_LINE_CONTROL = 0x30;
const HIGHEST_RATE = 3_000_000;

const at = (request: number, value: number, index: number): UsbSetup => ({
  requestType: "vendor",
  recipient: "device",
  request,
  value,
  index,
});

const modemControl = (dtr: boolean, rts: boolean): UsbRequest =>
  at(MODEM_CONTROL, ~((dtr ? DTR : 0) | (rts ? RTS : 0)) & 0xffff, 0);

/** CH340 and CH341 in serial mode. */
export function ch34xDriver({ in: endpoint }: UsbPlace): UsbDriver {
  return {
    reading: packetAtATime(endpoint),
    start: async (usb) => {
      const version = (await usb.ask(at(READ_VERSION, 0, 0), 2))?.[0] ?? 0;
      await usb.send(at(SERIAL_INIT, 0, 0));
      // A chip that does not know this register is one of the limited ones.
      const isLimited = (await usb.ask(at(READ_REGISTER, BREAK_REGISTER, 0), 2)) === null;
      const isNew = version >= WITH_LINE_CONTROL;
      return {
        name: "CH340",
        highestRate: HIGHEST_RATE,
        rate: (baudRate) => {
          const divisor = ch34xDivisor(baudRate, isLimited);
          const rate = at(WRITE_REGISTER, DIVISOR_REGISTERS, ch34xRegister(divisor, isNew));
          const format = isNew ? [at(WRITE_REGISTER, LINE_CONTROL_REGISTERS, ENABLED_8N1)] : [];
          return { actual: divisor.actual, requests: [rate, ...format] };
        },
        lines: modemControl,
      };
    },
  };
}
