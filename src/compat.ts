/** The API of esptool-js 0.7 over this library, for pages that were written for that. Runs in browsers. */
export { bstrToUi8, decodeBase64Data } from "./compat/bytes.ts";
export {
  ESPError,
  MissingChipIdError,
  TimeoutError,
  UnexpectedChipIdError,
  UnexpectedChipMagicError,
  UnsupportedCommandError,
} from "./compat/errors.ts";
export { ESPLoader } from "./compat/loader/esp-loader.ts";
export { ESPRESSIF_VID, type LoaderConstants, USB_JTAG_SERIAL_PID } from "./compat/loader/loader-constants.ts";
export type {
  After,
  Before,
  FlashFreqValues,
  FlashModeValues,
  FlashOptions,
  FlashReadCallback,
  FlashSizeValues,
  IEspLoaderTerminal,
  LoaderOptions,
} from "./compat/loader/loader-options.ts";
export type { LoaderTools } from "./compat/loader/loader-tools.ts";
export type { LowLevelLoader } from "./compat/loader/low-level-loader.ts";
export { type MemoryMapEntry, ROM } from "./compat/loader/rom.ts";
export {
  type ParsedSecurityFlags,
  SECURITY_INFO_FLAG_MAP,
  type SecurityInfo,
  type SecurityInfoFlagName,
} from "./compat/loader/security-info.ts";
export { getStubJsonByChipName, type Stub } from "./compat/stub.ts";
export {
  ClassicReset,
  CustomReset,
  HardReset,
  type ResetConstructors,
  type ResetStrategy,
  UsbJtagSerialReset,
  validateCustomResetStringSequence,
} from "./compat/transport/resets.ts";
export type { BaudRateConfigurablePort, SerialDevice, SerialOptions } from "./compat/transport/serial-device.ts";
export { Transport, type TransportOptions } from "./compat/transport/transport.ts";
export { WebUSBSerialPort } from "./compat/webusb.ts";
export * from "./core/errors-at-doors.ts";
export type { Clock } from "./index.ts";
export type { ByteReaderLike, ByteWriterLike, SerialPortLike } from "./web.ts";
