import { sleep } from "../../core/clock.ts";
import { CONTROL } from "../rfc2217/rfc2217-codes.ts";
import type { SharedPort } from "./port-share.ts";

/** Lengths of the reset pulse and of holding the boot pin, in milliseconds (fact sheet 2.3). */
const RESET_PULSE_MS = 100;
export const BOOT_HOLD_MS = 50;

/** Resets the chip into its download mode: the boot pin is low when the reset ends, and for `holdMs` after. */
export async function resetIntoDownload(shared: SharedPort, holdMs: number = BOOT_HOLD_MS): Promise<void> {
  const { clock } = shared.port;
  await shared.setLines({ dtr: false, rts: true });
  await sleep(clock, RESET_PULSE_MS);
  await shared.setLines({ dtr: true, rts: false });
  await sleep(clock, holdMs);
  await shared.setLines({ dtr: false, rts: false });
}

/** Resets the chip so that it runs its program. */
export async function resetIntoProgram(shared: SharedPort): Promise<void> {
  await shared.setLines({ dtr: false, rts: true });
  await sleep(shared.port.clock, RESET_PULSE_MS);
  await shared.setLines({ dtr: false, rts: false });
}

export type ResetAction = "into-download" | "into-program" | "release" | "nothing";

/**
 * Recognises the reset that a remote client means by its single changes of DTR and RTS, so that it can be done here.
 *
 * Why: the boot pin must be low a few milliseconds after the reset ends. A client changes one line at a time and waits
 * for each answer; over a network, and with pyserial's 50 ms between two looks at the answer, the chip has started its
 * program long before the boot pin goes low. The rules are the reference server's (fact sheet 9).
 */
export class ResetRecogniser {
  #inDownload = false;

  /** What to do for a SET-CONTROL value. */
  see(control: number): ResetAction {
    if (control === CONTROL.dtrOff) {
      this.#inDownload = false;
      return "release";
    }
    if (this.#inDownload) return "nothing";
    if (control === CONTROL.rtsOff) return "into-program";
    if (control !== CONTROL.dtrOn) return "nothing";
    this.#inDownload = true;
    return "into-download";
  }
}
