import { describe, expect, it } from "vitest";
import { errorOf } from "../../test/support/outcome.ts";
import { codeOf, ManualClock, RecordingSink } from "../../test/support/port/ports.ts";
import { webSerialPort } from "./web-serial-port.ts";
import type { SerialPortLike } from "./web-serial-types.ts";

function held(): { readonly gate: Promise<void>; readonly letGo: () => void } {
  let letGo: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return { gate, letGo };
}

/** A browser's port as a page sees it. */
class FakeSerialPort implements SerialPortLike {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  readonly log: string[] = [];
  readonly written: number[] = [];
  #incoming: ReadableStreamDefaultController<Uint8Array> | null = null;
  #listeners = new Set<() => void>();
  refusedBaudRate = 0;
  openFailure: DOMException | null = null;
  signalFailure: DOMException | null = null;
  hangWrites = false;
  connected?: boolean = true;
  /** While set, the browser is busy with opening: some systems take long, or never come to an end. */
  #openGate: Promise<void> | null = null;
  #closeGate: Promise<void> | null = null;
  #isOpening = false;

  /** Opening takes until what this returns is called. */
  holdOpening(): () => void {
    const { gate, letGo } = held();
    this.#openGate = gate;
    return letGo;
  }

  /** The same of closing. */
  holdClosing(): () => void {
    const { gate, letGo } = held();
    this.#closeGate = gate;
    return letGo;
  }

