import { createServer, type Socket } from "node:net";
import type { Port } from "../../../src/core/port/port.ts";
import { portOver } from "../../../src/core/port/port-over.ts";
import { serialPlatform } from "../../../src/node/system/platform.ts";
import type { SerialBindingPort } from "../../../src/node/system/serial-binding.ts";
import { createRfc2217Port, createSerialPort, createTcpPort, serveRfc2217 } from "../../../src/node.ts";
import type { PortBench } from "../../../src/port-conformance.ts";
import { Adapter } from "../../../src/virtual/board/adapter.ts";
import type { Board } from "../../../src/virtual/board/board.ts";
import { VirtualPort } from "../../../src/virtual/board/virtual-port.ts";
import { webSerialPort } from "../../../src/web.ts";
import { webUsbPort } from "../../../src/webusb.ts";
import { patientClock } from "../process/patient-clock.ts";
import { fakeDevice, transferCase } from "../usb/usb-vectors.ts";
import { FakePort, ManualClock } from "./ports.ts";

/** A place where something is written down, or kept from being. */
class Wire {
  readonly heard: number[] = [];
  isStalled = false;
  write(bytes: Uint8Array): Promise<void> {
    if (this.isStalled) return new Promise(() => {});
    this.heard.push(...bytes);
    return Promise.resolve();
  }
}

/** The simplest port there is. */
export function transportBench(): PortBench {
  const wire = new Wire();
  const clock = new ManualClock();
  let events: { data(bytes: Uint8Array): void; lost(cause: unknown): void } | null = null;
  const port = portOver({
    info: { path: "a device" },
    capabilities: { lines: true, atomicLines: true, baud: true },
    clock,
    open: async (_options, given) => {
      events = given;
      return {
        write: (bytes) => wire.write(bytes),
        setBaudRate: async () => undefined,
        setLines: async () => undefined,
        close: async () => undefined,
      };
    },
  });
  return {
    port,
    say: (bytes) => events?.data(bytes.slice()),
    heard: () => Uint8Array.from(wire.heard),
    lose: () => events?.lost(new Error("pulled")),
    restore: () => undefined,
    stall: () => {
      wire.isStalled = true;
    },
    pass: (ms) => clock.pass(ms),
  };
}

/** A serial port over a system that is made up. */
export function serialBench(): PortBench {
  const wire = new Wire();
  const clock = new ManualClock();
  const incoming: Uint8Array[] = [];
  let wake: (() => void) | null = null;
  let failure: Error | null = null;
  const binding = (): SerialBindingPort => ({
    async read(buffer) {
      while (incoming.length === 0 && failure === null)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (failure !== null) throw failure;
      const bytes = incoming.shift() ?? new Uint8Array(0);
      buffer.set(bytes);
      return { bytesRead: bytes.length };
    },
    write: (bytes) => wire.write(bytes),
    update: async () => undefined,
    set: async () => undefined,
    getBaudRate: async () => ({ baudRate: 9600 }),
    drain: async () => undefined,
    async close() {
      failure = Object.assign(new Error("closed"), { canceled: true });
      wake?.();
    },
  });
  const load = async () => ({
    list: async () => [],
    open: async () => {
      failure = null;
      return binding();
    },
  });
  return {
    port: createSerialPort(
      { path: "/dev/ttyMOCK" },
      { load, clock, platform: serialPlatform("linux"), list: async () => [] },
    ),
    say: (bytes) => {
      incoming.push(bytes);
      wake?.();
    },
    heard: () => Uint8Array.from(wire.heard),
    lose: () => {
      failure = new Error("Input/output error");
      wake?.();
    },
    restore: () => undefined,
    stall: () => {
      wire.isStalled = true;
    },
    pass: (ms) => clock.pass(ms),
  };
}

