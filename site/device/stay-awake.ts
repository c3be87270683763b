import { keepAwake } from "../../src/web.ts";
import type { DeviceState } from "./device.ts";

/** Holds the page as the board's state wants it, told at each change: a write would be left half-done, a read loses nothing. */
export function stayAwake(): (state: DeviceState) => void {
  let guardsLeaving: boolean | null = null;
  let letSleep: () => void = () => {};
  return (state) => {
    const wanted = state.kind === "busy" ? state.activity.changesFlash : null;
    if (wanted === guardsLeaving) return;
    guardsLeaving = wanted;
    letSleep();
    letSleep = wanted === null ? () => {} : keepAwake({ guardsLeaving: wanted });
  };
}
