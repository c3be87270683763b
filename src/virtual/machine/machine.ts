// Shelf: the contracts between a machine, its loaders and its board.
// In: (types, and the state of a processor.)
// Out: what loaders may touch.

import type { ChipDescriptor } from "../../core/chip/types.ts";
import type { Clock } from "../../core/clock.ts";
import type { EfuseController } from "../efuse/efuse-controller.ts";
import type { FaultPlan } from "../fault/faults.ts";
import type { NandMemory } from "../flash/nand-flash.ts";
import type { FlashMemory } from "../flash/nor-flash.ts";
import type { TimingModel } from "../time/timing.ts";

export type RunningProgram = "nothing" | "rom-loader" | "stub" | "user-code";

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
  /** Puts bytes on the chip's TX at the machine's current baud rate, in order; called with whole SLIP frames. */
  transmit(bytes: Uint8Array): void;
  /** Milliseconds until at most so many bytes are left of what is being transmitted; 0 without a line. */
  transmittingMs?(bytes: number): number;
  /** Hands over what has arrived by now of bytes still on the way, as the UART's interrupt would have done. */
  handOver?(): void;
  /**
   * The machine reset itself: watchdog expired, soft reset, or the supply broke down at an operation the fault plan
   * names. The board samples the straps and calls `start` again, at once or later; it may call `stop` or `start` from
   * inside this call.
   */
  restart(cause: ResetCause): void;
}

export interface Machine {
  readonly chip: ChipDescriptor;
  /** Keeps its contents over resets and loss of power; what a power cut finds half done stays half done. */
  readonly flash: FlashMemory;
  /** A second flash chip, of the other kind; null without one. */
  readonly nand: NandMemory | null;
  /**
   * The rate the chip's UART is set to right now, 115200 after reset; the board garbles what the host sends at another
   * rate. A ROM that is wrong about its crystal sets a rate beside the one it was asked for (fact sheet 3.9), so this
   * need not be one of the usual ones.
   */
  readonly baudRate: number;
  /**
   * What runs now; for tests and for the board's decisions, never seen by the host side. `user-code` is also what a
   * damaged upload runs into: it says nothing until the next reset.
   */
  readonly running: RunningProgram;
  /** Null on the ESP8266. */
  readonly efuses: EfuseController | null;
  /** The eFuses forbid download mode: a chip strapped for it does nothing. */
  readonly downloadDisabled: boolean;
  /**
   * Out of reset: RAM contents are lost, registers have their reset values, flash and eFuses stay; after `power-on` the
   * flash chip starts anew too. In `download` mode the ROM loader runs, else the user code (of which only "there is an
   * image at the bootloader offset" is modelled). Stops what ran before.
   */
  start(mode: BootMode, cause: ResetCause): void;
  /** Held in reset or without power: nothing runs, nothing is answered; a flash operation under way is cut off. */
  stop(): void;
  /**
   * The rate of bytes about to be received. A ROM loader that was not spoken to since its start (no request came
   * through yet) measures it and takes it over; everybody else ignores it.
   */
  measureRate?(baudRate: number): void;
  /**
   * Bytes as the chip's UART received them (already garbled by the board if the rates differ). Never waits: commands
   * are carried out one after the other on the board's clock, and up to 64 KiB of frames queue up meanwhile.
   */
  receive(bytes: Uint8Array): void;
}