/** A real connection within this process. Time passes when it is told to, or as it does. */
export async function tcpBench(): Promise<PortBench> {
  const heard: number[] = [];
  let client: Socket | null = null;
  let isStalled = false;
  const server = createServer((socket) => {
    client = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      if (!isStalled) heard.push(...chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const real = patientClock();
  const timers = new Set<{ readonly ms: number; readonly fire: () => void }>();
  const clock = {
    now: () => real.now(),
    after(ms: number, callback: () => void): () => void {
      const cancel = real.after(ms, () => timer.fire());
      const timer = {
        ms,
        fire: () => {
          cancel();
          if (timers.delete(timer)) callback();
        },
      };
      timers.add(timer);
      return () => {
        cancel();
        timers.delete(timer);
      };
    },
  };
  const { port } = server.address() as { port: number };
  const there = async (): Promise<Socket> => {
    while (client === null) await new Promise((resolve) => setTimeout(resolve, 2));
    return client;
  };
  return {
    port: createTcpPort(`socket://127.0.0.1:${port}`, { clock }),
    say: async (bytes) => void (await there()).write(bytes),
    heard: () => Uint8Array.from(heard),
    lose: async () => {
      (await there()).destroy();
      client = null;
    },
    restore: () => undefined,
    stall: async () => {
      isStalled = true;
      (await there()).pause();
    },
    pass: (ms) => {
      for (const timer of [...timers]) if (timer.ms <= ms) timer.fire();
    },
    dispose: async () => {
      client?.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A real connection to our own server, with a port that is made up behind it. */
export async function rfc2217Bench(): Promise<PortBench> {
  const device = new FakePort();
  const server = await serveRfc2217({ port: device, tcpPort: 0 });
  return {
    port: createRfc2217Port(`rfc2217://127.0.0.1:${server.port}`, { clock: patientClock() }),
    say: async (bytes) => {
      while (device.sink === null) await new Promise((resolve) => setTimeout(resolve, 2));
      device.receive(...bytes);
    },
    heard: () => Uint8Array.from(device.written),
    lose: () => server.close(),
    dispose: () => server.close(),
  };
}

/** A port of a browser that is made up. */
export function webBench(): PortBench {
  const wire = new Wire();
  const clock = new ManualClock();
  let incoming: ReadableStreamDefaultController<Uint8Array> | null = null;
  const listeners = new Set<() => void>();
  const serialPort = {
    readable: null as ReadableStream<Uint8Array> | null,
    writable: null as WritableStream<Uint8Array> | null,
    connected: true,
    async open() {
      if (serialPort.readable !== null) throw new DOMException("open", "InvalidStateError");
      serialPort.readable = new ReadableStream<Uint8Array>({
        start: (controller) => {
          incoming = controller;
        },
      });
      serialPort.writable = new WritableStream<Uint8Array>({
        write: (bytes, controller) =>
          Promise.race([
            wire.write(bytes),
            new Promise<void>((_resolve, reject) =>
              controller.signal.addEventListener("abort", () => reject(new Error("aborted"))),
            ),
          ]),
      });
    },
    async close() {
      if (serialPort.readable?.locked || serialPort.writable?.locked) throw new TypeError("locked");
      serialPort.readable = null;
      serialPort.writable = null;
    },
    setSignals: async () => undefined,
    getInfo: () => ({ usbVendorId: 0x303a, usbProductId: 0x1001 }),
    addEventListener: (_type: "disconnect", listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: "disconnect", listener: () => void) => void listeners.delete(listener),
  };
  return {
    port: webSerialPort(serialPort, { clock }),
    say: (bytes) => incoming?.enqueue(bytes),
    heard: () => Uint8Array.from(wire.heard),
    lose: () => {
      incoming?.error(new DOMException("gone", "NetworkError"));
      for (const listener of listeners) listener();
    },
    restore: () => undefined,
    stall: () => {
      wire.isStalled = true;
    },
    pass: (ms) => clock.pass(ms),
  };
}

/** A USB device of a browser that is made up. */
export function usbBench(): PortBench {
  const one = transferCase("cp2102");
  const { usb, device } = fakeDevice(one);
  const clock = new ManualClock();
  const heard: number[] = [];
  const transferOut = device.transferOut.bind(device);
  device.onWrite = (bytes) => void heard.push(...bytes);
  let isStalled = false;
  device.transferOut = (endpoint, data) => (isStalled ? new Promise(() => {}) : transferOut(endpoint, data));
  return {
    port: webUsbPort(device, { usb, clock }),
    say: (bytes) => {
      for (let at = 0; at < bytes.length; at += 64) device.send(one.endpointIn, [...bytes.subarray(at, at + 64)]);
    },
    heard: () => Uint8Array.from(heard),
    lose: () => usb.unplug(device),
    restore: () => usb.plug(device),
    stall: () => {
      isStalled = true;
    },
    pass: (ms) => clock.pass(ms),
  };
}

/** The port of a virtual chip; the board behind it is made up, so that it can be listened to. */
export function virtualBench(): PortBench {
  const wire = new Wire();
  const clock = new ManualClock();
  let host: { data(bytes: Uint8Array): void; lost(): void } | null = null;
  let waitsMs = 0;
  const board = {
    clock,
    present: true,
    adapter: new Adapter(),
    timing: { hostBufferBytes: 4096, lineStepMs: 0 },
    connect: (given: typeof host) => {
      host = given;
    },
    disconnect: () => {
      host = null;
    },
    write: (bytes: Uint8Array) => void wire.write(bytes),
    setBaudRate: () => undefined,
    setLines: () => undefined,
    backlogMs: () => waitsMs,
  };
  const port: Port = new VirtualPort(board as unknown as Board, {
    info: { path: "virtual:made-up" },
    capabilities: { lines: true, atomicLines: true, baud: true },
    onOpen: async () => undefined,
  });
  return {
    port,
    say: (bytes) => host?.data(bytes.slice()),
    heard: () => Uint8Array.from(wire.heard),
    lose: () => host?.lost(),
    restore: () => undefined,
    stall: () => {
      waitsMs = 1e9;
      wire.isStalled = true;
    },
  };
}
