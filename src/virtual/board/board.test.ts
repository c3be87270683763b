import { describe, expect, it } from "vitest";
import { type FakeMachine, fakeMachine } from "../../../test/support/chip/fake-machine.ts";
import { CLASSIC, HARD, play, type RecordingSink, recordingSink } from "../../../test/support/chip/recording-sink.ts";
import { chipById } from "../../core/chip/catalog.ts";
import { type Clock, sleep } from "../../core/clock.ts";
import { createFaults, type FaultControls } from "../fault/faults.ts";
import { DEFAULT_TIMING, type TimingModel } from "../time/timing.ts";
import { createVirtualClock } from "../time/virtual-clock.ts";
import { virtualChip } from "../virtual-chip.ts";
import { Board, type BoardOptions } from "./board.ts";
import { VirtualPort } from "./virtual-port.ts";

interface Bench {
  readonly board: Board;
  readonly machine: FakeMachine;
  readonly port: VirtualPort;
  readonly sink: RecordingSink;
  readonly faults: FaultControls;
}

interface BenchOptions extends Partial<Omit<BoardOptions, "timing">> {
  readonly timing?: Partial<TimingModel>;
  readonly echo?: boolean;
  readonly baudRate?: number;
}

/** A board with a fake machine inside, and its open port. */
async function bench({ timing, echo = false, baudRate = 115200, ...options }: BenchOptions = {}): Promise<Bench> {
  const clock = createVirtualClock();
  const faults = createFaults({ unplugAfter: (ms) => void clock.after(ms, () => board.unplug()) });
  let made: FakeMachine | undefined;
  const board = new Board(
    {
      chip: chipById("esp32"),
      clock,
      timing: { ...DEFAULT_TIMING, ...timing },
      faults,
      usb: "uart",
      circuit: "auto",
      wiring: "normal",
      boot: "download",
      crystalMhz: 40,
      appText: "app\r\n",
      appBaudRate: 115200,
      appEveryMs: 1000,
      anyBaud: false,
      reenumerates: false,
      ...options,
    },
    (seen) => {
      made = fakeMachine(seen, { echo });
      return made;
    },
  );
  if (made === undefined) throw new Error("no machine");
  const capabilities = { lines: true, atomicLines: true, baud: true };
  const port = new VirtualPort(board, { info: { path: "virtual:fake" }, capabilities });
  const sink = recordingSink(clock);
  await port.open({ baudRate }, sink);
  return { board, machine: made, port, sink, faults: faults.controls };
}

/** At 100000 baud a byte takes a tenth of a millisecond. */
const HUNDRED = 100_000;
const noLatency = { adapterLatencyMs: 0 };

