import type { ChipDescriptor } from "../../core/chip/types.ts";
import type { Clock } from "../../core/clock.ts";
import { host } from "../../core/host.ts";
import type { FlashMemory } from "../flash/nor-flash.ts";
import type { BootMode, ResetCause } from "../machine/machine.ts";
import { afterInBackground } from "../time/virtual-clock.ts";
import { bootBaudRate, bootText, flashBootText } from "./boot-log.ts";
import { receivedAt } from "./garble.ts";
import { ImprovFirmware, type ImprovStart } from "./improv-firmware.ts";

export interface BootOutputOptions {
  readonly chip: ChipDescriptor;
  readonly clock: Clock;
  readonly crystalMhz: number;
  /** What the application prints when it starts, and again every `appEveryMs` while somebody listens. */
  readonly appText: string;
  readonly appBaudRate: number;
  readonly appEveryMs: number;
  /** The application speaks Improv. */
  readonly improv?: ImprovStart | undefined;
}

/** What the output needs of the board. */
export interface OutputBoard {
  readonly flash: FlashMemory;
  readonly print: (bytes: Uint8Array, baudRate: number) => void;
  readonly listening: () => boolean;
  /** The watchdog of a ROM that finds nothing to run. */
  readonly restart: () => void;
}

/** How long such a ROM is busy before its watchdog resets the chip. */
const EMPTY_FLASH_LOOP_MS = 300;

/** What a chip says without being asked: its boot log, and then whatever its application prints. */
export class BootOutput {
  readonly #options: BootOutputOptions;
  readonly #board: OutputBoard;
  readonly #encoder = new host.TextEncoder();
  readonly #improv: ImprovFirmware | null;
  #cancel: () => void = () => {};

  constructor(options: BootOutputOptions, board: OutputBoard) {
    this.#options = options;
    this.#board = board;
    const { clock, chip, improv, appBaudRate } = options;
    const send = (bytes: Uint8Array): void => board.print(bytes, appBaudRate);
    this.#improv =
      improv === undefined ? null : new ImprovFirmware({ clock, start: improv, chipName: chip.name, send });
  }

  /** The application hears this, at this rate; null: a line without one. */
  heard(bytes: Uint8Array, baudRate: number | null): void {
    const { appBaudRate } = this.#options;
    this.#improv?.receive(baudRate === null ? bytes : receivedAt(bytes, baudRate, appBaudRate));
  }

  /** The chip comes out of reset; `downloadDisabled`: it may not wait for a download. */
  started(mode: BootMode, cause: ResetCause, downloadDisabled = false): void {
    const { chip, crystalMhz, appText, appBaudRate } = this.#options;
    const baudRate = bootBaudRate(chip.id, crystalMhz);
    this.#print(bootText(chip.id, mode, cause, downloadDisabled), baudRate);
    if (mode === "download") return;
    const { flash } = this.#board;
    const image = flashBootText(chip.id, (offset, size) => flash.read(chip.bootloaderOffset + offset, size));
    this.#print(image.text, baudRate);
    if (image.runs) {
      this.#print(appText, appBaudRate);
      this.#repeatApp();
    } else if (this.#board.listening()) {
      this.#inBackground(EMPTY_FLASH_LOOP_MS, this.#board.restart);
    }
  }

  /** Somebody began to listen to a running application. */
  listened(): void {
    this.#repeatApp();
  }

  /** The chip stops, or nobody listens any more. */
  stop(): void {
    this.#cancel();
    this.#improv?.stop();
  }

  #repeatApp(): void {
    const { appText, appBaudRate, appEveryMs } = this.#options;
    if (!this.#board.listening() || appText === "") return;
    this.#inBackground(appEveryMs, () => {
      this.#print(appText, appBaudRate);
      this.#repeatApp();
    });
  }

  #print(text: string, baudRate: number): void {
    if (text !== "") this.#board.print(this.#encoder.encode(text), baudRate);
  }

  /** What goes on for ever must not make virtual time pass by itself. */
  #inBackground(ms: number, callback: () => void): void {
    const { clock } = this.#options;
    this.#cancel();
    this.#cancel = afterInBackground(clock, ms, callback);
  }
}
