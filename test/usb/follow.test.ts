import { describe, expect, it } from "vitest";
import { connect, disconnect, writeFlash } from "../../src/index.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { type AskAgain, requestPort } from "../../src/web.ts";
import { codeOf, ManualClock, RecordingSink } from "../support/port/ports.ts";
import { FakeUsb } from "../support/usb/fake-usb.mjs";
import { fakeDevice, transferCase } from "../support/usb/usb-vectors.ts";
import { UsbVirtualChip } from "../support/usb/usb-virtual-chip.ts";

const S2 = transferCase("espressif-usb-otg-rom");
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A device of Espressif; the same chip has the same number in each of its modes. */
const made = (productId: number, serialNumber?: string) =>
  fakeDevice({ ...S2, device: { ...S2.device, productId, ...(serialNumber !== undefined && { serialNumber }) } })
    .device;

async function bench(onAskAgain?: (again: AskAgain) => void) {
  const usb = new FakeUsb();
  const clock = new ManualClock();
  const first = made(2, "0");
  usb.plug(first);
  const port = await requestPort({ usb, clock, ...(onAskAgain !== undefined && { onAskAgain }) });
  const sink = new RecordingSink();
  const open = () => port.open({ baudRate: 115_200 }, sink);
  await open();
  await usb.unplug(first);
  await turns();
  expect(sink.losses).toEqual(["port.lost"]);
  return { usb, clock, port, sink, open, first };
}

describe("a board that comes back as another device", () => {
  it("is opened as that, as soon as it is there", async () => {
    const { usb, port, open } = await bench();
    expect(await codeOf(open())).toBe("port.missing");
    const back = made(0x4001, "0");
    usb.plug(back);
    usb.granted.add(back);
    await open();
    expect([back.opened, port.info.usbProductId]).toEqual([true, 0x4001]);
    await port.close();
    expect(back.opened).toBe(false);
  });

  it("is not taken for another board that was there all the time", async () => {
    const usb = new FakeUsb();
    const [first, other] = [made(2), made(2)];
    usb.plug(first);
    usb.plug(other);
    usb.granted.add(other);
    const port = await requestPort({ usb, clock: new ManualClock() });
    await port.open({ baudRate: 115_200 }, new RecordingSink());
    await usb.unplug(first);
    await turns();
    expect(await codeOf(port.open({ baudRate: 115_200 }, new RecordingSink()))).toBe("port.missing");
    expect(other.opened).toBe(false);
  });

  it("is not taken for another board that was there, when it goes before it was ever opened", async () => {
    const usb = new FakeUsb();
    const [first, other] = [made(2), made(2)];
    usb.plug(first);
    usb.plug(other);
    usb.granted.add(other);
    const port = await requestPort({ usb, clock: new ManualClock() });
    await usb.unplug(first);
    await turns();
    expect(await codeOf(port.open({ baudRate: 115_200 }, new RecordingSink()))).toBe("port.missing");
    expect(other.opened).toBe(false);
  });

  it("is asked for once more in words, after some seconds, where the page may not use it", async () => {
    const asked: AskAgain[] = [];
    const { usb, clock, open, port } = await bench((again) => asked.push(again));
    const back = made(0x1001, "1");
    usb.plug(back);
    expect(await codeOf(open())).toBe("port.missing");
    expect(asked).toEqual([]);
    clock.pass(3000);
    const opening = open();
    await turns();
    expect(asked.map(({ message }) => message)).toEqual([expect.stringContaining("choose it once more")]);
    usb.choose = () => undefined;
    expect(await codeOf(asked[0]?.choose() ?? Promise.resolve())).toBe("port.none-found");
    usb.choose = () => back;
    await asked[0]?.choose();
    await opening;
    expect([back.opened, port.info.usbProductId]).toEqual([true, 0x1001]);
    await port.close();
  });

  it("needs no click when it is plugged in again as what it was, and the person is asked no more", async () => {
    const asked: AskAgain[] = [];
    const { usb, clock, open, port, first } = await bench((again) => asked.push(again));
    expect(await codeOf(open())).toBe("port.missing");
    clock.pass(3000);
    let isSettled = false;
    const opening = open();
    await turns();
    void asked[0]?.settled.then(() => {
      isSettled = true;
    });
    clock.pass(1000);
    await turns();
    expect(isSettled).toBe(false);
    usb.plug(first);
    clock.pass(1000);
    await opening;
    expect([isSettled, first.opened, port.info.usbProductId]).toEqual([true, true, 2]);
    await port.close();
  });

  it("is not waited for by a port that was closed while it looked, before anybody could be asked", async () => {
    const asked: AskAgain[] = [];
    const { usb, clock, open, port } = await bench((again) => asked.push(again));
    expect(await codeOf(open())).toBe("port.missing");
    clock.pass(3000);
    let look: () => void = () => {};
    usb.getDevices = async () => {
      await new Promise<void>((resolve) => {
        look = resolve;
      });
      return [];
    };
    const opening = codeOf(open());
    await turns();
    await port.close();
    look();
    expect(await opening).toBe("port.closed");
    expect(asked).toEqual([]);
  });

  it("is let go of at once when the port is closed while the browser does not say what else is there", async () => {
    const { usb, open, port, first } = await bench();
    usb.plug(first);
    usb.getDevices = () => new Promise(() => {});
    const opening = codeOf(open());
    await turns();
    expect(first.opened).toBe(true);
    await port.close();
    expect([await opening, first.opened]).toEqual(["port.closed", false]);
  });

  it.each(["the person", "closing"])("is missing when %s ends that", async (who) => {
    const asked: AskAgain[] = [];
    const { clock, open, port } = await bench((again) => asked.push(again));
    expect(await codeOf(open())).toBe("port.missing");
    clock.pass(3000);
    const opening = codeOf(open());
    await turns();
    if (who === "closing") await port.close();
    else asked[0]?.cancel();
    await asked[0]?.settled;
    expect(await opening).toBe(who === "closing" ? "port.closed" : "port.missing");
  });

  it("is written to the end: a session goes on with the new device", async () => {
    const usb = new FakeUsb();
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING, usb: "serial-jtag" });
    const one = transferCase("espressif-usb-serial-jtag");
    const first = new UsbVirtualChip(one, chip, { serialNumber: "58:CF" });
    usb.plug(first);
    const port = await requestPort({ usb, clock: chip.clock });
    const data = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) >> 5);
    const events: string[] = [];
    const session = await connect(port, { onEvent: ({ type }) => events.push(type) });
    let back: UsbVirtualChip | null = null;
    const write = first.onWrite;
    let written = 0;
    first.onWrite = (bytes) => {
      written += bytes.length;
      if (written < 60_000 || back !== null) return write?.(bytes);
      back = new UsbVirtualChip(one, chip, { serialNumber: "58:CF" });
      usb.granted.add(back);
      void usb.unplug(first).then(() => back !== null && usb.plug(back));
    };
    await writeFlash(session, [{ address: 0x10000, data }], { compress: "never" });
    expect(events).toContain("session.restored");
    expect(Buffer.from(chip.flash.read(0x10000, data.length)).equals(data)).toBe(true);
    await disconnect(session);
    expect(back).toMatchObject({ opened: false });
  });
});
