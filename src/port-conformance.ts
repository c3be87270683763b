/** The rules of a port as test cases, for whoever writes one. */
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
export type { PortBench, PortCase, PortCaseOptions } from "./core/port/conformance/bench.ts";
export { portCases } from "./core/port/conformance/port-cases.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export type { Remedy } from "./core/remedy.ts";
