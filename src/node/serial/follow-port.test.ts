import { describe, expect, it } from "vitest";
import type { PortInfo } from "../../core/port/port.ts";
import { followPort } from "./follow-port.ts";

const board: PortInfo = {
  path: "/dev/ttyACM0",
  usbVendorId: 0x303a,
  usbProductId: 0x1001,
  serialNumber: "F4:12:FA:00:00:01",
  location: "1-2",
};
const moved: PortInfo = { ...board, path: "/dev/ttyACM1" };
const adapter: PortInfo = {
  path: "/dev/ttyUSB0",
  usbVendorId: 0x10c4,
  usbProductId: 0xea60,
  serialNumber: "0001",
  location: "1-3",
};

describe("following a device", () => {
  it("finds it where it was", () => {
    expect(followPort(board, [adapter, board])).toBe(board);
  });

  it("finds it under another path, in another mode, in another socket", () => {
    expect(followPort(board, [adapter, moved])).toBe(moved);
    const otherMode = { ...moved, usbProductId: 0x0009 };
    expect(followPort(board, [otherMode])).toBe(otherMode);
    const otherSocket = { ...moved, location: "1-4" };
    expect(followPort(board, [otherSocket])).toBe(otherSocket);
  });

  it("finds it by its place when it has no serial number any more", () => {
    const { serialNumber: _gone, ...nameless } = moved;
    expect(followPort(board, [nameless])).toBe(nameless);
  });

  it("does not take another board for it that has its path now", () => {
    const stranger = { ...board, serialNumber: "F4:12:FA:00:00:02", location: "1-5" };
    expect(followPort(board, [stranger])).toBeNull();
    expect(followPort(board, [stranger, moved])).toBe(moved);
  });

  it("tells adapters with one serial number apart by their place, then by their path", () => {
    const twin = { ...adapter, path: "/dev/ttyUSB1", location: "1-4" };
    expect(followPort(adapter, [twin, adapter])).toBe(adapter);
    const { location: _here, ...placeless } = adapter;
    const { location: _there, ...otherPlaceless } = twin;
    expect(followPort(placeless, [otherPlaceless, placeless])).toBe(placeless);
    expect(followPort(placeless, [otherPlaceless, { ...otherPlaceless, path: "/dev/ttyUSB2" }])).toBeNull();
  });

  it("has only the path to go by where there is no USB identity", () => {
    const builtIn = { path: "/dev/ttyS0" };
    expect(followPort(builtIn, [board, builtIn])).toBe(builtIn);
    expect(followPort(builtIn, [board])).toBeNull();
  });
});
