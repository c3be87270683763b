import type { ChipDescriptor, ChipId } from "../core/chip/types.ts";
import { decodeRequest } from "../core/wire/packet.ts";
import { SlipDecoder, slipEncode } from "../core/wire/slip.ts";
import { createEfuseController, type EfuseController } from "./efuse/efuse-controller.ts";
import { efuseLayout } from "./efuse/efuse-layout.ts";
import { createNandFlash, type NandMemory } from "./flash/nand-flash.ts";
import { createNorFlash, type FlashMemory } from "./flash/nor-flash.ts";
import { ROM_FLASH_READ } from "./loader/rom-flash.ts";
import { romLoader } from "./loader/rom-loader.ts";
import { Cpu, type Program } from "./machine/cpu.ts";
import { FrameBuffers } from "./machine/frame-buffers.ts";
import type { LoaderHost } from "./machine/loader-host.ts";
import type { BootMode, Machine, MachineBoard, ResetCause } from "./machine/machine.ts";
import { AddressSpace, type Peripheral } from "./silicon/address-space.ts";
import type { Silicon } from "./silicon/silicon.ts";
import { createSpiEngine, type FlashPins } from "./silicon/spi-engine.ts";
import { createUartDivider } from "./silicon/uart-divider.ts";
import { createWatchdog } from "./silicon/watchdog.ts";
import { findStub } from "./stub/stub-catalogue.ts";
import { stubLoader } from "./stub/stub-loader.ts";

/** What ROM loaders talk at after reset. */
const BOOT_BAUD_RATE = 115200;
/** First byte of every firmware image (fact sheet 5.1). */
const IMAGE_MAGIC = 0xe9;

/** What other chips have at the address of the magic word: some instruction of their ROM. Seen on a revision 3. */
const ROM_WORDS: Partial<Record<ChipId, number>> = { esp32c3: 0x1b31506f };

/**
 * The inside of one virtual chip. It does nothing until the board calls `start`.
 *
 * @example
 * const machine = createMachine(chipById("esp32c3"), defaultSilicon("esp32c3"), board);
 * machine.start("download", "power-on");
 */
export function createMachine(chip: ChipDescriptor, silicon: Silicon, board: MachineBoard): Machine {
  return new VirtualMachine(chip, silicon, board);
}

class VirtualMachine implements Machine, LoaderHost {
  readonly chip: ChipDescriptor;
  readonly silicon: Silicon;
  readonly board: MachineBoard;
  readonly flash: FlashMemory;
  readonly nand: NandMemory | null;
  readonly space: AddressSpace;
  readonly efuses: EfuseController | null;
  readonly pins: FlashPins = { connected: false };
  baudRate: number = BOOT_BAUD_RATE;
  running: Machine["running"] = "nothing";
  readonly #cpu: Cpu;
  readonly buffers: FrameBuffers;
  readonly #receiver: SlipDecoder;
  /** The ROM loader still looks for the host's baud rate. */
  #measuring = false;

