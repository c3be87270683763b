/** Serial ports over WebUSB, for browsers that have no serial ports of their own. */
export type { Clock } from "./core/clock.ts";
export type { ConnectDiagnosis, ErrorDetails } from "./core/error-details.ts";
export {
  type CodesOf,
  type DetailsOf,
  type ErrorCode,
  type ErrorPattern,
  EspError,
  type EspErrorData,
  type EspErrorOf,
  type EspErrorOptions,
  isEspError,
} from "./core/errors.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export type { Remedy } from "./core/remedy.ts";
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
