/** The library: connect to a chip and work on its flash. Runs in Node and in browsers. */

export type { FlashMode } from "./core/chip/flash-header.ts";
export type { Clock } from "./core/clock.ts";
export { systemClock } from "./core/clock.ts";
export type { AbortSignalLike, ErrorCode, EspErrorOptions } from "./core/errors.ts";
export { ERROR_CODES, EspError, isEspError } from "./core/errors.ts";
export type {
  EspEvent,
  EventBody,
  EventListener,
  IdentityEvent,
  Notice,
  ResetKind,
  VerifyDifferences,
} from "./core/events.ts";
export { type EraseOptions, type EraseResult, eraseFlash, eraseRegion } from "./core/flash/erase.ts";
export { type FlashIdOptions, type FlashIdResult, type FlashVoltage, flashId } from "./core/flash/flash-id.ts";
export type { FlashFile } from "./core/flash/guard.ts";
export type { FlashRange } from "./core/flash/range.ts";
export { type ReadFlashOptions, type ReadFlashResult, readFlash } from "./core/flash/read-flash.ts";
export {
  type VerifiedFile,
  type VerifyFlashOptions,
  type VerifyFlashResult,
  verifyFlash,
} from "./core/flash/verify-flash.ts";
export {
  type WriteFlashOptions,
  type WriteFlashResult,
  type WrittenFile,
  writeFlash,
} from "./core/flash/write-flash.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export { chipId } from "./core/session/chip-id.ts";
export { connect } from "./core/session/connect.ts";
export type { ConnectDiagnosis } from "./core/session/diagnosis.ts";
export { formatMac, type MacAddresses, readMac } from "./core/session/identity.ts";
export { leave } from "./core/session/leave.ts";
export { readRegister, writeRegisters } from "./core/session/registers.ts";
export type {
  AfterMode,
  BeforeMode,
  ConnectOptions,
  RomSession,
  Session,
  StubSession,
  UsbMode,
} from "./core/session/session.ts";
export { DEFAULT_LIMITS, type TimeoutLimits } from "./core/wire/command.ts";
export type { RegisterWrite } from "./core/wire/commands.ts";
export type { SecurityInfo } from "./core/wire/security-info.ts";