  constructor(chip: ChipDescriptor, silicon: Silicon, board: MachineBoard) {
    this.chip = chip;
    this.silicon = silicon;
    this.board = board;
    this.flash = createNorFlash(silicon.flash);
    this.nand = silicon.nand === null ? null : createNandFlash(silicon.nand);
    this.#cpu = new Cpu(board.clock);
    // An empty frame wakes the stub, which then looks by itself.
    this.buffers = new FrameBuffers(
      () => board.handOver?.(),
      () => this.#cpu.deliver(new Uint8Array(0)),
    );
    this.#receiver = new SlipDecoder({
      frame: (payload) => {
        if (decodeRequest(payload) !== null) this.#measuring = false;
        this.#cpu.deliver(payload);
      },
      // Loaders hunt for the next delimiter and say nothing.
      noise: () => undefined,
    });
    this.efuses = this.#efuseController();
    this.space = new AddressSpace(this.#peripherals(), resetValues(chip, silicon));
  }

  start(mode: BootMode, cause: ResetCause): void {
    this.stop();
    if (cause === "power-on") this.flash.powerCycle();
    this.space.reset();
    this.#applyStrap(mode);
    if (mode === "download") {
      if (this.downloadDisabled) return;
      this.#measuring = true;
      this.#cpu.start(romLoader(this));
    } else {
      // The bootloader sets the flash up; without an image the ROM only complains in the boot log.
      const [first] = this.flash.read(this.chip.bootloaderOffset, 1);
      this.running = first === IMAGE_MAGIC ? "user-code" : "nothing";
    }
  }

  stop(): void {
    this.#cpu.halt();
    this.#receiver.reset();
    this.buffers.reset();
    // Timers of peripherals stop with the chip.
    this.space.reset();
    this.running = "nothing";
    this.baudRate = BOOT_BAUD_RATE;
    this.#measuring = false;
    this.pins.connected = false;
  }

  measureRate(baudRate: number): void {
    if (this.#measuring && baudRate > 0) this.baudRate = baudRate;
  }

  receive(bytes: Uint8Array): void {
    if (this.running === "rom-loader") this.#receiver.push(bytes);
    else if (this.running === "stub") this.buffers.receive(bytes);
  }

  send(payload: Uint8Array): void {
    this.board.transmit(slipEncode(payload));
  }

  restart(cause: "soft" | "brown-out"): void {
    this.board.restart(cause);
  }

  get downloadDisabled(): boolean {
    return this.efuses?.downloadOff === true && this.#downloadCanBeDisabled();
  }

  get secureDownload(): boolean {
    return this.silicon.secureDownload || this.efuses?.secureDownload === true;
  }

  programAt(entry: number): Program {
    const stub = findStub(this.space, this.chip.id, entry);
    return stub === null ? unknownCode(this) : stubLoader(this, stub);
  }

  #peripherals(): readonly Peripheral[] {
    const { chip, silicon, board, flash, pins } = this;
    const peripherals: Peripheral[] = [createSpiEngine(chip.spi, flash, pins)];
    if (this.efuses !== null) peripherals.push(this.efuses);
    peripherals.push(fuseWords(silicon));
    if (chip.uart.clockDivider !== null) {
      peripherals.push(createUartDivider(chip, silicon, () => this.baudRate));
    }
    if (chip.watchdogs !== null) {
      const expired = (): void => board.restart("watchdog");
      peripherals.push(createWatchdog({ registers: chip.watchdogs, clock: board.clock, expired }));
    }
    return peripherals;
  }

  #efuseController(): EfuseController | null {
    const { chip, silicon, board } = this;
    if (chip.id === "esp8266") return null;
    const { efuseProgramMs: programMs, efuseReadMs: readMs } = board.timing;
    return createEfuseController({
      layout: efuseLayout(chip.id),
      fuses: silicon.efuses,
      clock: board.clock,
      programMs,
      readMs,
      faults: board.faults.efuses,
      revision: () => revisionOf(chip, silicon),
      // Not from inside the instruction that wrote the register.
      brownOut: () => void board.clock.after(0, () => board.restart("brown-out")),
    });
  }

  /** The ESP32 got UART_DOWNLOAD_DIS with revision 3 (fact sheet efuse-secure A13). */
  #downloadCanBeDisabled(): boolean {
    return this.chip.id !== "esp32" || revisionOf(this.chip, this.silicon) >= 300;
  }

  /** The strap register shows what the pins said. */
  #applyStrap(mode: BootMode): void {
    const { strap } = this.chip.hardReset;
    if (strap === null || this.silicon.registers.has(strap.register)) return;
    this.space.writeWord(strap.register, mode === "flash" ? strap.spiBootMask : 0);
  }
}

function revisionOf(chip: ChipDescriptor, { efuses, registers }: Silicon): number {
  return chip.identify((register) => efuses.get(register) ?? registers.get(register) ?? 0).revision;
}

/** Code of which nothing is known: an application from `load-ram`, or the wreck of a damaged upload. */
function* unknownCode(host: LoaderHost): Program {
  host.running = "user-code";
  yield "reset";
}

/** Words outside a controller's registers (ESP8266: its OTP), which can be read and nothing else. */
function fuseWords({ efuses }: Silicon): Peripheral {
  return {
    handles: (address) => efuses.has(address),
    read: (address) => efuses.get(address) ?? 0,
    write: () => undefined,
    reset: () => undefined,
  };
}

function resetValues(chip: ChipDescriptor, silicon: Silicon): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  values.set(chip.magicRegister, chip.magicValue ?? ROM_WORDS[chip.id] ?? 0);
  if (chip.stubUnderSecureBoot.kind === "through-flash-read") {
    values.set(chip.stubUnderSecureBoot.pointer, ROM_FLASH_READ);
  }
  for (const [address, value] of silicon.registers) values.set(address, value);
  return values;
}
