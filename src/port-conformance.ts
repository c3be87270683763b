/** The rules of a port as test cases, for whoever writes one. */
export type { Clock } from "./core/clock.ts";
export * from "./core/errors-at-doors.ts";
export type { PortBench, PortCase, PortCaseOptions } from "./core/port/conformance/bench.ts";
export { portCases } from "./core/port/conformance/port-cases.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
