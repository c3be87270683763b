import { describe, expect, it } from "vitest";
import { ftdiLineErrors, ftdiPayload } from "../../src/web/usb/drivers/ftdi-framing.ts";
import { usbSerialPorts, webUsbPort } from "../../src/webusb.ts";
import { codeOf, instantClock, RecordingSink } from "../support/port/ports.ts";
import type { Transfer } from "../support/usb/transfer-case.ts";
import { against, fakeDevice, TRANSFER_CASES, usbFixture } from "../support/usb/usb-vectors.ts";

interface Framing {
  readonly name: string;
  readonly packetSize: number;
  readonly in: readonly number[];
  readonly data: readonly number[];
  readonly errors: readonly string[];
}

describe.each(TRANSFER_CASES)("$name", (one) => {
  const open = async () => {
    const { usb, device } = fakeDevice(one);
    const lengths = new Set<number>();
    const transferIn = device.transferIn.bind(device);
    device.transferIn = (endpointNumber, length) => {
      lengths.add(length);
      return transferIn(endpointNumber, length);
    };
    const port = webUsbPort(device, { usb, clock: instantClock, interfaceNumber: one.claimInOrder[0] });
    await port.open({ baudRate: 115_200 }, new RecordingSink());
    return { port, device, lengths: [...lengths] };
  };

  it("opens with these transfers, and reads as much at once as it should", async () => {
    const { port, device, lengths } = await open();
    expect(against(device.log, one.open115200)).toEqual([]);
    expect(lengths).toEqual([one.read.transferLength]);
    expect(device.log.filter(({ call }) => call === "claimInterface").map(({ n }) => n)).toEqual(one.claimInOrder);
    expect(device.inFlight(one.endpointIn)).toBe(one.read.transferLength <= 64 ? 16 : 4);
    await port.close();
  });

  it.each(Object.entries(one.lines))("sets %s in one request", async (name, wanted) => {
    const { port, device } = await open();
    device.log = [];
    const [dtr, rts] = [name.includes("dtr=1"), name.includes("rts=1")];
    await port.setLines({ dtr, rts });
    expect(device.log).toHaveLength(1);
    expect(against(device.log, wanted)).toEqual([]);
    await port.close();
  });

  it("changes its rate in place", async () => {
    const { port, device } = await open();
    for (const [rate, wanted] of [
      [921_600, one.to921600],
      [460_800, one.to460800],
    ] as const) {
      device.log = [];
      await port.setBaudRate(rate);
      expect(against(device.log, wanted)).toEqual([]);
      device.log = [];
      await port.setBaudRate(rate);
      expect(device.log, "the same rate again").toEqual([]);
    }
    await port.close();
  });

  it("lets go", async () => {
    const { port, device } = await open();
    device.log = [];
    await port.close();
    expect(against(device.log, one.close)).toEqual([]);
    expect(device.log.at(-1)).toEqual({ call: "close" });
    expect([device.opened, device.inFlight(one.endpointIn)]).toEqual([false, 0]);
  });
});

describe("resets, every request of them", () => {
  const written =
    usbFixture<Readonly<Record<string, Readonly<Record<string, readonly (Transfer | string)[]>>>>>(
      "resets-written-out",
    );
  const { resetSequences } = usbFixture<{
    readonly resetSequences: Readonly<Record<string, readonly (readonly [number, number] | string)[]>>;
  }>("transfers");

  it.each(Object.entries(written).flatMap(([name, resets]) => Object.keys(resets).map((reset) => [name, reset])))(
    "%s: %s",
    async (name, reset) => {
      const one = TRANSFER_CASES.find((found) => found.name === (name === "ch9102" ? "ch343" : name));
      if (one === undefined) throw new Error("no such device");
      const { usb, device } = fakeDevice(one);
      const port = webUsbPort(device, { usb, clock: instantClock, interfaceNumber: one.claimInOrder[0] });
      await port.open({ baudRate: 115_200 }, new RecordingSink());
      device.log = [];
      for (const step of resetSequences[reset] ?? [])
        if (typeof step !== "string") await port.setLines({ dtr: step[0] === 1, rts: step[1] === 1 });
      const sent = device.log.map(({ request, value, index, data }) => ({
        request,
        value: Number(value) & 0xff,
        index,
        data,
      }));
      const wanted = (written[name]?.[reset] ?? []).filter((step) => typeof step !== "string");
      expect(wanted.length).toBeGreaterThan(1);
      expect(sent).toEqual(
        wanted.map((step) => {
          const { request, value = 0, index, data } = step as Transfer;
          return { request, value: value & 0xff, index, data };
        }),
      );
      await port.close();
    },
  );
});

