import type { Clock } from "../../core/clock.ts";
import { afterInBackground } from "../time/virtual-clock.ts";
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

/** Has these things done to the board when their time has come, which it does while somebody waits for them. */
export function employPerson(board: Board, clock: Clock, { bootButtonAfterMs, plugsInAfterMs }: PersonOptions): void {
  if (plugsInAfterMs !== undefined) {
    board.unplug();
    afterInBackground(clock, plugsInAfterMs, () => board.replug());
  }
  if (bootButtonAfterMs === undefined) return;
  afterInBackground(clock, bootButtonAfterMs, () => {
    board.button.pressed = true;
    board.pressReset(true);
    afterInBackground(clock, TAP_MS, () => board.pressReset(false));
    afterInBackground(clock, TAP_MS + HOLD_MS, () => {
      board.button.pressed = false;
    });
  });
}
