import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { SerialPortMock } from "serialport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, ManualClock, RecordingSink, until } from "../../../test/support/port/ports.ts";
import { type ErrorCode, EspError } from "../../core/errors.ts";
import { serialPlatform } from "../system/platform.ts";
import type {
  SerialBinding,
  SerialBindingInfo,
  SerialBindingPort,
  SerialLineOptions,
  SerialOpenOptions,
} from "../system/serial-binding.ts";
import { lineFailure, openFailureCode } from "../system/serial-errors.ts";
import { startLineHelper } from "./line-helper.ts";
import { createSerialPort, type SerialPortOptions } from "./serial-port.ts";

/** The mock binding of the serial library; its own types cannot be read in this module system. */
const MockBinding = SerialPortMock.binding as unknown as {
  reset(): void;
  createPort(path: string, options: { readonly record: boolean }): void;
  list(): Promise<SerialBindingInfo[]>;
  open(options: SerialOpenOptions): Promise<MockPortBinding>;
};

interface MockPortBinding extends SerialBindingPort {
  readonly isOpen: boolean;
  emitData(bytes: Buffer): void;
  pendingRead: ((error: Error) => void) | null;
}

type Operation = "write" | "update" | "set" | "drain" | "close";

const PATH = "/dev/ttyMOCK";
const linux = serialPlatform("linux");

/** The library's own mock, with what is asked of it written down and, where wanted, made to fail. */
class Bench {
  readonly asked: unknown[] = [];
  readonly fail: Partial<Record<Operation | "open", string>> = {};
  /** When set, every operation waits for this. */
  gate: Promise<void> | null = null;
  mock: MockPortBinding | null = null;
  fd: number | undefined;

  readonly load = async (): Promise<SerialBinding> => ({
    list: () => MockBinding.list(),
    open: async (options) => {
      this.asked.push(["open", options]);
      if (this.fail.open !== undefined) throw new Error(this.fail.open);
      this.mock = await MockBinding.open(options);
      return this.#wrap(this.mock);
    },
  });

  #wrap(mock: MockPortBinding): SerialBindingPort {
    const step = async <T>(name: Operation, act: () => Promise<T>, argument?: unknown): Promise<T> => {
      this.asked.push(argument === undefined ? [name] : [name, argument]);
      if (name !== "close") await this.gate;
      const failure = this.fail[name];
      if (failure !== undefined) throw new Error(failure);
      return act();
    };
    return {
      read: (buffer, offset, length) => mock.read(buffer, offset, length),
      write: (bytes) => step("write", () => mock.write(bytes), [...bytes]),
      update: (options) => step("update", () => mock.update(options), options.baudRate),
      set: (lines: SerialLineOptions) => step("set", () => mock.set(lines), lines),
      getBaudRate: () => mock.getBaudRate(),
      drain: () => step("drain", () => mock.drain()),
      close: () => step("close", () => mock.close()),
      ...(this.fd !== undefined && { fd: this.fd }),
    };
  }
}

async function opened(options: SerialPortOptions = {}) {
  const bench = new Bench();
  const clock = new ManualClock();
  const port = createSerialPort({ path: PATH }, { load: bench.load, platform: linux, clock, ...options });
  const sink = new RecordingSink();
  await port.open({ baudRate: 115200 }, sink);
  bench.asked.splice(0);
  return { bench, clock, port, sink };
}

beforeEach(() => {
  MockBinding.reset();
  MockBinding.createPort(PATH, { record: true });
});

