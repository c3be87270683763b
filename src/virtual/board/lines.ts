import type { Clock } from "../../core/clock.ts";
import type { BootMode, ResetCause } from "../machine/machine.ts";
import type { TimingModel } from "../time/timing.ts";

/** The host's modem lines; true means asserted (pin low). */
export interface HostLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

export const RELEASED: HostLines = { dtr: false, rts: false };

/**
 * What stands between the host's lines and the chip's pins.
 * - `auto`: the usual two transistors and a small capacitor at EN.
 * - `slow`: the same with a large capacitor, so that EN rises after the boot pin was let go too early.
 * - `boot-not-wired`: RTS resets the chip, DTR reaches nothing.
 * - `none`: the lines reach nothing.
 */
export const CIRCUITS = ["auto", "slow", "boot-not-wired", "none"] as const;
export type Circuit = (typeof CIRCUITS)[number];

/** Levels of the chip's pins; true is high: EN high lets the chip run, the boot pin low asks for download mode. */
export interface PinLevels {
  readonly enable: boolean;
  readonly boot: boolean;
}

/**
 * What the circuit makes of the lines. Each transistor is driven by one line against the other, so that both asserted
 * do the same as both released: nothing.
 */
export function pinLevels(circuit: Circuit, { dtr, rts }: HostLines): PinLevels {
  if (circuit === "none") return { enable: true, boot: true };
  return { enable: !rts || dtr, boot: circuit === "boot-not-wired" || !dtr || rts };
}

/** The button at the chip's boot pin, in reach of a person or a test. */
export interface BootButton {
  pressed: boolean;
}

/** The chip as reset logic sees it. `start` finds the chip stopped. */
export interface ResetTarget {
  stop(): void;
  start(mode: BootMode, cause: ResetCause): void;
}

/** How modem lines and power decide when the chip runs and in which mode. */
export interface ResetLogic {
  setLines(lines: HostLines): void;
  /** A person at the reset button. */
  pressReset(pressed: boolean): void;
  power(on: boolean): void;
  /** What the straps say now, for a chip that resets itself. */
  sampleStraps(cause: ResetCause): BootMode;
}

export interface ResetLogicOptions {
  readonly clock: Clock;
  readonly timing: TimingModel;
  readonly button: BootButton;
  readonly target: ResetTarget;
}

/** EN and the boot pin behind a USB-to-UART adapter: levels, not edges, and the time EN takes to rise. */
export class PinResetLogic implements ResetLogic {
  readonly #options: ResetLogicOptions;
  readonly #circuit: Circuit;
  #lines: HostLines = RELEASED;
  #powered = true;
  #resetPressed = false;
  #enabled = true;
  #cause: ResetCause = "power-on";
  #cancelRise: () => void = () => {};

  constructor(circuit: Circuit, options: ResetLogicOptions) {
    this.#circuit = circuit;
    this.#options = options;
  }

  setLines(lines: HostLines): void {
    this.#lines = lines;
    this.#update("reset-pin");
  }

  pressReset(pressed: boolean): void {
    this.#resetPressed = pressed;
    this.#update("reset-pin");
  }

  power(on: boolean): void {
    this.#powered = on;
    this.#update("power-on");
  }

  sampleStraps(): BootMode {
    const low = this.#options.button.pressed || !pinLevels(this.#circuit, this.#lines).boot;
    return low ? "download" : "flash";
  }

  #update(cause: ResetCause): void {
    const { clock, timing, target } = this.#options;
    const enabled = this.#powered && !this.#resetPressed && pinLevels(this.#circuit, this.#lines).enable;
    if (enabled === this.#enabled) return;
    this.#enabled = enabled;
    this.#cancelRise();
    if (!enabled) {
      // The transistor empties the capacitor at once; only the way up is slow.
      this.#cause = cause;
      target.stop();
      return;
    }
    const riseMs = this.#circuit === "slow" ? timing.slowResetRiseMs : timing.resetRiseMs;
    // The straps are sampled at the moment at which EN crosses its threshold, not when the line is let go.
    this.#cancelRise = clock.after(riseMs, () => target.start(this.sampleStraps(), this.#cause));
  }
}
