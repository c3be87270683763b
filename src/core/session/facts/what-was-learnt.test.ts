import { describe, expect, it } from "vitest";
import { isMemoryWord } from "../../host-memory.ts";
import { adapterKey } from "./what-was-learnt.ts";

describe("the words for an adapter", () => {
  it.each([
    [{ path: "/dev/ttyUSB0", usbVendorId: 0x1a86, usbProductId: 0x7523 }, "usb-1a86-7523"],
    [{ path: "COM3", usbVendorId: 0x403, usbProductId: 1, serialNumber: "A50 69/RR" }, "usb-0403-0001-a50-69-rr"],
    [{ path: "/dev/ttyS0" }, "port-dev-ttys0"],
    [{ path: "socket://host.local:2217" }, "port-socket-host-local-2217"],
    [{ path: "/dev/ttyUSB0", usbVendorId: 1, usbProductId: 2, serialNumber: "" }, "usb-0001-0002-0"],
    [{ path: "ü" }, "port-0"],
    [{ path: `/dev/${"x".repeat(100)}7` }, `port-${"x".repeat(23)}7`],
    [
      { path: "p", usbVendorId: 2 ** 53, usbProductId: 1e21, serialNumber: "-".repeat(1000) },
      "usb-20000000-3635c9ad-0",
    ],
  ])("%j", (info, key) => {
    expect(adapterKey(info)).toBe(key);
    expect(isMemoryWord(`esp32c61-00112233445566-${key}`)).toBe(true);
  });
});