describe("createSerialPort", () => {
  it("opens exclusively and without hanging up on close", async () => {
    const bench = new Bench();
    const port = createSerialPort({ path: PATH }, { load: bench.load, platform: linux });
    await port.open({ baudRate: 74880 }, new RecordingSink());
    expect(bench.asked).toEqual([["open", { path: PATH, baudRate: 74880, lock: true, hupcl: false }]]);
    const other = createSerialPort({ path: PATH }, { load: bench.load, platform: linux });
    expect(await codeOf(other.open({ baudRate: 115200 }, new RecordingSink()))).toBe("port.busy");
    await port.close();
    await other.open({ baudRate: 115200 }, new RecordingSink());
    await other.close();
  });

  it("carries bytes both ways", async () => {
    const { bench, port, sink } = await opened();
    await Promise.all([port.write(Uint8Array.of(1, 2)), port.write(Uint8Array.of(3))]);
    bench.mock?.emitData(Buffer.of(0xc0, 0xff));
    await until(() => sink.bytes.length === 2);
    expect(sink.bytes).toEqual([0xc0, 0xff]);
    expect(bench.asked).toEqual([
      ["write", [1, 2]],
      ["write", [3]],
    ]);
    await port.close();
  });

  it("names every line in one call", async () => {
    const { bench, port } = await opened();
    await port.setLines({ dtr: true, rts: false });
    expect(bench.asked).toEqual([
      ["set", { brk: false, cts: false, dsr: false, dtr: true, rts: false, lowLatency: true }],
    ]);
    await port.close();
  });

  it("drains before it changes the baud rate, and notices a driver that does not follow", async () => {
    const { bench, port } = await opened();
    await port.setBaudRate(921600);
    expect(bench.asked).toEqual([["drain"], ["update", 921600]]);
    bench.fail.update = "Error: Invalid argument || while setting custom baud rate of 7";
    expect(await codeOf(port.setBaudRate(7))).toBe("port.baud-unsupported");
    delete bench.fail.update;
    if (bench.mock !== null) bench.mock.getBaudRate = async () => ({ baudRate: 9600 });
    expect(await codeOf(port.setBaudRate(460800))).toBe("port.baud-unsupported");
    await port.close();
  });

  it("turns its capability off when there are no lines", async () => {
    const { bench, port } = await opened();
    expect(port.capabilities).toEqual({ lines: true, atomicLines: true, baud: true });
    bench.fail.set = "Error: Inappropriate ioctl for device, cannot set";
    expect(await codeOf(port.setLines({ dtr: true, rts: true }))).toBe("port.lines-unsupported");
    expect(port.capabilities.lines).toBe(false);
    expect(await codeOf(port.setLines({ dtr: true, rts: true }))).toBe("port.lines-unsupported");
    expect(bench.asked).toHaveLength(1);
    await port.write(Uint8Array.of(1));
    await port.close();
  });

  it("goes round a driver without break signals", async () => {
    const bench = new Bench();
    bench.fd = 42;
    bench.fail.set = "Error: Operation not supported, cannot set";
    const steps: unknown[] = [];
    const port = createSerialPort(
      { path: PATH },
      {
        load: bench.load,
        platform: linux,
        startLineHelper: async (fd) => {
          steps.push(["start", fd]);
          return {
            set: async (lines) => {
              steps.push(lines);
              return 0;
            },
            close: async () => void steps.push("close"),
          };
        },
      },
    );
    await port.open({ baudRate: 115200 }, new RecordingSink());
    await port.setLines({ dtr: true, rts: false });
    await port.setLines({ dtr: false, rts: true });
    await port.close();
    expect(steps).toEqual([["start", 42], { dtr: true, rts: false }, { dtr: false, rts: true }, "close"]);
    expect(bench.asked.filter((step) => (step as unknown[])[0] === "set")).toHaveLength(1);
  });

  it("says so when there is no way round", async () => {
    const { bench, port } = await opened({ startLineHelper: async () => null });
    bench.fail.set = "Error: Operation not supported, cannot set";
    expect(await codeOf(port.setLines({ dtr: true, rts: true }))).toBe("port.lines-unsupported");
    await port.close();
  });

  it.each(["write", "set", "drain", "update"] as const)(
    "takes a failing %s for the loss of the device",
    async (operation) => {
      const { bench, port, sink } = await opened();
      bench.fail[operation] = "Error: Input/output error";
      const act = {
        write: () => port.write(Uint8Array.of(1)),
        set: () => port.setLines({ dtr: true, rts: true }),
        drain: () => port.setBaudRate(9600),
        update: () => port.setBaudRate(9600),
      }[operation];
      expect(await codeOf(act())).toBe("port.lost");
      expect(sink.losses).toEqual(["port.lost"]);
      await port.close();
    },
  );

  it("tells of a loss once, ends what waits, frees the device and can be opened again", async () => {
    const { bench, port, sink } = await opened();
    bench.gate = new Promise(() => {});
    const waiting = [codeOf(port.write(Uint8Array.of(1))), codeOf(port.write(Uint8Array.of(2)))];
    await until(() => bench.asked.length === 1);
    const { mock } = bench;
    // A read that fails is what the library makes of an unplugged device.
    mock?.pendingRead?.(new Error("Bad file descriptor"));
    expect(await Promise.all(waiting)).toEqual(["port.lost", "port.lost"]);
    expect(sink.losses).toEqual(["port.lost"]);
    expect(await codeOf(port.setLines({ dtr: true, rts: true }))).toBe("port.lost");
    bench.gate = null;
    await port.open({ baudRate: 115200 }, sink);
    await port.write(Uint8Array.of(3));
    await port.close();
    expect(sink.losses).toEqual(["port.lost"]);
  });

  it("is found again under another path", async () => {
    const bench = new Bench();
    const elsewhere = "/dev/moved";
    MockBinding.createPort(elsewhere, { record: true });
    const board = { path: PATH, usbVendorId: 0x303a, usbProductId: 0x1001, serialNumber: "F4:12:FA:00:00:01" };
    const list = async () => [{ ...board, path: elsewhere }];
    const port = createSerialPort(board, { load: bench.load, platform: linux, list });
    await port.open({ baudRate: 115200 }, new RecordingSink());
    expect(port.info.path).toBe(PATH);
    await port.close();
    await port.open({ baudRate: 115200 }, new RecordingSink());
    expect(port.info.path).toBe(elsewhere);
    const opened = bench.asked.flatMap((entry) => (Array.isArray(entry) && entry[0] === "open" ? [entry[1]] : []));
    expect(opened).toMatchObject([{ path: PATH }, { path: elsewhere }]);
    await port.close();
  });

  it("gives a write 10 seconds, and does not start one whose time is over", async () => {
    const { bench, clock, port } = await opened();
    let release = (): void => {};
    bench.gate = new Promise((resolve) => {
      release = resolve;
    });
    const late = [codeOf(port.write(Uint8Array.of(1))), codeOf(port.write(Uint8Array.of(2)))];
    await until(() => bench.asked.length === 1);
    clock.pass(9_999);
    clock.pass(1);
    expect(await Promise.all(late)).toEqual(["port.write-timeout", "port.write-timeout"]);
    release();
    await port.write(Uint8Array.of(3));
    expect(bench.asked).toEqual([
      ["write", [1]],
      ["write", [3]],
    ]);
    await port.close();
  });

  it("says nothing of a close that was asked for, however often", async () => {
    const { port, sink } = await opened();
    await Promise.all([port.close(), port.close()]);
    await port.close();
    expect(sink.losses).toEqual([]);
    expect(await codeOf(port.write(Uint8Array.of(1)))).toBe("port.closed");
  });

  it("closes a port that is still opening", async () => {
    const bench = new Bench();
    const port = createSerialPort({ path: PATH }, { load: bench.load, platform: linux });
    const opening = codeOf(port.open({ baudRate: 115200 }, new RecordingSink()));
    await port.close();
    expect(await opening).toBe("port.closed");
    expect(bench.mock?.isOpen).toBe(false);
  });

  it("passes on that the library is missing", async () => {
    const load = () => Promise.reject(new EspError("port.library-missing", "No."));
    const port = createSerialPort({ path: PATH }, { load });
    expect(await codeOf(port.open({ baudRate: 115200 }, new RecordingSink()))).toBe("port.library-missing");
  });
});

