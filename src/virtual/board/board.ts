// Shelf: what is around the chip: lines, straps, USB or UART, the adapter, what the chip prints at boot.
// In: bytes and line changes from a port.
// Out: bytes for the port, at the time they would come.

import type { Clock } from "../../core/clock.ts";
import type { Faults } from "../fault/faults.ts";
import type { BootMode, Machine, MachineBoard, ResetCause } from "../machine/machine.ts";
import type { TimingModel } from "../time/timing.ts";
import { Adapter, type AdapterOptions } from "./adapter.ts";
import { BootOutput, type BootOutputOptions } from "./boot-output.ts";
import { receivedAt } from "./garble.ts";
import { type BootButton, type Circuit, type HostLines, PinResetLogic, RELEASED, type ResetLogic } from "./lines.ts";
import { SerialJtagResetLogic, UsbOtgResetLogic } from "./usb-lines.ts";
import { ToChipWire, ToHostWire, type WireSpeed } from "./wires.ts";

/** How the chip is connected: behind an adapter at its UART, or by one of its own USB peripherals. */
export const USB_KINDS = ["uart", "serial-jtag", "otg"] as const;
export type UsbKind = (typeof USB_KINDS)[number];

/**
 * Wires between adapter and UART: `no-tx` lacks the one from the host to the chip, `no-rx` the one back, `echo` has
 * them joined, with no chip behind.
 */
export const WIRINGS = ["normal", "no-tx", "no-rx", "echo"] as const;
export type Wiring = (typeof WIRINGS)[number];

export interface BoardOptions extends BootOutputOptions {
  readonly timing: TimingModel;
  readonly faults: Faults;
  readonly usb: UsbKind;
  readonly circuit: Circuit;
  readonly wiring: Wiring;
  /** The boot pin is low at the first start; `held`: at every start. */
  readonly boot: "flash" | "download" | "held";
  /** The adapter has whatever rate the chip has. */
  readonly anyBaud: boolean;
  /** What it does not do as it should. */
  readonly adapter?: AdapterOptions | undefined;
  /** A chip reset takes the chip's own USB device off the bus for a while. */
  readonly reenumerates: boolean;
}

/** The host's end of the link while its port is open. */
export interface HostEnd {
  readonly data: (bytes: Uint8Array) => void;
  /** The device is gone from the host's bus. */
  readonly lost: () => void;
}

export type BoardEvent =
  | "power-on"
  | "power-off"
  | "reset"
  | "start-download"
  | "start-flash"
  | "unplugged"
  | "plugged";

export interface LoggedEvent {
  readonly atMs: number;
  readonly event: BoardEvent;
  readonly cause?: ResetCause | undefined;
}

export interface BoardCounters {
  /** Bytes the host wrote. */
  readonly hostBytes: number;
  /** Bytes delivered to the host. */
  readonly chipBytes: number;
  readonly requests: number;
  readonly replies: number;
  /** Starts of the chip after the first. */
  readonly resets: number;
}

/** Entries kept of the board's log. */
const LOG_LIMIT = 1000;

/** Everything around the machine: power, reset and boot pins, boot log, both wires, the plug. */
export class Board implements MachineBoard {
  readonly clock: Clock;
  readonly timing: TimingModel;
  readonly faults: Faults["plan"];
  readonly machine: Machine;
  readonly button: BootButton;
  readonly log: LoggedEvent[] = [];
  readonly #options: BoardOptions;
  readonly #reset: ResetLogic;
  readonly #toChip: ToChipWire;
  readonly #toHost: ToHostWire;
  readonly #output: BootOutput;
  readonly adapter: Adapter;
  #hostEnd: HostEnd | null = null;
  #hostBaud = 115200;
  #plugged = true;
  /** False between a reset of a chip with its own USB and its return to the bus. */
  #enumerated = true;
  #running = false;
  #cancelStart: () => void = () => {};
  #hostBytes = 0;
  #chipBytes = 0;
  #starts = 0;