describe("FTDI's packets", () => {
  it.each(usbFixture<readonly Framing[]>("ftdi-framing"))("$name", ({ packetSize, in: transfer, data, errors }) => {
    const bytes = Uint8Array.from(transfer);
    expect([...ftdiPayload(bytes, packetSize)]).toEqual(data);
    expect(ftdiLineErrors(bytes, packetSize)).toEqual(errors);
  });
});

describe("which driver", () => {
  interface Detect {
    readonly device: string;
    readonly driver: string | null;
    readonly claim?: readonly number[];
    readonly ports?: number;
    readonly why?: string;
  }
  const classes = (device: string): number[] =>
    /classes ([0-9A-F,]+)/
      .exec(device)?.[1]
      ?.split(",")
      .map((text) => Number.parseInt(text, 16)) ?? [0xff];
  const endpoints = (at: number) => [
    { endpointNumber: at + 1, direction: "in", type: "bulk", packetSize: 64 },
    { endpointNumber: at + 1, direction: "out", type: "bulk", packetSize: 64 },
  ];
  const descriptor = ({ device }: Detect): Readonly<Record<string, unknown>> => {
    const [, vendor = "", product = ""] = /^([0-9a-f]{4}):([0-9a-f]{4})/.exec(device) ?? [];
    const interfaces = classes(device).map((interfaceClass, interfaceNumber) => ({
      interfaceNumber,
      alternates: [
        {
          interfaceClass,
          interfaceSubclass: interfaceClass === 2 ? 2 : 0,
          interfaceProtocol: 0,
          endpoints: interfaceClass === 2 ? [] : endpoints(interfaceNumber),
        },
      ],
    }));
    return {
      vendorId: Number.parseInt(vendor, 16),
      productId: Number.parseInt(product, 16),
      deviceClass: /deviceClass 02/.test(device) ? 2 : 0,
      usbVersionMajor: 2,
      deviceVersionMajor: 3,
      deviceVersionMinor: 0,
      deviceVersionSubminor: 0,
      configurations: [{ configurationValue: 1, interfaces }],
    };
  };

  it.each(usbFixture<readonly Detect[]>("detect"))("$device", async (one) => {
    const { usb, device } = fakeDevice({ ...transferCaseOf(one), device: descriptor(one) });
    const ports = usbSerialPorts(device);
    if (one.driver === null) {
      expect(ports).toEqual([]);
      expect(await codeOf((async () => webUsbPort(device, { usb }))())).toBe("port.unsupported");
      return;
    }
    expect(ports.map(({ family }) => family)).toEqual(Array.from({ length: one.ports ?? 1 }, () => one.driver));
    if (one.claim === undefined) return;
    const port = webUsbPort(device, { usb, clock: instantClock });
    await port.open({ baudRate: 115_200 }, new RecordingSink());
    expect(device.log.filter(({ call }) => call === "claimInterface").map(({ n }) => n)).toEqual(one.claim);
    await port.close();
  });

  function transferCaseOf({ driver }: Detect) {
    const found = TRANSFER_CASES.find(({ family }) => family === driver) ?? TRANSFER_CASES[0];
    if (found === undefined) throw new Error("there are no cases");
    return found;
  }
});
