import { describe, expect, it } from "vitest";
import { webUsbPort } from "../../src/webusb.ts";
import { codeOf, instantClock, ManualClock, RecordingSink, until } from "../support/port/ports.ts";
import type { FakeUsb, FakeUsbDevice, FakeUsbOptions } from "../support/usb/fake-usb.mjs";
import { repliesOf } from "../support/usb/transfer-case.ts";
import { fakeDevice, transferCase } from "../support/usb/usb-vectors.ts";

const NAMES = ["espressif-usb-serial-jtag", "cp2102", "ch340g-v31", "ft232r", "pl2303-hx"] as const;

function bench(name: string, options: FakeUsbOptions = {}) {
  const one = transferCase(name);
  const { usb, device } = fakeDevice(one, options);
  const clock = new ManualClock();
  const sink = new RecordingSink();
  const port = webUsbPort(device, { usb, clock });
  return { one, usb, device, clock, sink, port, open: () => port.open({ baudRate: 115_200 }, sink) };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

describe.each(NAMES)("over WebUSB: %s", (name) => {
  const status = name === "ft232r" ? [1, 0x60] : [];

  it("says that it is held, and lets go of what it has", async () => {
    const { port, device, open } = bench(name, { busyInterfaces: [0] });
    expect(await codeOf(open())).toBe("port.busy");
    expect([device.opened, device.log.at(-1)]).toEqual([false, { call: "close" }]);
    await port.close();
  });

  it("is closed at once while the browser takes long to open it; what opens later is closed again", async () => {
    const { port, device, sink, open } = bench(name);
    const openDevice = device.open.bind(device);
    let letGo: () => void = () => {};
    device.open = async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      await openDevice();
    };
    const opening = codeOf(open());
    await turns();
    await port.close();
    expect(await opening).toBe("port.closed");
    // Who wants it again waits until the browser has come to an end, and can give up, too.
    const given = codeOf(open());
    await turns();
    await port.close();
    expect(await given).toBe("port.closed");
    const again = open();
    device.open = openDevice;
    letGo();
    await again;
    expect(device.opened).toBe(true);
    expect(device.log.flatMap(({ call }) => (call === "open" || call === "close" ? [call] : []))).toEqual([
      "open",
      "close",
      "open",
    ]);
    expect(sink.losses).toEqual([]);
    await port.close();
  });

  it("selects a configuration where there is none", async () => {
    const { port, device, open } = bench(name, { configured: false });
    await open();
    expect(device.log[1]).toEqual({ call: "selectConfiguration", value: device.configurations[0]?.configurationValue });
    await port.close();
  });

  it("keeps as many reads under way at all times, and the order", async () => {
    const { one, port, device, sink, open } = bench(name);
    await open();
    const inFlight = device.inFlight(one.endpointIn);
    device.send(one.endpointIn, [...status, 1, 2]);
    device.send(one.endpointIn, [...status, 3]);
    device.send(one.endpointIn, [...status]);
    device.send(one.endpointIn, [...status, 4]);
    await turns();
    expect([sink.bytes, device.inFlight(one.endpointIn)]).toEqual([[1, 2, 3, 4], inFlight]);
    await port.close();
  });

  it("clears an endpoint that stalls, and goes on", async () => {
    const { one, port, device, sink, open } = bench(name);
    await open();
    device.log = [];
    device.send(one.endpointIn, "stall");
    device.send(one.endpointIn, [...status, 7]);
    await turns();
    expect(device.log).toEqual([{ call: "clearHalt", direction: "in", endpointNumber: one.endpointIn }]);
    expect([sink.bytes, sink.losses]).toEqual([[7], []]);
    await port.close();
  });

  it("is lost once when it is unplugged, whatever it does then", async () => {
    for (const act of ["nothing", "write", "lines", "baud"] as const) {
      const { port, device, usb, sink, open } = bench(name);
      await open();
      const acting = {
        nothing: async () => undefined,
        write: () => port.write(Uint8Array.of(1)),
        lines: () => port.setLines({ dtr: true, rts: false }),
        baud: () => port.setBaudRate(460_800),
      }[act]();
      const ended = acting.catch(() => undefined);
      await usb.unplug(device);
      await ended;
      await turns();
      expect([act, sink.losses]).toEqual([act, ["port.lost"]]);
      const before = device.log.length;
      expect(await codeOf(port.setLines({ dtr: false, rts: false }))).toBe("port.lost");
      await port.close();
      const after = device.log.slice(before);
      expect(after.filter((entry) => "dir" in entry)).toEqual([]);
    }
  });

  it("is missing when it is gone before it is opened, and opens when it is back", async () => {
    const { port, device, usb, open } = bench(name);
    device.pull();
    expect(await codeOf(open())).toBe("port.missing");
    usb.plug(device);
    expect(await codeOf(open())).toBe("no error");
    await port.close();
    expect(await codeOf(open())).toBe("no error");
    await port.close();
  });

  it("does not mind when another device goes", async () => {
    const { port, usb, sink, open } = bench(name);
    await open();
    const other = fakeDevice(transferCase("ch343")).device;
    usb.plug(other);
    usb.granted.add(other);
    await usb.unplug(other);
    await turns();
    expect(sink.losses).toEqual([]);
    await port.close();
  });

  it("closes while a write hangs, and asks for nothing after that", async () => {
    const { port, device, open, sink } = bench(name);
    await open();
    device.transferOut = () => new Promise(() => undefined);
    const writing = codeOf(port.write(Uint8Array.of(1, 2, 3)));
    await turns();
    await port.close();
    expect(await writing).toBe("port.closed");
    const before = device.log.length;
    await turns();
    expect([device.log.length, device.opened, sink.losses]).toEqual([before, false, []]);
  });

  it("is refused while this page has it open already", async () => {
    const { port, device, usb, open } = bench(name);
    await open();
    expect(await codeOf(webUsbPort(device, { usb }).open({ baudRate: 115_200 }, new RecordingSink()))).toBe(
      "port.busy",
    );
    expect(device.opened).toBe(true);
    await port.close();
  });
});