describe("classification of failures", () => {
  it.each<[string, ErrorCode]>([
    ["Error: No such file or directory, cannot open /dev/ttyUSB9", "port.missing"],
    ["Error: No such device, cannot open /dev/ttyUSB0", "port.missing"],
    ["Error: No such device or address, cannot open /dev/ttyS3", "port.missing"],
    ["Error: Device not configured, cannot open /dev/cu.usbserial", "port.missing"],
    ["Opening COM9: File not found", "port.missing"],
    ["Opening COM9: Unknown error code 433", "port.missing"],
    ["Error: Permission denied, cannot open /dev/ttyUSB0", "port.permission"],
    ["Error: Operation not permitted, cannot open /dev/ttyUSB0", "port.permission"],
    ["Error: Device or resource busy, cannot open /dev/ttyUSB0", "port.busy"],
    ["Error: Resource busy, cannot open /dev/cu.usbserial", "port.busy"],
    ["Error Resource temporarily unavailable Cannot lock port", "port.busy"],
    ["Opening COM3: Access denied", "port.busy"],
    ["Opening COM3: Unknown error code 32", "port.busy"],
    ["Error: Inappropriate ioctl for device setting custom baud rate of 115200", "port.failed"],
    ["Error: Not a tty setting custom baud rate of 115200", "port.failed"],
    ["Error: Is a directory, cannot open /dev", "port.failed"],
    ["Error: Invalid argument || while setting custom baud rate of 7", "port.baud-unsupported"],
    ["Error baud rate of -1 is not supported on your platform", "port.baud-unsupported"],
    ["Opening COM3: Unknown error code 31", "port.failed"],
  ])("opening: %s", (message, code) => {
    expect(openFailureCode(message)).toBe(code);
  });

  it.each([
    ["Error: Inappropriate ioctl for device, cannot set", "no-lines"],
    ["Error: Not a tty, cannot set", "no-lines"],
    ["Error: Invalid argument, cannot set", "no-lines"],
    ["Setting options on COM port (SetCommMask): Unknown error code 1", "no-lines"],
    ["Error: Operation not supported, cannot set", "no-break"],
    ["Error: Not supported, cannot set", "no-break"],
    ["Error: Input/output error, cannot set", "gone"],
    ["Error: No such device, cannot set", "gone"],
    ["Setting options on COM port (SetCommMask): Access denied", "gone"],
  ])("lines: %s", (message, failure) => {
    expect(lineFailure(message)).toBe(failure);
  });
});

