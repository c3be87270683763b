import { messageOf } from "./errors.ts";

/**
 * A listener that cannot disturb whoever calls it: what it throws, or what a promise that it returns rejects with, goes
 * nowhere but into one complaint, which it is given itself. A listener that fails at that, too, is left alone.
 */
export function shieldListener<Item>(
  listener: ((item: Item) => unknown) | undefined,
  complaint: (reason: string, about: Item) => Item,
): (item: Item) => void {
  if (listener === undefined) return () => {};
  let hasComplained = false;
  return (item) =>
    callSafely(
      () => listener(item),
      (error) => {
        if (hasComplained) return;
        hasComplained = true;
        callSafely(
          () => listener(complaint(messageOf(error), item)),
          () => {},
        );
      },
    );
}

/** Calls what is not ours; its failure, now or of the promise it returns, is told to `onFailure` and to nobody else. */
export function callSafely(call: () => unknown, onFailure: (error: unknown) => void): void {
  try {
    const outcome = call();
    if (typeof outcome !== "object" || outcome === null || !("then" in outcome)) return;
    Promise.resolve(outcome).then(undefined, onFailure);
  } catch (error) {
    onFailure(error);
  }
}