describe("requests to an adapter", () => {
  it("go one after the other, and a read that stalls waits for its turn", async () => {
    const { device, port, open, one } = bench("cp2102");
    await open();
    let running = 0;
    let most = 0;
    const counted =
      <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
      async (...args: Args) => {
        most = Math.max(most, ++running);
        const result = await call(...args);
        running--;
        return result;
      };
    device.controlTransferOut = counted(device.controlTransferOut.bind(device));
    device.controlTransferIn = counted(device.controlTransferIn.bind(device));
    device.clearHalt = counted(device.clearHalt.bind(device));
    const all = [
      port.setLines({ dtr: true, rts: true }),
      port.setBaudRate(921_600),
      port.setLines({ dtr: false, rts: true }),
    ];
    device.send(one.endpointIn, "stall");
    await Promise.all(all);
    await turns();
    expect(device.log.some(({ call }) => call === "clearHalt")).toBe(true);
    expect(most).toBe(1);
    await port.close();
  });

  it("that must be done and are refused are told, and the device is let go of", async () => {
    const { device, open } = bench("ch340g-v31");
    const out = device.controlTransferOut.bind(device);
    device.controlTransferOut = async (setup, data) => {
      await out(setup, data);
      return { status: setup.request === 0xa1 ? "stall" : "ok", bytesWritten: 0 };
    };
    expect(await codeOf(open())).toBe("port.failed");
    expect(device.opened).toBe(false);
  });

  it("that may fail do not matter: a CP210x that does not tell its part", async () => {
    const { port, open } = bench("cp2104", { replies: () => "stall" });
    expect(await codeOf(open())).toBe("no error");
    expect(await codeOf(port.setBaudRate(2_000_000))).toBe("no error");
    expect(await codeOf(port.setBaudRate(3_000_000))).toBe("port.baud-unsupported");
    await port.close();
  });
});

