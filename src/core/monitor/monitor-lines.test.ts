import { describe, expect, it } from "vitest";
import type { PortInfo } from "../port/port.ts";
import { applicationReset, bootloaderReset, releaseAfterOpening } from "./monitor-lines.ts";

const UART: PortInfo = { path: "x", usbVendorId: 0x10c4, usbProductId: 0xea60 };
const SERIAL_JTAG: PortInfo = { path: "x", usbVendorId: 0x303a, usbProductId: 0x1001 };
const OTG: PortInfo = { path: "x", usbVendorId: 0x303a, usbProductId: 0x0002 };
const port = (info: PortInfo, atomicLines: boolean, lines = true) => ({
  info,
  capabilities: { lines, atomicLines, baud: true },
});

describe("the lines of a port that was just opened", () => {
  it("are released at once where that is possible, else RTS first", () => {
    const released = { dtr: false, rts: false };
    expect(releaseAfterOpening(port(UART, true)).steps).toEqual([released]);
    expect(releaseAfterOpening(port(UART, false)).steps).toEqual([{ dtr: true, rts: false }, released]);
    expect(releaseAfterOpening(port(SERIAL_JTAG, true)).steps).toEqual([released]);
  });

  it("of USB-OTG are never released: RTS restarts the application, DTR silences it", () => {
    expect(releaseAfterOpening(port(OTG, true)).steps).toEqual([]);
    expect(releaseAfterOpening(port(OTG, false)).steps).toEqual([{ dtr: true, rts: false }]);
  });

  it("are left alone behind a server, and where there are none", () => {
    expect(releaseAfterOpening(port({ path: "rfc2217://host:1" }, false)).steps).toEqual([]);
    expect(releaseAfterOpening(port(UART, false, false)).steps).toEqual([]);
  });
});

describe("resets by key", () => {
  it("take the time that native USB needs, and mind flow control", () => {
    const waits = (info: PortInfo): number[] =>
      applicationReset({ info }).steps.flatMap((step) => ("waitMs" in step ? [step.waitMs] : []));
    expect(waits(UART)).toEqual([100]);
    expect(waits(OTG)).toEqual([200, 200]);
    const flowControl: PortInfo = { path: "x", usbVendorId: 0x10c4, usbProductId: 0xea64 };
    expect(applicationReset({ info: flowControl }).steps.at(-2)).toEqual({ dtr: true, rts: false });
  });

  it("are those of the configuration where it has some", () => {
    expect(applicationReset({ info: UART }, "D0|R1|W0.2|R0").steps).toHaveLength(4);
    expect(bootloaderReset(port(UART, true), { customResetSequence: "D1" }).steps).toEqual([{ dtr: true, rts: false }]);
    expect(bootloaderReset(port(UART, true), { resetDelayMs: 7 }).name).toContain("7 ms");
  });

  it("reach the bootloader as connecting does first", () => {
    expect(bootloaderReset(port(UART, true)).name).toMatch(/^tight/);
    expect(bootloaderReset(port(UART, false)).name).toMatch(/^classic/);
    expect(bootloaderReset(port(SERIAL_JTAG, true)).name).toMatch(/^USB/);
  });
});
