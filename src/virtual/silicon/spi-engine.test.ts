import { describe, expect, test } from "vitest";
import { MachineBench } from "../../../test/support/chip/machine-bench.ts";
import { chipById } from "../../core/chip/catalog.ts";
import type { ChipId } from "../../core/chip/types.ts";
import { FLASH_BEGIN, READ_REG, SPI_ATTACH, WRITE_REG } from "../../core/wire/commands.ts";

interface UserCommand {
  readonly opcode: number;
  readonly address?: number;
  readonly dummyBits?: number;
  readonly send?: { readonly bits: number; readonly word: number };
  readonly readBits?: number;
}

/** The host's recipe of fact sheet 3.11, written out once more. */
function runCommand(bench: MachineBench, command: UserCommand): number {
  const { spi } = bench.machine.chip;
  const { opcode, address, dummyBits = 0, send, readBits = 0 } = command;
  const write = (offset: number, value: number): void => {
    bench.ask(WRITE_REG, [{ address: spi.base + offset, value: value >>> 0 }]);
  };
  const addressBits = address === undefined ? 0 : 24;
  if (spi.misoLength !== null && spi.mosiLength !== null) {
    if (send !== undefined) write(spi.mosiLength, send.bits - 1);
    if (readBits > 0) write(spi.misoLength, readBits - 1);
    write(spi.usr1, Math.max(dummyBits - 1, 0) | (Math.max(addressBits - 1, 0) << 26));
  } else {
    const miso = Math.max(readBits - 1, 0) << 8;
    const mosi = Math.max((send?.bits ?? 0) - 1, 0) << 17;
    write(spi.usr1, miso | mosi | Math.max(dummyBits - 1, 0) | (Math.max(addressBits - 1, 0) << 26));
  }
  write(
    spi.usr,
    0x80000000 |
      (address === undefined ? 0 : 0x40000000) |
      (dummyBits > 0 ? 0x20000000 : 0) |
      (readBits > 0 ? 0x10000000 : 0) |
      (send === undefined ? 0 : 0x08000000),
  );
  write(spi.usr2, 0x70000000 | opcode);
  if (address !== undefined) write(4, spi.addressLeftAligned ? address << 8 : address);
  write(spi.w0, send?.word ?? 0);
  write(0, 1 << 18);
  expect(bench.ask(READ_REG, { address: spi.base }).value).toBe(0);
  return bench.ask(READ_REG, { address: spi.base + spi.w0 }).value;
}

function attach(bench: MachineBench): void {
  if (bench.machine.chip.rom.hasFlashCommands) bench.ask(SPI_ATTACH, { pins: 0, legacy: 0 });
  else bench.ask(FLASH_BEGIN, { sizeBytes: 0, blocks: 0, blockSize: 0x400, address: 0 });
}

const CASES: readonly ChipId[] = ["esp8266", "esp32", "esp32s2", "esp32c3", "esp32c6", "esp32p4", "esp32s31"];

describe("SPI engine", () => {
  test.each(CASES)("%s reaches its flash, once attached", (id) => {
    expect(chipById(id).spi.base).not.toBe(0);
    const bench = new MachineBench(id, { silicon: { flash: { jedecId: [0xef, 0x40, 0x17] } } });
    expect(runCommand(bench, { opcode: 0x9f, readBits: 24 })).toBe(0xffffff);
    attach(bench);
    expect(runCommand(bench, { opcode: 0x9f, readBits: 24 })).toBe(0x1740ef);
    expect(runCommand(bench, { opcode: 0x5a, address: 0, dummyBits: 8, readBits: 32 })).toBe(0x50444653);
    // The pointer to the table, in one byte of its header.
    expect(runCommand(bench, { opcode: 0x5a, address: 0x0c, dummyBits: 8, readBits: 8 })).toBe(0x80);
    bench.machine.flash.place(0x123456, Uint8Array.of(1, 2, 3, 4));
    expect(runCommand(bench, { opcode: 0x03, address: 0x123456, readBits: 32 })).toBe(0x04030201);
    runCommand(bench, { opcode: 0x06 });
    runCommand(bench, { opcode: 0x01, send: { bits: 16, word: 0x0240 } });
    expect(runCommand(bench, { opcode: 0x05, readBits: 8 })).toBe(0x40);
    expect(runCommand(bench, { opcode: 0x35, readBits: 8 })).toBe(0x02);
  });
});
