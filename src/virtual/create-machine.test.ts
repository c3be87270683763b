import { describe, expect, test } from "vitest";
import { MachineBench } from "../../test/support/chip/machine-bench.ts";
import { chipById } from "../core/chip/catalog.ts";
import { FLASH_BEGIN, FLASH_END, READ_REG, SPI_ATTACH, SYNC, WRITE_REG } from "../core/wire/commands.ts";
import { encodeRequest } from "../core/wire/packet.ts";
import { SlipDecoder, slipEncode } from "../core/wire/slip.ts";
import { createMachine } from "./create-machine.ts";
import { NO_FAULTS } from "./fault/faults.ts";
import type { Machine } from "./machine/machine.ts";
import { defaultSilicon } from "./silicon/silicon.ts";
import { INSTANT_TIMING } from "./time/timing.ts";
import { createVirtualClock } from "./time/virtual-clock.ts";

describe("machine", () => {
  test("is silent until started, in reset, and while user code runs", () => {
    const bench = new MachineBench("esp32c3", { mode: "flash" });
    expect(bench.machine.running).toBe("nothing");
    expect(bench.replies(SYNC, {})).toEqual([]);
    bench.machine.flash.place(0, Uint8Array.of(0xe9));
    bench.machine.start("flash", "reset-pin");
    expect(bench.machine.running).toBe("user-code");
    expect(bench.replies(SYNC, {})).toEqual([]);
    bench.machine.start("download", "reset-pin");
    expect(bench.replies(SYNC, {})).toHaveLength(8);
    bench.post(SYNC, {});
    bench.machine.stop();
    bench.take();
    expect(bench.machine.running).toBe("nothing");
    expect(bench.replies(SYNC, {})).toEqual([]);
  });

  test("looks for its image where the chip boots from", () => {
    const bench = new MachineBench("esp32", { mode: "flash" });
    bench.machine.flash.place(0, Uint8Array.of(0xe9));
    bench.machine.start("flash", "reset-pin");
    expect(bench.machine.running).toBe("nothing");
    bench.machine.flash.place(0x1000, Uint8Array.of(0xe9));
    bench.machine.start("flash", "reset-pin");
    expect(bench.machine.running).toBe("user-code");
  });

  test("half a frame does not survive a reset", () => {
    const bench = new MachineBench("esp32c3");
    const frame = slipEncode(encodeRequest({ opcode: SYNC.opcode, checksum: 0, data: SYNC.encode({}) }));
    bench.machine.receive(frame.subarray(0, 20));
    bench.machine.start("download", "reset-pin");
    bench.machine.receive(frame.subarray(20));
    expect(bench.take()).toEqual([]);
    expect(bench.replies(SYNC, {})).toHaveLength(8);
  });

  test("only power-on wakes a flash chip that was put to sleep", () => {
    const bench = new MachineBench("esp32c3");
    bench.machine.flash.registers.poweredDown = true;
    bench.machine.start("download", "reset-pin");
    expect(bench.machine.flash.registers.poweredDown).toBe(true);
    bench.machine.start("download", "power-on");
    expect(bench.machine.flash.registers.poweredDown).toBe(false);
  });

  test("carries out commands one at a time, and loses what overflows its queue", () => {
    const bench = new MachineBench("esp32c3", { timing: { commandMs: 10 } });
    bench.post(READ_REG, { address: 0 });
    bench.post(READ_REG, { address: 4 });
    bench.advance(11);
    expect(bench.frames).toHaveLength(1);
    bench.advance(10);
    expect(bench.frames).toHaveLength(2);
    bench.take();
    for (let count = 0; count < 10_000; count++) bench.post(READ_REG, { address: 0 });
    // One in work, the others 12 bytes each in 64 KiB.
    expect(bench.take(1e6)).toHaveLength(1 + Math.floor(0x10000 / 12));
  });

  test("shows the straps, where the chip has a register for them", () => {
    const strap = 0x3f404038;
    const bench = new MachineBench("esp32s2");
    expect(bench.ask(READ_REG, { address: strap }).value & 8).toBe(0);
    const c3 = chipById("esp32c3");
    expect(c3.hardReset.strap).toBeNull();
  });

  test("eFuse words cannot be written over", () => {
    const bench = new MachineBench("esp32c3");
    const address = 0x60008844;
    const before = bench.ask(READ_REG, { address }).value;
    bench.ask(WRITE_REG, [{ address, value: 0x11223344 }]);
    expect(bench.ask(READ_REG, { address }).value).toBe(before);
  });

  test("a board may start it again from inside `restart`", () => {
    const clock = createVirtualClock();
    clock.pause();
    const frames: Uint8Array<ArrayBuffer>[] = [];
    const decoder = new SlipDecoder({ frame: (frame) => frames.push(frame), noise: () => undefined });
    const machine: Machine = createMachine(chipById("esp32c3"), defaultSilicon("esp32c3"), {
      clock,
      timing: INSTANT_TIMING,
      faults: { ...NO_FAULTS, brownsOutAt: (operation) => operation === "erase" },
      transmit: (bytes) => decoder.push(bytes),
      restart: (cause) => machine.start("download", cause),
    });
    machine.start("download", "power-on");
    const send = (opcode: number, data: Uint8Array<ArrayBuffer>): number => {
      frames.length = 0;
      machine.receive(slipEncode(encodeRequest({ opcode, checksum: 0, data })));
      clock.advanceBy(100);
      return frames.length;
    };
    expect(send(FLASH_END.opcode, FLASH_END.encode({ stay: 0 }))).toBe(1);
    expect(machine.running).toBe("rom-loader");
    expect(send(SYNC.opcode, SYNC.encode({}))).toBe(8);
    expect(send(SPI_ATTACH.opcode, SPI_ATTACH.encode({ pins: 0, legacy: 0 }))).toBe(1);
    const begin = FLASH_BEGIN.encode({ sizeBytes: 0x2000, blocks: 8, blockSize: 0x400, address: 0, encrypted: 0 });
    expect(send(FLASH_BEGIN.opcode, begin)).toBe(0);
    expect(send(SYNC.opcode, SYNC.encode({}))).toBe(8);
    expect(machine.flash.counters.erasesPerSector.size).toBe(1);
  });
});
