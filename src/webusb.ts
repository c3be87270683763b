/** Serial ports over WebUSB, for browsers that have no serial ports of their own. */
export type { Clock } from "./core/clock.ts";
export * from "./core/errors-at-doors.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export type { UsbFamily } from "./web/usb/usb-families.ts";
export type {
  UsbAlternateLike,
  UsbConfigurationLike,
  UsbDeviceLike,
  UsbEndpointLike,
  UsbEventLike,
  UsbFilterLike,
  UsbInResultLike,
  UsbInterfaceLike,
  UsbLike,
  UsbOutResultLike,
  UsbSetup,
} from "./web/usb/usb-types.ts";
export { type UsbSerialPort, usbSerialPorts, type WebUsbPortOptions, webUsbPort } from "./web/usb/web-usb-port.ts";
