export type { Clock } from "./core/clock.ts";
export * from "./core/errors-at-doors.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
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
