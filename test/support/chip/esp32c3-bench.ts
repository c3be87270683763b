// As much of an ESP32-C3 as bare-metal example firmware touches: its RAM seen at both addresses, UART0, the USB serial
// port, the system timer and the watchdogs as the ROM leaves them. Everything else is an error, so that a stray access
// fails the test. Register numbers: ESP32-C3 Technical Reference Manual.

import { type Bus, Rv32 } from "./rv32.ts";

/** SRAM1: 384 KB, as data from the first address and as code from the second. */
export const SRAM_DATA_ADDRESS = 0x3fc80000;
export const SRAM_CODE_ADDRESS = 0x40380000;
export const SRAM_SIZE_BYTES = 0x60000;

const UART0 = 0x60000000;
const RTC_CNTL = 0x60008000;
const TIMER_GROUPS = [0x6001f000, 0x60020000] as const;
const SYSTIMER = 0x60023000;
const USB_SERIAL = 0x60043000;
const UART_FIFO_BYTES = 128;
const UART_LOOKS_PER_BYTE = 8;
const USB_PACKET_BYTES = 64;
const WATCHDOG_KEY = 0x50d83aa1;
const SUPER_WATCHDOG_KEY = 0x8f1d312a;
const TIMER_TICKS_PER_LOOK = 1_000_000;

/** What a bench leaves out: a USB host that empties the port, a timer that runs. */
export interface BenchOptions {
  readonly usbHost?: boolean;
  readonly timerRuns?: boolean;
}

/** A register that only changes while its key register holds the key. */
interface LockedRegister {
  readonly keyAddress: number;
  readonly key: number;
}

const lockedRegisters = new Map<number, LockedRegister>([
  [RTC_CNTL + 0x90, { keyAddress: RTC_CNTL + 0xa8, key: WATCHDOG_KEY }],
  [RTC_CNTL + 0xac, { keyAddress: RTC_CNTL + 0xb0, key: SUPER_WATCHDOG_KEY }],
  ...TIMER_GROUPS.map((base): [number, LockedRegister] => [
    base + 0x48,
    { keyAddress: base + 0x64, key: WATCHDOG_KEY },
  ]),
]);

