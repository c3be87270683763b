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
export type { AskAgain } from "./web/granted-device.ts";
export { type KeepAwakeOptions, keepAwake } from "./web/keep-awake.ts";
export { type BrowserFacts, type PortKind, portKinds } from "./web/port-kinds.ts";
export { type KnownPortsOptions, knownPorts, type RequestPortOptions, requestPort } from "./web/request-port.ts";
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
export { type WebSerialPortOptions, webSerialPort } from "./web/web-serial-port.ts";
export type {
  ByteReaderLike,
  ByteWriterLike,
  SerialLike,
  SerialPortFilterLike,
  SerialPortLike,
} from "./web/web-serial-types.ts";
