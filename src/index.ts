/** The library: connect to a chip and work on its flash. Runs in Node and in browsers. */
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
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
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
