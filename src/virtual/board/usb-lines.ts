import type { BootMode, ResetCause } from "../machine/machine.ts";
import { type HostLines, RELEASED, type ResetLogic, type ResetLogicOptions } from "./lines.ts";

/** Power and the reset button, common to both kinds of native USB; the modem lines differ. */
abstract class UsbResetLogic implements ResetLogic {
  protected readonly options: ResetLogicOptions;
  protected lines: HostLines = RELEASED;
  #powered = true;
  #resetPressed = false;
  #running = true;
  #cancelRise: () => void = () => {};

  constructor(options: ResetLogicOptions) {
    this.options = options;
  }

  abstract setLines(lines: HostLines): void;
  abstract sampleStraps(cause: ResetCause): BootMode;

  pressReset(pressed: boolean): void {
    this.#resetPressed = pressed;
    this.#update("reset-pin");
  }

  power(on: boolean): void {
    this.#powered = on;
    this.#update("power-on");
  }

  protected pins(): BootMode {
    return this.options.button.pressed ? "download" : "flash";
  }

  /** A reset of the core from inside: down and up again within the time the ROM needs anyway. */
  protected restart(mode: BootMode, cause: ResetCause): void {
    if (!this.#running) return;
    const { target } = this.options;
    target.stop();
    target.start(mode, cause);
  }

  #update(cause: ResetCause): void {
    const running = this.#powered && !this.#resetPressed;
    if (running === this.#running) return;
    this.#running = running;
    this.#cancelRise();
    const { clock, timing, target } = this.options;
    if (running)
      this.#cancelRise = clock.after(timing.resetRiseMs, () => target.start(this.sampleStraps(cause), cause));
    else target.stop();
  }
}

/**
 * The built-in USB-Serial/JTAG peripheral, as its chapter in the chips' technical reference manuals has it: RTS 0 and
 * DTR 1 sets the download flag, both 0 clears it, RTS 1 and DTR 0 resets the chip, which then obeys the flag; both 1
 * does nothing.
 */
export class SerialJtagResetLogic extends UsbResetLogic {
  #downloadFlag = false;

  override setLines(lines: HostLines): void {
    const before = this.lines;
    this.lines = lines;
    if (!lines.rts) this.#downloadFlag = lines.dtr;
    const resets = (state: HostLines): boolean => state.rts && !state.dtr;
    if (resets(lines) && !resets(before)) this.restart(this.sampleStraps(), "usb-serial-jtag");
  }

  override sampleStraps(): BootMode {
    return this.#downloadFlag ? "download" : this.pins();
  }
}

/**
 * The USB-OTG console, which is software of the chip. An application with it restarts when RTS is let go, into download
 * mode while DTR is asserted; a loader only restarts, when DTR is not asserted. Either is a reset from inside which
 * leaves the straps as they were latched (fact sheet 4.6): only power, the reset pin and the watchdog sample them.
 */
export class UsbOtgResetLogic extends UsbResetLogic {
  #latched: BootMode;
  readonly #inApplication: () => boolean;

  constructor(options: ResetLogicOptions & { readonly inApplication: () => boolean }) {
    super(options);
    this.#latched = this.pins();
    this.#inApplication = options.inApplication;
  }

  override setLines(lines: HostLines): void {
    const before = this.lines;
    this.lines = lines;
    if (!before.rts || lines.rts) return;
    if (!lines.dtr) this.restart(this.#latched, "soft");
    else if (this.#inApplication()) this.restart("download", "soft");
  }

  override sampleStraps(cause: ResetCause): BootMode {
    if (cause !== "soft") this.#latched = this.pins();
    return this.#latched;
  }
}
