import { type Check, optional } from "../core/check/check.ts";
import { shape } from "../core/check/shapes.ts";
import { checkBoolean } from "../core/check/values.ts";

export interface KeepAwakeOptions {
  /** Leaving the page asks first, as is right while flash is changed. Default true. */
  readonly guardsLeaving?: boolean | undefined;
}

const checkOptions: Check<KeepAwakeOptions> = shape<KeepAwakeOptions>({ guardsLeaving: optional(checkBoolean) });

/**
 * While a page works with a board: the screen stays on where the browser allows that, because a phone that goes to sleep stops the
 * page, and leaving the page asks first. The returned function ends both; it may be called again. Where there is no page, as in a
 * worker, nothing happens. Nothing here rests on timers, which run slowly in pages that are in the background.
 *
 * Throws `argument.invalid`.
 *
 * @example
 * const letSleep = keepAwake();
 * try {
 *   await writeFlash(session, [{ address: 0x10000, data: app }]);
 * } finally {
 *   letSleep();
 * }
 */
export function keepAwake(options: KeepAwakeOptions = {}): () => void {
  const { guardsLeaving = true } = checkOptions(options, "options");
  if (typeof document === "undefined") return () => {};
  const { wakeLock } = navigator as Partial<Pick<Navigator, "wakeLock">>;
  const locks = new Set<WakeLockSentinel>();
  let isOver = false;
  const release = (lock: WakeLockSentinel): void => void lock.release().catch(() => {});
  const take = async (): Promise<void> => {
    if (wakeLock === undefined || document.visibilityState !== "visible") return;
    try {
      const lock = await wakeLock.request("screen");
      if (isOver) release(lock);
      else locks.add(lock);
    } catch {
      // The battery is low, or the page may not: it works without.
    }
  };
  // The browser takes it away when the page is hidden.
  const onVisibility = (): void => {
    if (document.visibilityState !== "visible") locks.clear();
    else void take();
  };
  const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
  document.addEventListener("visibilitychange", onVisibility);
  if (guardsLeaving) globalThis.addEventListener("beforeunload", onLeave);
  void take();
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", onVisibility);
    globalThis.removeEventListener("beforeunload", onLeave);
    for (const lock of locks) release(lock);
    locks.clear();
  };
}
