import type { FlashMemory } from "./nor-flash.ts";

/** One transaction on the SPI bus, as the flash chip sees it. */
export interface SpiTransaction {
  readonly opcode: number;
  /** The bytes after the opcode, address first; dummy clocks are not among them. */
  readonly address: number | null;
  readonly sent: Uint8Array;
  /** Bytes clocked out of the chip. */
  readonly receiveBytes: number;
}

/** Opcodes as in the data sheets of W25Q and GD25Q chips, section "Instructions". */
const READ_ID = 0x9f;
const READ_STATUS: readonly number[] = [0x05, 0x35, 0x15];
const WRITE_STATUS: readonly number[] = [0x01, 0x31, 0x11];
const READ_DATA = 0x03;
const READ_SFDP = 0x5a;
const READ_UNIQUE_ID = 0x4b;
const WRITE_ENABLE = 0x06;
const WRITE_ENABLE_VOLATILE = 0x50;
const WRITE_DISABLE = 0x04;
const PAGE_PROGRAM = 0x02;
const ERASE_SIZES: Readonly<Record<number, number>> = { 32: 0x1000, 82: 0x8000, 216: 0x10000 };
const CHIP_ERASE: readonly number[] = [0xc7, 0x60];
const ENABLE_RESET = 0x66;
const RESET = 0x99;
const POWER_DOWN = 0xb9;
const POWER_UP = 0xab;
const PAGE = 256;

/** Carries out one command and returns the bytes that come back; unknown commands are ignored and answer nothing. */
export function runFlashCommand(flash: FlashMemory, transaction: SpiTransaction): Uint8Array {
  const { registers } = flash;
  const { opcode } = transaction;
  if (registers.poweredDown) {
    // Only "release from power down" is heard (W25Q data sheet, section "Power-down").
    if (opcode === POWER_UP) registers.poweredDown = false;
    return floating(transaction.receiveBytes);
  }
  const resetEnabled = registers.resetEnabled;
  registers.resetEnabled = false;
  switch (opcode) {
    case WRITE_ENABLE:
      registers.writeEnabled = true;
      return nothing();
    case WRITE_ENABLE_VOLATILE:
      registers.volatileStatusWrite = true;
      return nothing();
    case WRITE_DISABLE:
      registers.writeEnabled = false;
      return nothing();
    case ENABLE_RESET:
      registers.resetEnabled = true;
      return nothing();
    case RESET:
      if (resetEnabled) flash.powerCycle();
      return nothing();
    case POWER_DOWN:
      registers.poweredDown = true;
      return nothing();
    default:
      return readCommand(flash, transaction) ?? writeCommand(flash, transaction);
  }
}

function readCommand(flash: FlashMemory, { opcode, address, receiveBytes }: SpiTransaction): Uint8Array | null {
  switch (opcode) {
    case READ_ID:
      return repeat(flash.jedecId, receiveBytes);
    case POWER_UP:
      // In a chip that is awake the command reads the old one-byte signature.
      return repeat([(flash.jedecId[2] - 1) & 0xff], receiveBytes);
    case READ_DATA:
      return flash.read(address ?? 0, receiveBytes);
    case READ_SFDP: {
      const table = flash.sfdp;
      // A chip without the table does not drive its output; the reference's emulated flash answers 0.
      if (table === null) return new Uint8Array(receiveBytes);
      return Uint8Array.from({ length: receiveBytes }, (_, index) => table[(address ?? 0) + index] ?? 0xff);
    }
    case READ_UNIQUE_ID:
      return repeat([...flash.uniqueId], receiveBytes);
    default: {
      const which = READ_STATUS.indexOf(opcode);
      if (which < 0) return null;
      const stored = flash.registers.status[which] ?? 0;
      return repeat([which === 0 && flash.registers.writeEnabled ? stored | 0x02 : stored], receiveBytes);
    }
  }
}

/** Commands that need the write enable latch and clear it. */
function writeCommand(flash: FlashMemory, transaction: SpiTransaction): Uint8Array {
  const { opcode, address, sent, receiveBytes } = transaction;
  const { registers } = flash;
  if (WRITE_STATUS.includes(opcode)) {
    writeStatus(flash, WRITE_STATUS.indexOf(opcode), sent);
    return nothing();
  }
  const eraseSize = ERASE_SIZES[opcode];
  const erasesChip = CHIP_ERASE.includes(opcode);
  if (opcode !== PAGE_PROGRAM && eraseSize === undefined && !erasesChip) return floating(receiveBytes);
  if (!registers.writeEnabled) return nothing();
  registers.writeEnabled = false;
  const at = address ?? 0;
  if (erasesChip) flash.erase(0, flash.sizeBytes);
  else if (eraseSize !== undefined) flash.erase(at - (at % eraseSize), eraseSize);
  else programPage(flash, at, sent);
  return nothing();
}

/** A page program wraps within its page of 256 bytes. */
function programPage(flash: FlashMemory, address: number, bytes: Uint8Array): void {
  const page = address - (address % PAGE);
  const room = PAGE - (address - page);
  flash.program(address, bytes.subarray(0, room));
  if (bytes.length > room) flash.program(page, bytes.subarray(room));
}

/** Command 01 with two bytes writes the first two registers, as chips with a quad enable bit do it. */
function writeStatus(flash: FlashMemory, which: number, values: Uint8Array): void {
  const { registers } = flash;
  if (!registers.writeEnabled && !registers.volatileStatusWrite) return;
  values.forEach((value, index) => {
    const target = which + index;
    // Busy and write enable latch cannot be written.
    if (target === 0) registers.status[0] = value & ~0x03;
    else if (target === 1 || target === 2) registers.status[target] = value;
  });
  if (registers.writeEnabled) flash.storeStatus();
  registers.writeEnabled = false;
  registers.volatileStatusWrite = false;
}

function repeat(values: readonly number[], length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => values[index % values.length] ?? 0xff);
}

/** Nobody drives the line: the pull-up makes ones. */
export function floating(length: number): Uint8Array {
  return new Uint8Array(length).fill(0xff);
}

function nothing(): Uint8Array {
  return new Uint8Array(0);
}
