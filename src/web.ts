export type { Clock } from "./core/clock.ts";
export { type ErrorCode, EspError, type EspErrorOptions, isEspError } from "./core/errors.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export { type KnownPortsOptions, knownPorts, type RequestPortOptions, requestPort } from "./web/request-port.ts";
export { type WebSerialPortOptions, webSerialPort } from "./web/web-serial-port.ts";
export type {
  ByteReaderLike,
  ByteWriterLike,
  SerialLike,
  SerialPortFilterLike,
  SerialPortLike,
} from "./web/web-serial-types.ts";
