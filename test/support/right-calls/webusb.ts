import { systemClock } from "../../../src/core/clock.ts";
import type { Port } from "../../../src/webusb.ts";
import { fakeDevice, transferCase } from "../usb/usb-vectors.ts";
import { type RightCalls, whole } from "./types.ts";

const made = () => {
  const { usb, device } = fakeDevice(transferCase("cp2102"));
  return { usb: whole(usb), device: whole(device) };
};

export const WEBUSB: RightCalls = {
  usbSerialPorts: { args: () => [made().device] },
  webUsbPort: {
    args: () => {
      const { usb, device } = made();
      return [device, { usb, clock: whole({ ...systemClock }), interfaceNumber: 0, isWindows: false }];
    },
    after: (port: Port) => port.close(),
  },
};