  constructor(options: BoardOptions, makeMachine: (board: MachineBoard) => Machine) {
    const { clock, timing, faults, usb } = options;
    this.#options = options;
    this.clock = clock;
    this.timing = timing;
    this.faults = faults.plan;
    this.button = { pressed: options.boot !== "flash" };
    this.adapter = new Adapter(options.anyBaud ? {} : options.adapter);
    const unplug = (): void => this.unplug();
    const latencyMs = usb === "uart" ? timing.adapterLatencyMs : timing.usbLatencyMs;
    this.#toChip = new ToChipWire({ clock, unplug, deliver: (bytes, baud) => this.#atChip(bytes, baud) }, latencyMs);
    this.#toHost = new ToHostWire(
      { clock, unplug, deliver: (bytes, baud) => this.#atHost(bytes, baud) },
      { latencyMs, packetBytes: usb === "uart" ? timing.adapterPacketBytes : Number.POSITIVE_INFINITY },
    );
    this.machine = makeMachine(this);
    this.#output = new BootOutput(options, {
      flash: this.machine.flash,
      print: (bytes, baudRate) => this.#transmitAt(bytes, baudRate),
      listening: () => this.#hostEnd !== null,
      restart: () => this.restart("watchdog"),
    });
    this.#reset = this.#resetLogic();
    // The board was powered before anybody looked: the chip runs, its boot log went to nobody.
    this.#startMachine(this.#reset.sampleStraps("power-on"), "power-on");
  }

  get counters(): BoardCounters {
    const { requests, replies } = this.#options.faults.counts;
    return {
      hostBytes: this.#hostBytes,
      chipBytes: this.#chipBytes,
      requests,
      replies,
      resets: Math.max(0, this.#starts - 1),
    };
  }

  /** The device is on the host's bus. */
  get present(): boolean {
    return this.#plugged && this.#enumerated;
  }

  connect(hostEnd: HostEnd, baudRate: number): void {
    this.#hostEnd = hostEnd;
    this.#hostBaud = baudRate;
    if (this.machine.running === "user-code") this.#output.listened();
  }

  /** The host closed its port: its lines fall back, what is on the way to it is lost. */
  disconnect(): void {
    if (this.#hostEnd === null) return;
    this.#toChip.settle();
    this.#hostEnd = null;
    this.#toHost.renew();
    this.#output.stop();
    if (this.present) this.setLines(RELEASED);
  }

  /** Sends to the chip. */
  write(bytes: Uint8Array): void {
    this.#hostBytes += bytes.length;
    if (this.adapter.brownsOutAt(this.machine.baudRate)) this.restart("brown-out");
    const speed = this.#speed(this.#adapterBaud);
    if (this.#options.wiring === "echo")
      this.#toHost.send({ pieces: [{ bytes, delayMs: 0 }], unplugged: false }, speed);
    else
      this.#toChip.send(this.faults.fromHost(this.adapter.toChip(bytes, speed.baudRate, this.#toChip.isBusy)), speed);
  }

  /** Milliseconds until at most `bytes` of what was written are still on the way. */
  backlogMs(bytes: number): number {
    return this.#toChip.backlogMs(bytes);
  }

  setBaudRate(baudRate: number): void {
    this.#toHost.settle();
    this.#hostBaud = baudRate;
    if (this.adapter.brownsOutAt(this.machine.baudRate)) this.restart("brown-out");
  }

  setLines(lines: HostLines): void {
    this.#settle();
    this.#reset.setLines(lines);
  }

  pressReset(pressed: boolean): void {
    this.#settle();
    this.#reset.pressReset(pressed);
  }

  /** Power off and on again, with the cable in place; a chip with its own USB leaves the bus. */
  powerCycle(): void {
    this.#power(false);
    this.#power(true);
  }

  /** The cable is pulled: with it goes the power. */
  unplug(): void {
    if (!this.#plugged) return;
    this.#power(false);
    this.#plugged = false;
    this.#note("unplugged");
    this.#loseHost();
  }

  replug(): void {
    if (this.#plugged) return;
    this.#plugged = true;
    this.#enumerated = true;
    this.#note("plugged");
    this.#power(true);
  }

  transmit(bytes: Uint8Array): void {
    this.#transmitAt(bytes, this.machine.baudRate);
  }

  transmittingMs(bytes: number): number {
    return this.#toHost.sendingMs(bytes);
  }

  handOver(): void {
    this.#toChip.settle();
  }

  restart(cause: ResetCause): void {
    this.#settle();
    this.#stop();
    this.#start(this.#reset.sampleStraps(cause), cause);
  }

  #resetLogic(): ResetLogic {
    const { clock, timing, usb, circuit } = this.#options;
    const target = {
      stop: () => this.#stop(),
      start: (mode: BootMode, cause: ResetCause) => this.#start(mode, cause),
    };
    const common = { clock, timing, button: this.button, target };
    if (usb === "serial-jtag") return new SerialJtagResetLogic(common);
    if (usb === "uart") return new PinResetLogic(circuit, common);
    return new UsbOtgResetLogic({ ...common, inApplication: () => this.#inApplication() });
  }

  #inApplication(): boolean {
    return this.machine.running !== "rom-loader" && this.machine.running !== "stub";
  }

  #power(on: boolean): void {
    this.#settle();
    this.#note(on ? "power-on" : "power-off");
    this.#reset.power(on);
    if (!on && this.#options.usb !== "uart") this.#leaveBus();
  }

  #stop(): void {
    this.#cancelStart();
    this.#output.stop();
    if (this.#running) {
      this.#note("reset");
      this.#running = false;
      this.machine.stop();
    }
    // What the chip had not yet sent is gone with it; what had left it is in the adapter.
    this.#toHost.clear();
  }

  #start(mode: BootMode, cause: ResetCause): void {
    if (this.#options.usb !== "uart" && this.#options.reenumerates) this.#leaveBus();
    this.#cancelStart = this.clock.after(this.timing.bootMs, () => this.#startMachine(mode, cause));
  }

  #startMachine(mode: BootMode, cause: ResetCause): void {
    this.#running = true;
    this.#starts++;
    this.#note(mode === "download" ? "start-download" : "start-flash", cause);
    if (this.#options.boot === "download") this.button.pressed = false;
    this.#output.started(mode, cause, this.machine.downloadDisabled);
    this.machine.start(mode, cause);
  }

  #transmitAt(bytes: Uint8Array, baudRate: number): void {
    const { wiring } = this.#options;
    if (this.#hostEnd === null || wiring === "no-rx" || wiring === "echo") return;
    const speed = this.#speed(baudRate);
    this.#toHost.send(this.faults.fromChip(this.adapter.toHost(bytes, speed.baudRate, this.#toHost.isBusy)), speed);
  }

  get #adapterBaud(): number {
    return this.#options.anyBaud ? this.machine.baudRate : this.#hostBaud;
  }

  #speed(baudRate: number): WireSpeed {
    const { usb, timing } = this.#options;
    if (usb !== "uart") return { baudRate: null, msPerByte: 1 / timing.usbBytesPerMs };
    return { baudRate, msPerByte: (timing.bitsPerByte * 1000) / baudRate };
  }

  #atChip(bytes: Uint8Array, baudRate: number | null): void {
    if (!this.#running || this.#options.wiring === "no-tx") return;
    if (this.machine.running === "user-code") this.#output.heard(bytes, baudRate);
    if (baudRate === null || this.#options.anyBaud) {
      this.machine.receive(bytes);
      return;
    }
    this.machine.measureRate?.(baudRate);
    this.machine.receive(receivedAt(bytes, baudRate, this.machine.baudRate));
  }

  #atHost(bytes: Uint8Array, baudRate: number | null): void {
    const isClear = baudRate === null || this.#options.anyBaud;
    const received = isClear ? bytes : receivedAt(bytes, baudRate, this.#hostBaud);
    if (received.length === 0) return;
    this.#chipBytes += received.length;
    // A copy: the host may keep or change what it gets.
    this.#hostEnd?.data(received.slice());
  }

  #settle(): void {
    this.#toChip.settle();
    this.#toHost.settle();
  }

  #leaveBus(): void {
    if (!this.#enumerated) return;
    this.#enumerated = false;
    this.#loseHost();
    this.clock.after(this.timing.usbEnumerationMs, () => {
      this.#enumerated = true;
    });
  }

  #loseHost(): void {
    const hostEnd = this.#hostEnd;
    this.#hostEnd = null;
    this.#toChip.renew();
    this.#toHost.renew();
    this.#output.stop();
    hostEnd?.lost();
  }

  #note(event: BoardEvent, cause?: ResetCause): void {
    if (this.log.length >= LOG_LIMIT) this.log.shift();
    this.log.push(cause === undefined ? { atMs: this.clock.now(), event } : { atMs: this.clock.now(), event, cause });
  }
}