/** The board on the bench; `run` executes firmware that was put into its RAM with `load`. */
export class Bench implements Bus {
  uartText = "";
  usbText = "";
  /** Lowest and highest data address the firmware wrote to in RAM. */
  writtenRange: [number, number] = [Number.POSITIVE_INFINITY, 0];
  readonly #sram = new Uint8Array(SRAM_SIZE_BYTES).fill(0xa5); // RAM is never zero by itself after power-on
  readonly #view = new DataView(this.#sram.buffer);
  readonly #options: BenchOptions;
  #uartQueued = UART_FIFO_BYTES; // the ROM's boot log is still on its way out
  #uartLooks = 0;
  #usbQueued = 0;
  #usbFlushed = false;
  #ticks = 0xffff0000; // close to the wrap-around of its low word, which firmware must survive
  #latched = 0;
  readonly #registers = new Map<number, number>([
    [RTC_CNTL + 0x90, 0x00013214], // flash-boot protection (bit 12) on, as after reset
    [RTC_CNTL + 0xac, 0],
    [RTC_CNTL + 0xa8, 0],
    [RTC_CNTL + 0xb0, 0],
    ...TIMER_GROUPS.flatMap((base): [number, number][] => [
      [base + 0x48, 0x0004c000], // flash-boot protection (bit 14) on, as after reset
      [base + 0x64, 0],
    ]),
    [SYSTIMER, 0],
  ]);

  constructor(options: BenchOptions = {}) {
    this.#options = { usbHost: true, timerRuns: true, ...options };
  }

  load(address: number, data: Uint8Array): void {
    this.#sram.set(data, this.#sramOffset(address, data.length));
  }

  /** Runs from `entry` until `done` says so; throws when that takes more than `maxSteps` instructions. */
  run(entry: number, done: (bench: Bench) => boolean, maxSteps: number): Rv32 {
    const cpu = new Rv32(this, entry);
    for (let step = 0; step < maxSteps; step++) {
      cpu.step();
      if ((step & 0xff) === 0 && done(this)) return cpu;
    }
    throw new Error(`not done after ${maxSteps} instructions; UART so far: ${JSON.stringify(this.uartText)}`);
  }

  /** Watchdogs that would still reset the chip. */
  armedWatchdogs(): string[] {
    const register = (address: number): number => this.#registers.get(address) ?? 0;
    const armed: string[] = [];
    if ((register(RTC_CNTL + 0x90) & 0x80001000) !== 0) armed.push("RTC");
    if (register(RTC_CNTL + 0xac) >>> 31 === 0) armed.push("super");
    TIMER_GROUPS.forEach((base, index) => {
      const config = register(base + 0x48);
      const isApplied = (config & (1 << 22)) !== 0; // the configuration only takes effect with its update bit
      if ((config & 0x80004000) !== 0 || !isApplied) armed.push(`timer group ${index}`);
    });
    return armed;
  }

  read(address: number, width: number): number {
    if (address < 0x60000000) {
      const offset = this.#sramOffset(address, width);
      if (width === 1) return this.#view.getUint8(offset);
      return width === 2 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
    }
    if (width !== 4) throw new Error(`register read of ${width} bytes at 0x${address.toString(16)}`);
    return this.#readRegister(address);
  }

  write(address: number, width: number, value: number): void {
    if (address >= 0x60000000) {
      if (width !== 4) throw new Error(`register write of ${width} bytes at 0x${address.toString(16)}`);
      this.#writeRegister(address, value);
      return;
    }
    const offset = this.#sramOffset(address, width);
    const dataAddress = SRAM_DATA_ADDRESS + offset;
    this.writtenRange = [
      Math.min(this.writtenRange[0], dataAddress),
      Math.max(this.writtenRange[1], dataAddress + width - 1),
    ];
    if (width === 1) this.#view.setUint8(offset, value);
    else if (width === 2) this.#view.setUint16(offset, value, true);
    else this.#view.setUint32(offset, value, true);
  }

  #sramOffset(address: number, sizeBytes: number): number {
    for (const base of [SRAM_DATA_ADDRESS, SRAM_CODE_ADDRESS]) {
      if (address >= base && address + sizeBytes <= base + SRAM_SIZE_BYTES) {
        if (sizeBytes <= 4 && address % sizeBytes !== 0) break;
        return address - base;
      }
    }
    throw new Error(`no aligned RAM of ${sizeBytes} bytes at 0x${address.toString(16)}`);
  }

  #readRegister(address: number): number {
    switch (address) {
      case UART0 + 0x1c: {
        // The line sends one byte while the firmware looks this often: the queue must be waited for.
        if (++this.#uartLooks % UART_LOOKS_PER_BYTE === 0) this.#uartQueued = Math.max(0, this.#uartQueued - 1);
        return this.#uartQueued << 16;
      }
      case USB_SERIAL + 0x04:
        return this.#usbHasRoom() ? 2 : 0;
      case SYSTIMER + 0x04:
        return 1 << 29;
      case SYSTIMER + 0x44:
        return this.#latched;
      default: {
        const value = this.#registers.get(address);
        if (value === undefined) throw new Error(`read of an unknown register at 0x${address.toString(16)}`);
        return value;
      }
    }
  }

  #usbHasRoom(): boolean {
    if (this.#options.usbHost === true && (this.#usbFlushed || this.#usbQueued === USB_PACKET_BYTES)) {
      this.#usbQueued = 0;
      this.#usbFlushed = false;
    }
    return !this.#usbFlushed && this.#usbQueued < USB_PACKET_BYTES;
  }

  #writeRegister(address: number, value: number): void {
    switch (address) {
      case UART0:
        if (this.#uartQueued >= UART_FIFO_BYTES) throw new Error("UART transmit queue overflow");
        if (this.armedWatchdogs().length > 0) throw new Error(`printing with ${this.armedWatchdogs()} watchdog armed`);
        this.#uartQueued++;
        this.uartText += String.fromCharCode(value);
        return;
      case USB_SERIAL:
        if (!this.#usbHasRoom()) throw new Error("USB serial queue overflow");
        this.#usbQueued++;
        this.usbText += String.fromCharCode(value);
        return;
      case USB_SERIAL + 0x04:
        this.#usbFlushed = (value & 1) === 1;
        return;
      case SYSTIMER + 0x04:
        if (this.#options.timerRuns === true) this.#ticks = (this.#ticks + TIMER_TICKS_PER_LOOK) >>> 0;
        this.#latched = this.#ticks;
        return;
      default: {
        if (!this.#registers.has(address)) throw new Error(`write to an unknown register at 0x${address.toString(16)}`);
        const lock = lockedRegisters.get(address);
        if (lock === undefined || this.#registers.get(lock.keyAddress) === lock.key)
          this.#registers.set(address, value);
      }
    }
  }
}
