import { readU32, writeU32 } from "../../core/bytes/words.ts";
import type { SpiController } from "../../core/chip/types.ts";
import { floating, runFlashCommand } from "../flash/flash-commands.ts";
import type { FlashMemory } from "../flash/nor-flash.ts";
import type { Peripheral } from "./address-space.ts";

/** Fact sheet 3.11. */
const COMMAND = 0x00;
const ADDRESS = 0x04;
const RUN_USER_COMMAND = 1 << 18;
const DATA_WORDS = 16;
const HAS_COMMAND = 0x80000000;
const HAS_ADDRESS = 0x40000000;
const HAS_MISO = 0x10000000;
const HAS_MOSI = 0x08000000;

/** The pins between the SPI peripheral and the flash chip; off until something attaches them. */
export interface FlashPins {
  connected: boolean;
}

/** The SPI peripheral that the flash hangs on, as far as user commands go. */
export function createSpiEngine(controller: SpiController, flash: FlashMemory, pins: FlashPins): Peripheral {
  const { base } = controller;
  const end = base + controller.w0 + 4 * DATA_WORDS;
  const registers = new Uint8Array(end - base);
  const read = (offset: number): number => readU32(registers, offset);

  function run(): void {
    const usr = read(controller.usr);
    const opcode = (usr & HAS_COMMAND) !== 0 ? read(controller.usr2) & 0xff : 0;
    const receiveBits = (usr & HAS_MISO) !== 0 ? lengthBits(controller, read, "miso") : 0;
    const sendBits = (usr & HAS_MOSI) !== 0 ? lengthBits(controller, read, "mosi") : 0;
    const receiveBytes = Math.ceil(receiveBits / 8);
    const address = (usr & HAS_ADDRESS) !== 0 ? addressOf(controller, read) : null;
    const sent = registers.slice(controller.w0, controller.w0 + Math.ceil(sendBits / 8));
    const answer = pins.connected
      ? runFlashCommand(flash, { opcode, address, sent, receiveBytes })
      : floating(receiveBytes);
    if (receiveBits === 0) return;
    // The hardware fills whole words; bits it did not receive are 0.
    const words = Math.ceil(receiveBytes / 4) * 4;
    registers.fill(0, controller.w0, controller.w0 + words);
    registers.set(answer.subarray(0, receiveBytes), controller.w0);
  }

  return {
    handles: (address) => address >= base && address < end,
    read: (address) => read(address - base),
    write(address, value) {
      const offset = address - base;
      // Commands finish before the next read could see them run: their bits clear themselves.
      writeU32(registers, offset, offset === COMMAND ? 0 : value);
      if (offset === COMMAND && (value & RUN_USER_COMMAND) !== 0) run();
    },
    reset() {
      registers.fill(0);
      // What the ROM leaves behind: user commands of eight bits.
      writeU32(registers, controller.usr, HAS_COMMAND);
      writeU32(registers, controller.usr2, 0x70000000);
    },
  };
}

type Read = (offset: number) => number;

function lengthBits(controller: SpiController, read: Read, direction: "miso" | "mosi"): number {
  const register = direction === "miso" ? controller.misoLength : controller.mosiLength;
  if (register !== null) return (read(register) & 0x3ff) + 1;
  // ESP8266: both lengths stand in USR1, nine bits each.
  return ((read(controller.usr1) >>> (direction === "miso" ? 8 : 17)) & 0x1ff) + 1;
}

function addressOf(controller: SpiController, read: Read): number {
  const bits = (read(controller.usr1) >>> 26) + 1;
  const value = read(ADDRESS);
  if (bits >= 32) return value;
  return controller.addressLeftAligned ? value >>> (32 - bits) : value & (2 ** bits - 1);
}
