import type { CliEvent } from "../cli-event.ts";
import type { Streams } from "./shown.ts";

/** Told while the work is under way. */
const UNDER_WAY: ReadonlySet<CliEvent["type"]> = new Set([
  "progress",
  "write.erasing",
  "write.resumed",
  "efuse.burning",
  "efuse.reburn",
]);

/** Told right before the chip is changed, with nothing more to be told until that is done. */
const ABOUT_TO_BEGIN: CliEvent["type"] = "erase.started";

/**
 * What to do with work whose output cannot be shown any more: what has begun is carried to its end, because half a
 * firmware or half a key is worse than one that nobody saw; nothing else begins, and what only shows ends. Wraps the
 * teller of events, by which it is known what has begun.
 */
export function stopUnseen(
  { stdout, stderr }: Streams,
  { emit, stop }: { readonly emit: (event: CliEvent) => void; readonly stop: (cause: unknown) => void },
): { readonly emit: (event: CliEvent) => void; readonly release: () => void } {
  let hasBegun = false;
  let hasFailed = false;
  const onFailure = (cause: unknown): void => {
    hasFailed = true;
    if (!hasBegun) stop(cause);
  };
  const releases = [stdout, stderr].map((stream) => stream.onFailure?.(onFailure));
  return {
    emit(event) {
      if (UNDER_WAY.has(event.type)) hasBegun = true;
      emit(event);
      if (!hasFailed && event.type === ABOUT_TO_BEGIN) hasBegun = true;
    },
    release: () => {
      for (const release of releases) release?.();
    },
  };
}
