import type { ChipDescriptor } from "../core/chip/types.ts";
import type { Clock } from "../core/clock.ts";
import type { FaultPlan } from "./faults.ts";
import type { FlashMemory } from "./nor-flash.ts";
import type { TimingModel } from "./timing.ts";

/**
 * The seam between the two halves of a virtual chip: the machine (CPU running ROM loader or stub, registers, RAM,
 * flash) and the board around it (lines, straps, boot log, serial link, USB, faults on the wire).
 */

/** Why the chip starts anew; decides the reset cause printed in the boot log. */
export type ResetCause = "power-on" | "reset-pin" | "watchdog" | "soft" | "brown-out" | "usb-serial-jtag";

/** What the strap pins said when the chip came out of reset, or what forced the mode. */
export type BootMode = "download" | "flash";

/** The board, as the machine sees it. */
export interface MachineBoard {
  readonly clock: Clock;
  readonly timing: TimingModel;
  readonly faults: FaultPlan;
  /** Puts bytes on the chip's TX at the machine's current baud rate, in order. */
  transmit(bytes: Uint8Array): void;
  /** The machine reset itself (watchdog expired, soft reset): the board samples the straps and calls `start` again. */
  restart(cause: ResetCause): void;
}

export interface Machine {
  readonly chip: ChipDescriptor;
  readonly flash: FlashMemory;
  /** The rate the chip's UART is set to right now; the board garbles what the host sends at another rate. */
  readonly baudRate: number;
  /** What runs now; for tests and for the board's decisions, never seen by the host side. */
  readonly running: "nothing" | "rom-loader" | "stub" | "user-code";
  /**
   * Out of reset: RAM contents are lost, registers have their reset values, flash and eFuses stay. In `download` mode
   * the ROM loader runs, else the user code (of which only "there is an image at the bootloader offset" is modelled).
   */
  start(mode: BootMode, cause: ResetCause): void;
  /** Held in reset or without power: nothing runs, nothing is answered; a flash operation under way is cut off. */
  stop(): void;
  /**
   * The rate of bytes about to be received. A ROM loader that was not spoken to since its start measures it and takes
   * it over; everybody else ignores it.
   */
  measureRate?(baudRate: number): void;
  /** Bytes as the chip's UART received them (already garbled by the board if the rates differ). */
  receive(bytes: Uint8Array): void;
}
