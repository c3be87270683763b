import { describe, expect, it } from "vitest";
import type { PortInfo } from "../core/port/port.ts";
import { sameDevice } from "./find-again.ts";

const usb = (usbVendorId: number, usbProductId: number, serialNumber?: string): PortInfo => ({
  path: "USB",
  usbVendorId,
  usbProductId,
  ...(serialNumber !== undefined && { serialNumber }),
});
const pick = (known: PortInfo, ...infos: PortInfo[]): number | null =>
  sameDevice(
    { ...known, changesProduct: known.usbVendorId === 0x303a },
    infos.map((info, one) => ({ one, info })),
  );

describe("which device it is", () => {
  it("is told by the serial number, in another mode, too", () => {
    expect(pick(usb(0x303a, 2, "A"), usb(0x303a, 0x4001, "B"), usb(0x303a, 0x4001, "A"))).toBe(1);
  });

  it("is a chip of Espressif with another product, if it is the only one", () => {
    expect(pick(usb(0x303a, 2), usb(0x303a, 0x1001))).toBe(0);
    expect(pick(usb(0x303a, 2), usb(0x303a, 0x1001), usb(0x303a, 0x4001))).toBeNull();
    expect(pick(usb(0x303a, 2), usb(0x303a, 0x1001), usb(0x303a, 2))).toBe(1);
  });

  it("is no adapter of another product, and none with another number", () => {
    expect(pick(usb(0x10c4, 0xea60), usb(0x10c4, 0xea70))).toBeNull();
    expect(pick(usb(0x10c4, 0xea60, "A"), usb(0x10c4, 0xea60, "B"))).toBeNull();
    expect(pick(usb(0x10c4, 0xea60, "A"), usb(0x10c4, 0xea60, "A"))).toBe(0);
  });

  it("is none of another maker, and none where nothing is known", () => {
    expect(pick(usb(0x303a, 2, "A"), usb(0x10c4, 2, "A"))).toBeNull();
    expect(pick({ path: "serial port" }, { path: "serial port" })).toBeNull();
  });
});
