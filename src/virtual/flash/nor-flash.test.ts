import { describe, expect, test } from "vitest";
import { isEspError } from "../../core/errors.ts";
import { runFlashCommand } from "./flash-commands.ts";
import { createNorFlash, type FlashMemory } from "./nor-flash.ts";

const flash = (sizeBytes = 2 << 20): FlashMemory => createNorFlash({ sizeBytes, jedecId: [0xef, 0x40, 0x15] });

function command(
  memory: FlashMemory,
  opcode: number,
  parts: { address?: number; sent?: number[]; read?: number } = {},
) {
  const { address = null, sent = [], read = 0 } = parts;
  return [...runFlashCommand(memory, { opcode, address, sent: Uint8Array.from(sent), receiveBytes: read })];
}

describe("NOR flash", () => {
  test("is born blank, programs by clearing bits and erases whole sectors", () => {
    const memory = flash();
    expect(memory.isBlank()).toBe(true);
    memory.program(0x1ffe, Uint8Array.of(0xf0, 0x0f, 0x33));
    memory.program(0x1ffe, Uint8Array.of(0x3c, 0xff));
    expect([...memory.read(0x1ffd, 5)]).toEqual([0xff, 0x30, 0x0f, 0x33, 0xff]);
    expect(memory.counters.bytesNotErased).toBe(2);
    memory.erase(0x1ffe, 1);
    expect([...memory.read(0x1ffd, 5)]).toEqual([0xff, 0xff, 0xff, 0x33, 0xff]);
    expect([...memory.counters.erasesPerSector]).toEqual([[0x1000, 1]]);
    expect(memory.counters.bytesProgrammed).toBe(5);
  });

  test("mirrors itself beyond its size, over the borders of its storage too", () => {
    const memory = flash();
    memory.program((2 << 20) - 2, Uint8Array.of(1, 2, 3, 4));
    expect([...memory.read(0, 2)]).toEqual([3, 4]);
    expect([...memory.read((4 << 20) - 1, 3)]).toEqual([2, 3, 4]);
    memory.program(0xfffe, Uint8Array.of(5, 6, 7, 8));
    expect([...memory.read(0xfffd, 6)]).toEqual([0xff, 5, 6, 7, 8, 0xff]);
  });

  test("is left half done by an operation that is cut off", () => {
    const memory = flash();
    memory.place(0x3000, new Uint8Array(0x1000).fill(0x55));
    memory.erase(0x3000, 0x1000, 0.5);
    expect(memory.read(0x37ff, 2)).toEqual(Uint8Array.of(0xff, 0x55));
    memory.program(0x3000, Uint8Array.of(1, 2, 3, 4), 0.5);
    expect([...memory.read(0x3000, 4)]).toEqual([1, 2, 0xff, 0xff]);
  });

  test("comes back from a snapshot, and only into a chip of its size", () => {
    const memory = flash();
    memory.place(0x12345, Uint8Array.of(9, 8, 7));
    memory.place(0x50000, new Uint8Array(16).fill(0xff));
    const snapshot = memory.snapshot();
    expect(snapshot.pieces.map(({ address }) => address)).toEqual([0x10000]);
    memory.erase(0x12345, 1);
    const other = flash();
    other.load(snapshot);
    expect([...other.read(0x12344, 5)]).toEqual([0xff, 9, 8, 7, 0xff]);
    expect(() => flash(1 << 20).load(snapshot)).toThrowError(expect.objectContaining({ code: "virtual.state-file" }));
  });

  test("has a size that such chips have", () => {
    for (const size of [0, 100, 3 << 20, 2048]) {
      try {
        flash(size);
        expect.unreachable();
      } catch (error) {
        expect(isEspError(error, "virtual.invalid-option")).toBe(true);
      }
    }
  });
});

describe("flash commands", () => {
  test("identify the chip", () => {
    const memory = flash();
    expect(command(memory, 0x9f, { read: 3 })).toEqual([0xef, 0x40, 0x15]);
    expect(command(memory, 0x5a, { address: 0, read: 4 })).toEqual([0x53, 0x46, 0x44, 0x50]);
    // Density, in bits minus one, in the second word of the table at 80h.
    expect(command(memory, 0x5a, { address: 0x84, read: 4 })).toEqual([0xff, 0xff, 0xff, 0x00]);
  });

  test("program and erase only while write enabled, once", () => {
    const memory = flash();
    command(memory, 0x02, { address: 0, sent: [1] });
    expect(memory.isBlank()).toBe(true);
    command(memory, 0x06);
    expect(command(memory, 0x05, { read: 1 })).toEqual([0x02]);
    command(memory, 0x02, { address: 0xff, sent: [1, 2] });
    // A page wraps within itself.
    expect([...memory.read(0xff, 2)]).toEqual([1, 0xff]);
    expect([...memory.read(0, 1)]).toEqual([2]);
    expect(command(memory, 0x05, { read: 1 })).toEqual([0x00]);
    command(memory, 0x20, { address: 0x10 });
    expect(memory.isBlank()).toBe(false);
    command(memory, 0x06);
    command(memory, 0x20, { address: 0x10 });
    expect(memory.isBlank()).toBe(true);
    command(memory, 0x06);
    command(memory, 0x04);
    command(memory, 0x02, { address: 0, sent: [1] });
    expect(memory.isBlank()).toBe(true);
  });

  test("write status registers for good after 06, until the next power cycle after 50", () => {
    const memory = flash();
    const status = (): number[] => [0x05, 0x35, 0x15].flatMap((opcode) => command(memory, opcode, { read: 1 }));
    command(memory, 0x01, { sent: [0x40, 0x02] });
    expect(status()).toEqual([0, 0, 0]);
    command(memory, 0x06);
    command(memory, 0x01, { sent: [0x43, 0x02] });
    command(memory, 0x50);
    command(memory, 0x11, { sent: [0x60] });
    expect(status()).toEqual([0x40, 0x02, 0x60]);
    memory.powerCycle();
    expect(status()).toEqual([0x40, 0x02, 0]);
  });

  test("reset only when enabled just before, and sleep when told", () => {
    const memory = flash();
    command(memory, 0x06);
    command(memory, 0x99);
    expect(memory.registers.writeEnabled).toBe(true);
    command(memory, 0x66);
    command(memory, 0x05, { read: 1 });
    command(memory, 0x99);
    expect(memory.registers.writeEnabled).toBe(true);
    command(memory, 0x66);
    command(memory, 0x99);
    expect(memory.registers.writeEnabled).toBe(false);
    command(memory, 0xb9);
    expect(command(memory, 0x9f, { read: 3 })).toEqual([0xff, 0xff, 0xff]);
    command(memory, 0xab);
    expect(command(memory, 0x9f, { read: 3 })).toEqual([0xef, 0x40, 0x15]);
  });
});
