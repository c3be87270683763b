import type { AbortSignalLike } from "../../index.ts";

/** Resolves when the person ends the command: for those that serve until then. */
export function untilAborted(signal: AbortSignalLike): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
}
