import { describe, expect, it } from "vitest";
import { type PortBench, portCases } from "../../src/port-conformance.ts";
import {
  rfc2217Bench,
  serialBench,
  tcpBench,
  transportBench,
  usbBench,
  virtualBench,
  webBench,
} from "../support/port/port-benches.ts";

/** A slow machine is no reason to fail. */
const PATIENCE_MS = 600_000;

const PORTS: readonly (readonly [string, () => PortBench | Promise<PortBench>, readonly string[]])[] = [
  ["a port over a transport", transportBench, []],
  ["a serial port", serialBench, []],
  ["a TCP port", tcpBench, []],
  // A server between port and device takes what is written, and one that is gone does not come back in the same place.
  [
    "an RFC 2217 port",
    rfc2217Bench,
    [
      "ends what waits when it is closed",
      "gives a write up after a time",
      "ends what waits when the device is lost",
      "can be opened again when the device is back",
    ],
  ],
  ["a port of the browser", webBench, []],
  ["a port over WebUSB", usbBench, []],
  // A virtual line is never stuck, so its writes have no limit of time.
  ["the port of a virtual chip", virtualBench, ["gives a write up after a time"]],
];

describe.each(PORTS)("%s", (_name, makeBench, notShown) => {
  it.each(portCases(makeBench, { patienceMs: PATIENCE_MS }))("$name", async ({ name, run }) => {
    expect(await run()).toBe(notShown.includes(name) ? "not shown" : "passed");
  });
});
