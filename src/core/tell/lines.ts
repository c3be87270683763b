import type { EspEvent } from "../events.ts";

/** What stands in a log for the given kinds of events; null for those that are not worth a line. */
export type Lines<Type extends EspEvent["type"]> = {
  readonly [T in Type]: (event: Extract<EspEvent, { readonly type: T }>) => string | null;
};

export function inSeconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} seconds`;
}