  async open({ baudRate }: { baudRate: number }): Promise<void> {
    if (this.#isOpening) throw new DOMException("A call to open() is already in progress.", "InvalidStateError");
    this.#isOpening = true;
    await this.#openGate;
    this.#isOpening = false;
    if (this.readable !== null) throw new DOMException("open", "InvalidStateError");
    if (this.openFailure !== null) throw this.openFailure;
    if (baudRate === this.refusedBaudRate) throw new TypeError("baudRate");
    this.log.push(`open ${baudRate}`);
    this.#freshReadable();
    this.writable = new WritableStream({
      write: (bytes, controller) => {
        if (!this.hangWrites) {
          this.written.push(...bytes);
          return undefined;
        }
        return new Promise((_, reject) =>
          controller.signal.addEventListener("abort", () => reject(new Error("aborted"))),
        );
      },
    });
  }
  #freshReadable(): void {
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#incoming = controller;
      },
    });
  }
  async close(): Promise<void> {
    if (this.readable?.locked || this.writable?.locked) throw new TypeError("locked");
    await this.#closeGate;
    this.log.push("close");
    this.readable = null;
    this.writable = null;
  }
  async setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void> {
    if (this.signalFailure !== null) throw this.signalFailure;
    this.log.push(`dtr=${signals.dataTerminalReady} rts=${signals.requestToSend}`);
  }
  getInfo(): { usbVendorId: number; usbProductId: number } {
    return { usbVendorId: 0x303a, usbProductId: 0x1001 };
  }
  addEventListener(_type: "disconnect", listener: () => void): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: "disconnect", listener: () => void): void {
    this.#listeners.delete(listener);
  }
  receive(...bytes: number[]): void {
    this.#incoming?.enqueue(Uint8Array.from(bytes));
  }
  /** Line noise: the stream errors and the browser offers a new one. */
  noise(): void {
    const old = this.#incoming;
    this.#freshReadable();
    old?.error(new DOMException("noise", "FramingError"));
  }
  unplug(): void {
    this.connected = false;
    this.#incoming?.error(new DOMException("gone", "NetworkError"));
    this.readable = null;
    this.writable = null;
    for (const listener of this.#listeners) listener();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function opened() {
  const serial = new FakeSerialPort();
  const clock = new ManualClock();
  const port = webSerialPort(serial, { clock });
  const sink = new RecordingSink();
  await port.open({ baudRate: 115200 }, sink);
  return { serial, clock, port, sink };
}

describe("webSerialPort", () => {
  it("carries bytes both ways and knows the USB ids", async () => {
    const { serial, port, sink } = await opened();
    serial.receive(1, 2, 0xff);
    await port.write(Uint8Array.of(9, 8));
    await settle();
    expect(sink.bytes).toEqual([1, 2, 0xff]);
    expect(serial.written).toEqual([9, 8]);
    expect(port.info).toMatchObject({ usbVendorId: 0x303a, usbProductId: 0x1001 });
    await port.close();
  });

  it("sets both lines in one call", async () => {
    const { serial, port } = await opened();
    await port.setLines({ dtr: true, rts: false });
    expect(serial.log).toEqual(["open 115200", "dtr=true rts=false"]);
    await port.close();
  });

  it("changes the baud rate by opening again, keeps the sink and touches no line", async () => {
    const { serial, port, sink } = await opened();
    expect(port.capabilities).toMatchObject({ baud: true, reopensForBaud: true });
    await port.setBaudRate(115200);
    expect(serial.log).toEqual(["open 115200"]);
    await port.setBaudRate(921600);
    serial.receive(7);
    await settle();
    expect(serial.log).toEqual(["open 115200", "close", "open 921600"]);
    expect(sink.bytes).toEqual([7]);
    expect(sink.losses).toEqual([]);
    await port.close();
  });

  it("returns to the former rate when the browser refuses the new one", async () => {
    const { serial, port, sink } = await opened();
    serial.refusedBaudRate = 12_345;
    expect(await codeOf(port.setBaudRate(12_345))).toBe("port.baud-unsupported");
    await port.write(Uint8Array.of(1));
    expect(serial.log).toEqual(["open 115200", "close", "open 115200"]);
    expect(sink.losses).toEqual([]);
    await port.close();
  });

  it("goes on after line noise", async () => {
    const { serial, port, sink } = await opened();
    serial.noise();
    await settle();
    serial.receive(5);
    await settle();
    expect(sink.bytes).toEqual([5]);
    expect(sink.losses).toEqual([]);
    await port.close();
  });

  it("is closed at once while the browser takes long to open it; what opens later is closed again", async () => {
    const serial = new FakeSerialPort();
    const letGo = serial.holdOpening();
    const port = webSerialPort(serial);
    const sink = new RecordingSink();
    const opening = codeOf(port.open({ baudRate: 115200 }, sink));
    await settle();
    await port.close();
    expect(await opening).toBe("port.closed");
    // Who wants it again waits until the browser has come to an end, and can give up, too.
    const given = codeOf(port.open({ baudRate: 9600 }, sink));
    await settle();
    await port.close();
    expect(await given).toBe("port.closed");
    const another = webSerialPort(serial).open({ baudRate: 57600 }, sink);
    await settle();
    expect(serial.log).toEqual([]);
    letGo();
    await another;
    expect(serial.log).toEqual(["open 115200", "close", "open 57600"]);
    serial.receive(4);
    await settle();
    expect(sink.bytes).toEqual([4]);
    expect(sink.losses).toEqual([]);
  });

  it("opens again what failed to open when nobody waited any more", async () => {
    const serial = new FakeSerialPort();
    const letGo = serial.holdOpening();
    const port = webSerialPort(serial);
    const opening = codeOf(port.open({ baudRate: 115200 }, new RecordingSink()));
    await settle();
    await port.close();
    expect(await opening).toBe("port.closed");
    serial.openFailure = new DOMException("no", "NetworkError");
    letGo();
    await settle();
    serial.openFailure = null;
    await port.open({ baudRate: 9600 }, new RecordingSink());
    expect(serial.log).toEqual(["open 9600"]);
  });

  it("is closed at once while the browser takes long over another baud rate", async () => {
    const { serial, port, sink } = await opened();
    const letGo = serial.holdOpening();
    const change = codeOf(port.setBaudRate(921600));
    await settle();
    expect(serial.log).toEqual(["open 115200", "close"]);
    await port.close();
    expect(await change).toBe("port.closed");
    const again = port.open({ baudRate: 115200 }, sink);
    await settle();
    letGo();
    await again;
    expect(serial.log).toEqual(["open 115200", "close", "open 921600", "close", "open 115200"]);
    expect(sink.losses).toEqual([]);
  });

  it("is closed when the browser has closed it, also where that began for another baud rate", async () => {
    const { serial, port } = await opened();
    const letGo = serial.holdClosing();
    const change = codeOf(port.setBaudRate(921600));
    await settle();
    let isClosed = false;
    const closing = port.close().then(() => {
      isClosed = true;
    });
    await settle();
    expect([isClosed, serial.log]).toEqual([false, ["open 115200"]]);
    letGo();
    await closing;
    expect(serial.log).toEqual(["open 115200", "close"]);
    expect(await change).toBe("port.closed");
    // Whoever has the browser's port next, without this library, finds it closed.
    await serial.open({ baudRate: 9600 });
  });

  it("tells of an unplugged device once, and closes after that", async () => {
    const { serial, port, sink } = await opened();
    serial.unplug();
    await settle();
    expect(sink.losses).toEqual(["port.lost"]);
    expect(await codeOf(port.write(Uint8Array.of(1)))).toBe("port.lost");
    await port.close();
    await port.close();
    expect(sink.losses).toEqual(["port.lost"]);
  });

  it("says nothing of a close that was asked for, and opens again", async () => {
    const { serial, port, sink } = await opened();
    await port.close();
    await settle();
    expect(sink.losses).toEqual([]);
    expect(serial.log).toEqual(["open 115200", "close"]);
    expect(await codeOf(port.write(Uint8Array.of(1)))).toBe("port.closed");
    await port.open({ baudRate: 9600 }, sink);
    await port.close();
    expect(serial.log).toEqual(["open 115200", "close", "open 9600", "close"]);
  });

  it("gives a write 10 seconds, and can be closed while one hangs", async () => {
    const { serial, clock, port } = await opened();
    serial.hangWrites = true;
    const write = codeOf(port.write(Uint8Array.of(1)));
    await settle();
    clock.pass(9_999);
    await settle();
    clock.pass(1);
    expect(await write).toBe("port.write-timeout");
    await port.close();
    expect(serial.log).toEqual(["open 115200", "close"]);
  });

  it("notices missing lines, and tells them from a device that is going", async () => {
    const first = await opened();
    first.serial.signalFailure = new DOMException("no", "NetworkError");
    const failed = codeOf(first.port.setLines({ dtr: true, rts: true }));
    await settle();
    first.clock.pass(200);
    expect(await failed).toBe("port.lines-unsupported");
    expect(first.port.capabilities.lines).toBe(false);
    await first.port.close();

    const second = await opened();
    second.serial.signalFailure = new DOMException("no", "NetworkError");
    const lost = codeOf(second.port.setLines({ dtr: true, rts: true }));
    await settle();
    second.serial.unplug();
    expect(await lost).toBe("port.lost");
    expect(second.port.capabilities.lines).toBe(true);
  });

  it("tells a port that the page opened itself from one that another program has", async () => {
    const serial = new FakeSerialPort();
    await serial.open({ baudRate: 9600 });
    const sink = new RecordingSink();
    const port = webSerialPort(serial);
    const byPage = await errorOf(port.open({ baudRate: 115200 }, sink));
    expect([byPage.code, byPage.message]).toEqual(["port.busy", expect.stringContaining("this page itself")]);
    // The page goes on with it.
    expect(serial.log).toEqual(["open 9600"]);
    await serial.close();
    await port.open({ baudRate: 115200 }, sink);
    expect((await errorOf(port.open({ baudRate: 115200 }, sink))).message).toContain("this program itself");
    await port.close();
    serial.openFailure = new DOMException("no", "NetworkError");
    serial.connected = true;
    const elsewhere = await errorOf(port.open({ baudRate: 115200 }, sink));
    expect([elsewhere.code, elsewhere.message]).toEqual(["port.busy", expect.stringContaining("something else")]);
  });

  it("tells a board that is gone", async () => {
    const { serial, port, sink } = await opened();
    serial.unplug();
    await port.close();
    serial.openFailure = new DOMException("no", "NetworkError");
    const gone = await errorOf(port.open({ baudRate: 115200 }, sink));
    expect([gone.code, gone.message]).toEqual(["port.missing", expect.stringContaining("not there")]);
    // A browser that does not say whether it is there leaves both possible.
    delete serial.connected;
    const unsure = await errorOf(port.open({ baudRate: 115200 }, sink));
    expect([unsure.code, unsure.message]).toEqual(["port.busy", expect.stringContaining("or the board is gone")]);
  });

  it.each([
    ["InvalidStateError", "port.busy"],
    ["NetworkError", "port.busy"],
    ["NotFoundError", "port.missing"],
    ["SecurityError", "port.permission"],
    ["UnknownError", "port.failed"],
  ])("explains %s as %s", async (name, code) => {
    const serial = new FakeSerialPort();
    serial.openFailure = new DOMException("x", name);
    expect(await codeOf(webSerialPort(serial).open({ baudRate: 115200 }, new RecordingSink()))).toBe(code);
  });
});