describe("what was written", () => {
  it("goes on where a stall cut it off", async () => {
    const { device, port, open } = bench("cp2102");
    await open();
    const taken: number[] = [];
    let first = true;
    device.transferOut = async (_endpoint, data) => {
      const part = first ? data.slice(0, 2) : data;
      taken.push(...part);
      const result = { status: first ? "stall" : "ok", bytesWritten: part.length };
      first = false;
      return result;
    };
    await port.write(Uint8Array.of(1, 2, 3, 4, 5));
    expect(taken).toEqual([1, 2, 3, 4, 5]);
    await port.close();
  });

  it("is cut in pieces of 16 KB, in order", async () => {
    const { device, port, open } = bench("cp2102");
    await open();
    device.log = [];
    const data = Uint8Array.from({ length: 40_000 }, (_, index) => index % 251);
    await port.write(data);
    const pieces = device.log.map(({ bytes }) => bytes as number[]);
    expect(pieces.map(({ length }) => length)).toEqual([16_384, 16_384, 7232]);
    expect(Buffer.from(pieces.flat()).equals(data)).toBe(true);
    await port.close();
  });

  it("has left before the rate changes: by time, or by what the adapter says", async () => {
    const { device, port, open, clock } = bench("ch340g-v31");
    await open();
    await port.write(new Uint8Array(500));
    device.log = [];
    const changing = port.setBaudRate(921_600);
    await turns();
    clock.pass(43);
    await turns();
    expect(device.log).toEqual([]);
    clock.pass(3);
    await changing;
    expect(device.log).not.toEqual([]);
    await port.close();
  });

  it("has left before the rate of a CP210x changes: it is asked", async () => {
    const one = transferCase("cp2102");
    let waiting = 3;
    const answer = repliesOf(one);
    const { device, usb } = fakeDevice(one, {
      replies: (setup, length) => {
        if (setup.request !== 0x10) return answer(setup, length);
        const status = new Array<number>(19).fill(0);
        status[12] = waiting--;
        return status;
      },
    });
    const port = webUsbPort(device, { usb, clock: instantClock });
    await port.open({ baudRate: 115_200 }, new RecordingSink());
    device.log = [];
    await port.setBaudRate(921_600);
    expect(device.log.map(({ request }) => request)).toEqual([0x10, 0x10, 0x10, 0x10, 0x1e]);
    await port.close();
  });
});

describe("reasons", () => {
  const failing = async (name: string, isWindows: boolean): Promise<unknown> => {
    const { usb, device }: { usb: FakeUsb; device: FakeUsbDevice } = fakeDevice(transferCase("cp2102"));
    device.claimInterface = async () => {
      throw new DOMException("no", name);
    };
    const port = webUsbPort(device, { usb, isWindows });
    return await port.open({ baudRate: 115_200 }, new RecordingSink()).catch((error: unknown) => error);
  };

  it.each([
    ["NetworkError", false, "port.busy", "kernel-driver"],
    ["NetworkError", true, "port.busy", "windows-driver"],
    ["SecurityError", true, "port.busy", "windows-driver"],
    ["SecurityError", false, "port.permission", "access-denied"],
  ])("%s (Windows: %s) is %s: %s", async (name, isWindows, code, reason) => {
    expect(await failing(name, isWindows)).toMatchObject({ code, details: { reason } });
  });

  it("that end in nothing else are told as they are", async () => {
    const { device, open } = bench("cp2102");
    device.open = async () => {
      throw new DOMException("no", "DataError");
    };
    expect(await codeOf(open())).toBe("port.failed");
  });

  it("an endpoint that stalls for ever is a loss", async () => {
    const { device, sink, one, open } = bench("cp2102");
    await open();
    for (let stall = 0; stall < 70; stall++) device.send(one.endpointIn, "stall");
    await until(() => sink.losses.length > 0);
    expect(sink.losses).toEqual(["port.lost"]);
  });
});