const hasPython = process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) process.stdout.write("skipped: pseudo-terminal tests need Linux and python3\n");

/** The other end of a pseudo-terminal: sends everything back, each byte plus one, and hangs up when told to. */
const ECHO = `
import os, pty, sys, tty, threading
master, slave = pty.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
def hang_up():
    sys.stdin.readline()
    os._exit(0)
threading.Thread(target=hang_up, daemon=True).start()
while True:
    data = os.read(master, 4096)
    os.write(master, bytes((b + 1) % 256 for b in data))`;

import { patientClock } from "../../../test/support/process/patient-clock.ts";
import { tellSkipped } from "../../../test/support/skipping.ts";

if (!hasPython) tellSkipped("a pseudo-terminal: python3 is not there");
describe.skipIf(!hasPython)("a real pseudo-terminal", () => {
  let echo: ChildProcessWithoutNullStreams;
  let path = "";
  beforeEach(async () => {
    echo = spawn("python3", ["-c", ECHO]);
    path = await new Promise((resolve) => echo.stdout.once("data", (text) => resolve(String(text).trim())));
  });
  afterEach(() => {
    echo.kill();
  });

  it("carries data, has no lines, and is locked", async () => {
    const port = createSerialPort({ path }, { clock: patientClock() });
    const sink = new RecordingSink();
    await port.open({ baudRate: 74880 }, sink);
    const sent = Uint8Array.from({ length: 10_000 }, (_, index) => index % 256);
    await port.write(sent);
    await until(() => sink.bytes.length === sent.length);
    expect(sink.bytes).toEqual([...sent].map((byte) => (byte + 1) % 256));
    await port.setBaudRate(921600);
    expect(await codeOf(port.setLines({ dtr: true, rts: false }))).toBe("port.lines-unsupported");
    expect(port.capabilities.lines).toBe(false);
    const second = createSerialPort({ path }, { clock: patientClock() });
    expect(await codeOf(second.open({ baudRate: 115200 }, new RecordingSink()))).toBe("port.busy");
    await port.write(Uint8Array.of(1));
    await until(() => sink.bytes.length === sent.length + 1);
    await port.close();
    expect(sink.losses).toEqual([]);
    await second.open({ baudRate: 115200 }, new RecordingSink());
    await second.close();
  });

  it("tells of the other end hanging up", async () => {
    const port = createSerialPort({ path }, { clock: patientClock() });
    const sink = new RecordingSink();
    await port.open({ baudRate: 115200 }, sink);
    echo.stdin.write("\n");
    await until(() => sink.losses.length > 0);
    expect(sink.losses).toEqual(["port.lost"]);
    expect(await codeOf(port.write(Uint8Array.of(1)))).toBe("port.lost");
    await port.close();
  });

  it("has the line helper report that there are no lines", async () => {
    const { SerialPort } = await import("serialport");
    const binding = await SerialPort.binding.open({ path, baudRate: 115200 });
    const { fd } = binding as unknown as { fd: number };
    for (const name of ["perl", "python3"]) {
      if (spawnSync(name, ["--version"]).status !== 0) continue;
      const { LINE_HELPER_PROGRAMS } = await import("./line-helper.ts");
      const helper = await startLineHelper(
        fd,
        LINE_HELPER_PROGRAMS.filter(([command]) => command === name),
      );
      expect(await helper?.set({ dtr: true, rts: false })).toBe(25);
      expect(await helper?.set({ dtr: false, rts: true })).toBe(25);
      await helper?.close();
    }
    expect(await startLineHelper(fd, [["no-such-program", []]])).toBeNull();
    await binding.close();
  });
});

describe("a missing device", () => {
  it.skipIf(process.platform === "win32")("is explained", async () => {
    const open = (path: string) => codeOf(createSerialPort({ path }).open({ baudRate: 115200 }, new RecordingSink()));
    expect(await open("/dev/ttyNoSuchThing")).toBe("port.missing");
    expect(await open("/dev/null")).toBe("port.failed");
  });
});
