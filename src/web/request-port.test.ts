import { describe, expect, it } from "vitest";
import { codeOf } from "../../test/support/port/ports.ts";
import { USB_VENDOR_IDS } from "../core/port/usb-ids.ts";
import { knownPorts, requestPort } from "./request-port.ts";
import type { SerialLike, SerialPortLike } from "./web-serial-types.ts";

const serialPort = (usbVendorId: number): SerialPortLike => ({
  readable: null,
  writable: null,
  open: async () => undefined,
  close: async () => undefined,
  setSignals: async () => undefined,
  getInfo: () => ({ usbVendorId, usbProductId: 0x1001 }),
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
});

class FakeSerial implements SerialLike {
  readonly asked: unknown[] = [];
  failure: DOMException | null = null;
  async requestPort(options: unknown): Promise<SerialPortLike> {
    this.asked.push(options);
    if (this.failure !== null) throw this.failure;
    return serialPort(0x303a);
  }
  async getPorts(): Promise<SerialPortLike[]> {
    if (this.failure !== null) throw this.failure;
    return [serialPort(0x303a), serialPort(0x10c4)];
  }
}

describe("requestPort", () => {
  it("shows the devices of the known makers, and gives a port", async () => {
    const serial = new FakeSerial();
    const port = await requestPort({ serial });
    expect(port.info).toMatchObject({ usbVendorId: 0x303a, usbProductId: 0x1001 });
    const filters = [0x303a, 0x10c4, 0x1a86, 0x0403, 0x067b].map((usbVendorId) => ({ usbVendorId }));
    expect(serial.asked).toEqual([{ filters }]);
    expect(USB_VENDOR_IDS).toHaveLength(filters.length);
  });

  it("shows what it is told to, or everything", async () => {
    const serial = new FakeSerial();
    await requestPort({ serial, filters: [{ usbVendorId: 0x303a }] });
    await requestPort({ serial, filters: [] });
    expect(serial.asked).toEqual([{ filters: [{ usbVendorId: 0x303a }] }, {}]);
  });

  it("asks before anything else happens: the gesture of the user counts for a moment only", () => {
    const serial = new FakeSerial();
    void requestPort({ serial });
    expect(serial.asked).toHaveLength(1);
  });

  it.each([
    ["NotFoundError", "port.none-found"],
    ["SecurityError", "port.permission"],
    ["AbortError", "port.failed"],
  ])("explains %s as %s", async (name, code) => {
    const serial = new FakeSerial();
    serial.failure = new DOMException("x", name);
    expect(await codeOf(requestPort({ serial }))).toBe(code);
  });

  it("says so in a browser without serial ports", async () => {
    expect(await codeOf(requestPort())).toBe("port.unsupported");
    expect(await codeOf(knownPorts())).toBe("port.unsupported");
  });
});

describe("knownPorts", () => {
  it("gives the ports that the page may use already", async () => {
    const ports = await knownPorts({ serial: new FakeSerial() });
    expect(ports.map(({ info }) => info.usbVendorId)).toEqual([0x303a, 0x10c4]);
  });

  it("explains a policy that forbids it", async () => {
    const serial = new FakeSerial();
    serial.failure = new DOMException("x", "SecurityError");
    expect(await codeOf(knownPorts({ serial }))).toBe("port.permission");
  });
});
