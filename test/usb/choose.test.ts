import { afterEach, describe, expect, it, vi } from "vitest";
import { knownPorts, portKinds, requestPort, type SerialLike } from "../../src/web.ts";
import { codeOf } from "../support/port/ports.ts";
import { FakeUsb } from "../support/usb/fake-usb.mjs";
import { fakeDevice, transferCase } from "../support/usb/usb-vectors.ts";

const serial = { requestPort: async () => ({}), getPorts: async () => [] } as unknown as SerialLike;
const usb = new FakeUsb();

describe("kinds of ports", () => {
  it.each([
    ["a computer with both", { serial, usb, isAndroid: false }, ["serial"]],
    ["Android with both", { serial, usb, isAndroid: true }, ["usb", "serial"]],
    ["Android with USB", { usb, isAndroid: true }, ["usb"]],
    ["a browser with USB alone", { usb, isAndroid: false }, ["usb"]],
    ["a browser with serial ports alone", { serial, isAndroid: false }, ["serial"]],
    ["a browser with nothing", { isAndroid: false }, []],
  ])("%s", (_name, facts, kinds) => expect(portKinds({ isSecure: true, ...facts })).toEqual(kinds));
});

describe("a port over USB", () => {
  it("is asked for at once, with the makers and the class, and driven", async () => {
    const { usb: one, device } = fakeDevice(transferCase("cp2102"));
    const asked: unknown[] = [];
    const request = one.requestDevice.bind(one);
    one.requestDevice = (options) => {
      asked.push(options.filters);
      return request(options);
    };
    const asking = requestPort({ usb: one });
    expect(asked).toHaveLength(1);
    const port = await asking;
    expect(asked).toEqual([
      [0x303a, 0x10c4, 0x1a86, 0x0403, 0x067b].map((vendorId) => ({ vendorId })).concat([{ classCode: 2 }] as never),
    ]);
    expect([port.info, port.capabilities.atomicLines]).toMatchObject([
      { usbVendorId: 0x10c4, product: "cp2102" },
      true,
    ]);
    expect(device.log).toEqual([]);
    await requestPort({ usb: one, filters: [] });
    await requestPort({ usb: one, filters: [{ usbVendorId: 0x10c4, usbProductId: 0xea60 }] });
    expect(asked.slice(1)).toEqual([[{}], [{ vendorId: 0x10c4, productId: 0xea60 }]]);
  });

  it("is one of those that are known, and what is no serial port is not among them", async () => {
    const { usb: one } = fakeDevice(transferCase("cp2102"));
    const { device: other } = fakeDevice({
      ...transferCase("cp2102"),
      device: { ...transferCase("cp2102").device, vendorId: 1 },
    });
    one.plug(other);
    one.granted.add(other);
    expect((await knownPorts({ usb: one })).map(({ info }) => info.usbVendorId)).toEqual([0x10c4]);
  });

  it("is refused for a device that is none, and when nobody chooses", async () => {
    const { usb: one, device } = fakeDevice({
      ...transferCase("cp2102"),
      device: { ...transferCase("cp2102").device, vendorId: 1 },
    });
    one.choose = () => device;
    expect(await codeOf(requestPort({ usb: one, filters: [] }))).toBe("port.unsupported");
    one.choose = () => undefined;
    expect(await codeOf(requestPort({ usb: one }))).toBe("port.none-found");
  });
});

describe("why there is no port", () => {
  afterEach(() => vi.unstubAllGlobals());
  const reason = async (options = {}): Promise<unknown> => {
    const error = await requestPort(options).catch((thrown: unknown) => thrown);
    const { code, details, message } = error as { code: string; details: { reason?: string }; message: string };
    return [code, details.reason, message];
  };

  it("is told for each reason apart", async () => {
    const forbidden = { ...serial, requestPort: () => Promise.reject(new DOMException("x", "SecurityError")) };
    expect(await reason()).toMatchObject(["port.unsupported", "no-api", /no serial ports and no USB/]);
    expect(await reason({ serial: forbidden })).toMatchObject(["port.permission", "not-allowed", /not allowed/]);
    vi.stubGlobal("document", { permissionsPolicy: { allowsFeature: (name: string) => name !== "serial" } });
    expect(await reason({ serial: forbidden })).toMatchObject(["port.permission", "policy", /policy/]);
    vi.stubGlobal("isSecureContext", false);
    expect(await reason()).toMatchObject(["port.permission", "insecure", /securely/]);
  });
});