describe("time on the wire", () => {
  it("is ten bits a byte, seen by the chip when a frame is complete", async () => {
    const { port, machine } = await bench({ baudRate: HUNDRED, timing: noLatency });
    machine.baudRate = HUNDRED;
    const started = port.clock.now();
    await port.write(Uint8Array.of(0xc0, 1, 2, 0xc0, 0xc0, 3, 0xc0, 9));
    expect(port.clock.now()).toBe(started);
    await sleep(port.clock, 10);
    expect(machine.received.map(({ bytes }) => bytes)).toEqual([[0xc0, 1, 2, 0xc0], [0xc0, 3, 0xc0], [9]]);
    const times = machine.received.map(({ atMs }) => atMs - started);
    [0.4, 0.7, 0.8].forEach((ms, index) => {
      expect(times[index]).toBeCloseTo(ms, 9);
    });
  });

  it("adds the adapter's latency both ways", async () => {
    const { port, machine, sink } = await bench({ baudRate: HUNDRED, timing: { adapterLatencyMs: 16 }, echo: true });
    machine.baudRate = HUNDRED;
    await port.write(Uint8Array.from({ length: 100 }, (_, index) => index));
    await sleep(port.clock, 100);
    expect(machine.received[0]?.atMs).toBeCloseTo(16 + 10, 9);
    // 62 bytes fill a packet; the rest waits for the latency timer.
    expect(sink.chunks.map(({ bytes }) => bytes.length)).toEqual([62, 38]);
    expect(sink.chunks[0]?.atMs).toBeCloseTo(26 + 6.2, 9);
    expect(sink.chunks[1]?.atMs).toBeCloseTo(26 + 6.3 + 16, 9);
    expect(sink.bytes()).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it("makes a writer wait when the system's buffer is full, and a rate change until all is out", async () => {
    const { port, machine } = await bench({ baudRate: HUNDRED, timing: noLatency });
    machine.baudRate = HUNDRED;
    await port.write(new Uint8Array(4096));
    expect(port.clock.now()).toBe(0);
    await port.write(new Uint8Array(1000));
    expect(port.clock.now()).toBeCloseTo(100, 6);
    await port.setBaudRate(9600);
    expect(port.clock.now()).toBeCloseTo(509.6, 6);
    expect(machine.bytes()).toHaveLength(5096);
  });

  it("lets the caller use its array again", async () => {
    const { port, machine } = await bench();
    const bytes = Uint8Array.of(1, 2, 3);
    await port.write(bytes);
    bytes.fill(0xee);
    await sleep(port.clock, 10);
    expect(machine.bytes()).toEqual([1, 2, 3]);
  });

  it("does not depend on the baud rate with a chip's own USB", async () => {
    const { port, machine, sink } = await bench({ usb: "serial-jtag", baudRate: 300, echo: true });
    await port.write(Uint8Array.from({ length: 700 }, (_, index) => index & 0x7f));
    await sleep(port.clock, 1.2);
    expect(machine.bytes()).toHaveLength(700);
    await sleep(port.clock, 2);
    expect(sink.bytes()).toEqual(machine.bytes());
  });
});

describe("different baud rates", () => {
  it("garble both directions until they agree again", async () => {
    const { port, machine, sink } = await bench({ echo: true });
    const text = [...new TextEncoder().encode("\u0001some text to garble\u0002")];
    machine.baudRate = 921600;
    await port.write(Uint8Array.from(text));
    await sleep(port.clock, 50);
    expect(machine.bytes()).not.toEqual(text);
    expect(sink.bytes()).not.toEqual(machine.bytes());
    await port.setBaudRate(921600);
    machine.received.splice(0);
    sink.chunks.splice(0);
    await port.write(Uint8Array.from(text));
    await sleep(port.clock, 50);
    expect(machine.bytes()).toEqual(text);
    expect(sink.bytes()).toEqual(text);
  });

  it("keep the ESP8266's boot log from a host at 115200, not from one at 74880", async () => {
    for (const [baudRate, readable] of [
      [115200, false],
      [74880, true],
    ] as const) {
      const { port, sink } = await bench({ chip: chipById("esp8266"), baudRate });
      await play(port, CLASSIC);
      await sleep(port.clock, 100);
      expect(sink.chunks.length).toBeGreaterThan(0);
      expect(sink.text().includes(" ets Jan  8 2013,rst cause:2, boot mode:(1,6)"), String(baudRate)).toBe(readable);
    }
  });

  it("shows a rate to a machine that measures it", async () => {
    const { port, machine } = await bench({ baudRate: 9600 });
    const measureRate = (rate: number): void => {
      machine.baudRate = rate;
    };
    Object.assign(machine, { measureRate });
    await port.write(Uint8Array.of(1, 2, 3));
    await sleep(port.clock, 50);
    expect(machine.bytes()).toEqual([1, 2, 3]);
  });
});

describe("reset", () => {
  it("stops the chip at once and starts it when EN has risen", async () => {
    const { port, machine } = await bench();
    expect(machine.starts).toEqual([{ atMs: 0, mode: "download", cause: "power-on" }]);
    await port.setLines({ dtr: false, rts: true });
    expect(machine.stops).toBe(1);
    await sleep(port.clock, 100);
    await port.setLines({ dtr: false, rts: false });
    await sleep(port.clock, 100);
    const atMs = 100 + DEFAULT_TIMING.resetRiseMs + DEFAULT_TIMING.bootMs;
    expect(machine.starts.slice(1)).toEqual([{ atMs, mode: "flash", cause: "reset-pin" }]);
  });

  it("loses what was on the way from the chip, and what comes to a chip in reset", async () => {
    const { board, port, machine, sink } = await bench({ baudRate: HUNDRED, timing: noLatency });
    machine.baudRate = HUNDRED;
    board.transmit(Uint8Array.from({ length: 50 }, (_, index) => index));
    await sleep(port.clock, 2.05);
    await port.setLines({ dtr: false, rts: true });
    await port.write(Uint8Array.of(1, 2, 3));
    await sleep(port.clock, 50);
    expect(sink.bytes()).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(machine.bytes()).toEqual([]);
  });

  it("prints its boot log before it answers", async () => {
    const { port, sink } = await bench({ echo: true });
    await play(port, CLASSIC);
    await port.write(Uint8Array.of(0x58));
    await sleep(port.clock, 100);
    expect(sink.text()).toMatch(
      /^ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 \(POWERON_RESET\),boot:0x3 \(DOWNLOAD_BOOT\(.*\)\)\r\nwaiting for download\r\nX$/,
    );
  });

  it("by the machine itself samples the straps again", async () => {
    const { board, port, machine } = await bench();
    board.restart("watchdog");
    await sleep(port.clock, 20);
    await port.setLines({ dtr: true, rts: false });
    board.restart("brown-out");
    await sleep(port.clock, 20);
    expect(machine.starts.slice(1).map(({ mode, cause }) => [mode, cause])).toEqual([
      ["flash", "watchdog"],
      ["download", "brown-out"],
    ]);
  });
});

describe("a chip with nothing in flash", () => {
  it("complains again and again, without making time pass", async () => {
    const { port, machine, sink } = await bench();
    await play(port, HARD);
    await sleep(port.clock, 1000);
    expect(sink.text()).toMatch(/boot:0x13 \(SPI_FAST_FLASH_BOOT\)\r\n(invalid header: 0xffffffff\r\n){3}/);
    const { length } = machine.starts;
    expect(length).toBeGreaterThan(3);
    expect(machine.starts.at(-1)?.cause).toBe("watchdog");
    const before = port.clock.now();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(port.clock.now()).toBe(before);
    await port.close();
    await sleep(port.clock, 5000);
    expect(machine.starts).toHaveLength(length);
  });
});

describe("an application", () => {
  it("prints when it starts and every second while somebody listens", async () => {
    const { board, port, machine, sink } = await bench({ boot: "flash" });
    machine.flash.place(0x1000, Uint8Array.of(0xe9, 0, 0, 0, 0, 0, 0, 0x40));
    await play(port, HARD);
    await sleep(port.clock, 3500);
    expect(sink.text().match(/app\r\n/g)).toHaveLength(4);
    await port.close();
    const printed = board.counters.chipBytes;
    await sleep(port.clock, 5000);
    expect(board.counters.chipBytes).toBe(printed);
    await port.open({ baudRate: 115200 }, sink);
    await sleep(port.clock, 1500);
    expect(sink.text().match(/app\r\n/g)).toHaveLength(5);
  });
});

describe("a chip nobody listens to", () => {
  it.each([0xe9, 0xff])("keeps no timer pending (first byte of flash %i)", async (first) => {
    const virtual = createVirtualClock();
    let pending = 0;
    // Like the real clock: without background timers.
    const clock: Clock = {
      now: () => virtual.now(),
      after: (ms, callback) => {
        pending++;
        let over = false;
        const end = (): void => {
          if (!over) pending--;
          over = true;
        };
        const cancel = virtual.after(ms, () => {
          end();
          callback();
        });
        return () => {
          end();
          cancel();
        };
      },
    };
    const { port, board, machine } = await bench({ clock, boot: "flash" });
    machine.flash.place(0x1000, Uint8Array.of(first, 0, 0, 0, 0, 0, 0, 0x40));
    await play(port, HARD);
    await sleep(virtual, 2000);
    expect(pending).toBeGreaterThan(0);
    await port.close();
    board.powerCycle();
    await sleep(virtual, 2000);
    expect(pending).toBe(0);
    expect(machine.starts.at(-1)?.cause).toBe("power-on");
  });
});

describe("broken wires", () => {
  it.each([
    ["normal", 3, [1, 2, 3]],
    ["no-tx", 0, []],
    ["no-rx", 3, []],
    ["echo", 0, [1, 2, 3]],
  ] as const)("%s: the chip hears %i bytes, the host %j", async (wiring, heard, back) => {
    const { port, machine, sink } = await bench({ wiring, echo: true });
    await port.write(Uint8Array.of(1, 2, 3));
    await sleep(port.clock, 50);
    expect(machine.bytes()).toHaveLength(heard);
    expect(sink.bytes()).toEqual(back);
  });
});

describe("closing", () => {
  it("releases the lines and loses what is on the way", async () => {
    const { port, machine, sink } = await bench({ echo: true });
    await port.setLines({ dtr: false, rts: true });
    await port.close();
    await sleep(port.clock, 50);
    expect(machine.starts).toHaveLength(2);
    await port.open({ baudRate: 115200 }, sink);
    await port.write(new Uint8Array(3));
    await port.close();
    await sleep(port.clock, 50);
    expect(sink.bytes()).toEqual([]);
  });

  it("wakes a writer that waits", async () => {
    const { port } = await bench();
    const writing = port.write(new Uint8Array(100_000));
    await port.close();
    await expect(writing).rejects.toMatchObject({ code: "port.closed" });
  });
});

describe("an adapter that has whatever rate the chip has", () => {
  const frame = (opcode: number, data: readonly number[]): Uint8Array<ArrayBuffer> =>
    Uint8Array.of(0xc0, 0, opcode, data.length, 0, 0, 0, 0, 0, ...data, 0xc0);
  const SYNC = frame(0x08, [7, 7, 0x12, 0x20, ...new Array<number>(32).fill(0x55)]);
  /** To 921600. */
  const CHANGE_RATE = frame(0x0f, [0, 0x10, 0x0e, 0, 0, 0, 0, 0]);

  it.each([true, false])(
    "any-baud %s: the chip is understood after a change that the host did not follow",
    async (anyBaud) => {
      const chip = virtualChip("esp32c3", { boot: "download", anyBaud });
      const sink = recordingSink(chip.clock);
      await chip.port.open({ baudRate: 115200 }, sink);
      await chip.port.write(SYNC);
      await chip.port.write(CHANGE_RATE);
      await sleep(chip.clock, 100);
      const before = sink.text().length;
      await chip.port.write(SYNC);
      await sleep(chip.clock, 100);
      expect(chip.baudRate).toBeGreaterThan(900_000);
      expect(sink.text().slice(before).includes("\xc0\x01\x08")).toBe(anyBaud);
    },
  );
});
