import type { Clock } from "../../core/clock.ts";
import type { Board } from "./board.ts";

/** How long a person keeps RESET down, and BOOT after that. */
const TAP_MS = 150;
const HOLD_MS = 500;

/** What somebody does at the board, and when: milliseconds from its beginning. */
export interface PersonOptions {
  /** Holds BOOT, taps RESET and lets BOOT go. */
  readonly bootButtonAfterMs?: number | undefined;
  /** Plugs the board in; until then it is not there. */
  readonly plugsInAfterMs?: number | undefined;
}

/** Has these things done to the board when their time has come. */
export function employPerson(board: Board, clock: Clock, { bootButtonAfterMs, plugsInAfterMs }: PersonOptions): void {
  if (plugsInAfterMs !== undefined) {
    board.unplug();
    clock.after(plugsInAfterMs, () => board.replug());
  }
  if (bootButtonAfterMs === undefined) return;
  clock.after(bootButtonAfterMs, () => {
    board.button.pressed = true;
    board.pressReset(true);
    clock.after(TAP_MS, () => board.pressReset(false));
    clock.after(TAP_MS + HOLD_MS, () => {
      board.button.pressed = false;
    });
  });
}
